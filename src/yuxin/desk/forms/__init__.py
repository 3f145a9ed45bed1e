"""Forms of the workbench, one module per thing."""
