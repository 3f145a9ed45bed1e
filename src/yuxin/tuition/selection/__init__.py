"""Selecting custody banks: call, applications, sheets, ranking, result, term, exit."""
