"""Pages for families, one module per thing."""
