"""A custody bank played as a program of its own: accounts, cashier, instructions, files."""
