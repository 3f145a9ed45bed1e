"""Acts on deposits of institutions."""
