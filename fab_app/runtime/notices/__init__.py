"""What is told to people: an event's words and receivers to messages and deliveries, and their sending."""
