"""Fixtures of the evidence log."""

import pytest

from tests.evidence import given_log


@pytest.fixture
def acts():
    """The tests' own acts: on one thing, on many."""
    yield from given_log.acts()


@pytest.fixture
def log(committing, tmp_path):
    """A log without witnesses on a clone that commits."""
    log = given_log.Log.on(committing, tmp_path)
    yield log
    log.end()


@pytest.fixture
def witnessed_log(committing, tmp_path):
    """A log whose policy asks for two of three witnesses; none is running yet."""
    log = given_log.Log.on(committing, tmp_path, witnesses=True)
    yield log
    log.end()
