"""Our speed beside that of our peers: same data, same work, same minutes. Nothing here is imported by the package."""
