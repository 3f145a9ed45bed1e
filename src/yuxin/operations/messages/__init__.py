"""Acts on messages and one-time codes."""
