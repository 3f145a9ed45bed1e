"""Tests of selecting custody banks."""
