"""Charts: one class in one file for each ``type`` an author may choose."""
