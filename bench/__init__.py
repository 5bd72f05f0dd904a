"""Our speed beside that of our peers: same data, same work, same minutes. No part of the package."""
