"""Sums of charges that alert, charges too early, prices above the guide."""
