"""Clues: payments made outside the supervised account, and signs that an institution may close."""
