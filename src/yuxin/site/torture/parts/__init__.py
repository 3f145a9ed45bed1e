"""Programs that a torture runs as processes of their own."""
