"""The only place that knows a request."""
