"""The other parties as separate small programs: witness, bank, message gateway. No Django."""
