"""Source text with places, problems, registries, words. Knows nothing of admin."""
