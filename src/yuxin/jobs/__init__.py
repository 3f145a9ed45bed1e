"""What the clock does: polled steps, each safe to stop, repeat and run twice at once."""
