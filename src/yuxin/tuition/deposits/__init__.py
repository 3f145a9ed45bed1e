"""Risk deposits of institutions: floors, top-up orders, use for families, return."""
