"""Proceedings: what is under way, in which state, who moves it next, by when."""
