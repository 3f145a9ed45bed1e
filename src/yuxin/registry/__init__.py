"""Subjects and everything that identifies them, each value with its history."""
