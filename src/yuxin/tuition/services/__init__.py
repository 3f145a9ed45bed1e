"""Writes of tuition, inside an operation."""
