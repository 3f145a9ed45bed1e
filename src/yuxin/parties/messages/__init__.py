"""The message gateway played as a program of its own: what each phone got, and what failed."""
