"""The public side: what anybody may read without signing in."""
