"""Acts on alerts."""
