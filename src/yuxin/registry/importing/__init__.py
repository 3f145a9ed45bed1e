"""Lists on their way into the registry: batches, their rows, and the doubts that persons decide."""
