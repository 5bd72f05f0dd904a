"""Pages of charts, and what leads from a number to its rows."""
