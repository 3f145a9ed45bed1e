"""Acts upon the books themselves."""
