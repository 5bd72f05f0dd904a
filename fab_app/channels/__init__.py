"""Ways to reach somebody: one class in one file for each channel an author may name, found by themselves."""
