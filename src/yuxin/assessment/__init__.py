"""Judgements: pure functions of facts and of the rules in force, with their reasons."""
