"""Money that an institution holds before it was earned, and what it owes back."""
