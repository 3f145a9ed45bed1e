"""Acts on the registry."""
