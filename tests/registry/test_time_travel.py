"""As of any day, as known at any moment: against a model that keeps everything."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.registry.given import CLOCK, call, new, officer, read, registered, rows
from yuxin.access.context import opened
from yuxin.access.reading import reading
from yuxin.kernel.act import Act, open_act
from yuxin.operations.registry.refresh_registry import refresh_registry
from yuxin.policy.in_force import rules_in_force
from yuxin.registry import queries
from yuxin.registry.services import append_value, rebuild_page

START = date(2026, 1, 1)
KNOWN = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """One row as the model keeps it."""

    start: date
    recorded: datetime
    status: str
    ended: bool


def model(told: list[Told], day: date, known_at: datetime) -> str | None:
    """The naive reading: forget what was not known, keep per start the last, take the latest."""
    last: dict[date, Told] = {}
    for row in sorted(told, key=lambda row: row.recorded):
        if row.recorded <= known_at and row.start <= day:
            last[row.start] = row
    if not last:
        return None
    held = last[max(last)]
    return None if held.ended else held.status


def _say(subject_id: int, row: Told) -> None:
    """Record a row at a moment of the demo's own history."""
    with opened("operation"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('yuxin.recorded_at', %s, true)", [row.recorded.isoformat()]
        )
        asked = call()
        act = Act(CLOCK, asked.at, asked.request_id, "test", rules_in_force(asked.at))
        with open_act(act):
            append_value(
                act,
                subject_id=subject_id,
                aspect_name="status",
                valid_from=row.start,
                values={"status": row.status},
                ended=row.ended,
            )
        cursor.execute("SELECT set_config('yuxin.recorded_at', '', true)")


rows_told = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from(["ACTIVE", "SUSPENDED", "CLOSED"]),
        st.booleans(),
    ),
    max_size=8,
)


@pytest.mark.django_db
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(said=rows_told)
def test_every_past_day_reads_as_it_was_known_on_every_past_day(said):
    receipt = registered(new(f"第{len(said)}家", status=""))
    reader = officer(receipt["subject_id"])
    told = [
        Told(START + timedelta(days=day), KNOWN + timedelta(hours=hour), status, ended)
        for hour, (day, status, ended) in enumerate(said)
    ]
    for row in told:
        _say(receipt["subject_id"], row)
    with reading(reader):
        for day in range(-1, 8):
            for hour in range(-1, len(told) + 1):
                on, known = START + timedelta(days=day), KNOWN + timedelta(hours=hour)
                value = queries.value(reader, "status", receipt["subject_id"], on, known)
                assert (value and value.status) == model(told, on, known)


@pytest.mark.django_db
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(said=rows_told)
def test_the_projection_kept_by_every_write_equals_the_one_built_anew(said):
    receipt = registered(new(f"另外第{len(said)}家"))
    for hour, (day, status, ended) in enumerate(said):
        row = Told(START + timedelta(days=day), KNOWN + timedelta(hours=hour), status, ended)
        _say(receipt["subject_id"], row)
    # How often it was written is no part of what it says.
    entries = "SELECT to_jsonb(e) - 'version' FROM registry_entry e ORDER BY subject_id"
    kept = rows(entries)
    with opened("operation"):
        asked = call()
        act = Act(CLOCK, asked.at, asked.request_id, "test", rules_in_force(asked.at))
        with open_act(act):
            after = 0
            while after := rebuild_page(act, after=after, limit=3):
                pass
    assert rows(entries) == kept


@pytest.mark.django_db
def test_a_value_recorded_ahead_takes_over_on_its_day():
    receipt = registered()
    _say(receipt["subject_id"], Told(date(2026, 3, 9), KNOWN, "SUSPENDED", ended=False))
    entry = "SELECT status, next_on FROM registry_entry WHERE subject_id = %s"
    assert rows(entry, receipt["subject_id"]) == [("ACTIVE", date(2026, 3, 9))]
    eve, day = datetime(2026, 3, 8, 15, tzinfo=UTC), datetime(2026, 3, 8, 16, tzinfo=UTC)
    assert refresh_registry(call(at=eve))["renewed"] == 0
    assert refresh_registry(call(at=day))["renewed"] == 1
    assert rows(entry, receipt["subject_id"]) == [("SUSPENDED", None)]
    assert refresh_registry(call(at=day))["renewed"] == 0
    assert read(officer(receipt["subject_id"]), queries.find, receipt["code"]).status == "SUSPENDED"
