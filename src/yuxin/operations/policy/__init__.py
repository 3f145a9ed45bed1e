"""Acts on rule packs."""
