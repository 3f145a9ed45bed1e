"""Forms for families, one module per thing."""
