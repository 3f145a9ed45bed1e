"""Acts of licensing."""
