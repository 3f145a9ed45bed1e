"""Pages of the public side, one file per thing."""
