"""Tests of deposits, insurance and the collapse of an institution."""
