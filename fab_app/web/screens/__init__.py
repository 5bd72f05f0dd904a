"""The screens of an entity: list, form, detail, files. They prepare values; templates draw them."""
