"""What every layer stands on: money, days, codes, actors, refusals. No Django."""
