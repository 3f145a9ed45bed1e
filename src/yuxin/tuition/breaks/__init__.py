"""Breaks (差错): where the bank and the books differ, each owned, aged and brought to an end."""
