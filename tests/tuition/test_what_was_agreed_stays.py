"""The application role moves states; what was agreed stays as it was written."""

import psycopg
import pytest
from django.db import connection

from tests.given import paid_world


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tuition_contract SET terms = '{}'",
        "UPDATE tuition_contract SET guardian_id = guardian_id + 1",
        "UPDATE tuition_contract SET total_fen = total_fen + 1",
        "UPDATE tuition_paymentorder SET amount_fen = amount_fen + 100",
        "UPDATE tuition_contractstep SET kind = 'refunded'",
    ],
)
@pytest.mark.django_db
def test_what_was_agreed_stays(statement):
    world = paid_world()
    connection.ensure_connection()
    raw = connection.connection
    mine = f"{{{world.institution.id}}}"
    with raw.transaction(force_rollback=True):
        raw.execute("SELECT set_config('yuxin.institutions', %s, true)", [mine])
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="what_was_agreed_stays"):
            raw.execute(statement)
