"""Disputes over single lessons: account, mediation, agreement or decision."""
