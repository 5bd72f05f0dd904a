"""Acts on rows, through one door. Knows sessions and specs, no request."""
