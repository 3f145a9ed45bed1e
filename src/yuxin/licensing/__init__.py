"""Procedures of access and annual inspection, and what institutions file on their way."""
