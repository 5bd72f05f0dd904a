"""Figures over the rows that a person may read: one statement per chart, kept until one of its tables is written to."""
