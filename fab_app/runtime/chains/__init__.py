"""Approvals: rounds of a record through the levels of its chain, and the tasks in which it waits for somebody."""
