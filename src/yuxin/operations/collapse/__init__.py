"""Acts on closings of institutions."""
