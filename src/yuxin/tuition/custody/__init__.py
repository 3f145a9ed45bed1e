"""Custody accounts from opening to closing, agreements, and the three rates."""
