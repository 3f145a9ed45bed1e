"""Acts on cover of contracts."""
