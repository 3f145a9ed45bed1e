"""Acts on proceedings whatever their kind."""
