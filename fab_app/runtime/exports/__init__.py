"""All rows of a question as a file: csv and xlsx, streamed, the same cells for both."""
