"""The grammar: closed and small. What was written, judged, frozen."""
