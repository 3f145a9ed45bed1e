"""Tuition: courses, contracts, lessons, refunds and the money's way through the bank."""
