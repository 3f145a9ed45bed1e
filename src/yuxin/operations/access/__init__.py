"""Acts on accounts, sessions and grants."""
