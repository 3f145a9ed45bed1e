"""Indicators: SQL over fact views. Each file asks for many institutions at once or for one.

A file reads `asked(institution_id, day, month_end, known_at)` and views named `fact_...`, in the
SQL that `allowed.py` lets through, so that the same file runs on other engines.
"""
