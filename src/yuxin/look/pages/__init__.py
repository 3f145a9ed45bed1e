"""Pages of the look itself: the pattern page for developers."""
