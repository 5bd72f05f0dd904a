"""Time and work that nobody waits for."""
