"""Acts on lists that are sent in: receive, say what columns are, decide doubts, write."""
