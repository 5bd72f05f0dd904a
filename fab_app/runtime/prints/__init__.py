"""Records on paper: what is gathered for a template, and a document made of it."""
