"""The fact views as they are laid are those that the packages' facts.sql say."""

from pathlib import Path

import psycopg
from django.db import connection

import yuxin
from tests.conftest import Cluster

LAID = """
SELECT relname::text, pg_get_viewdef(oid) FROM pg_class
 WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace AND relname = ANY (%s)
"""


def test_what_is_laid_is_what_the_files_say(committing: Cluster) -> None:
    files = sorted(Path(yuxin.__path__[0]).rglob("facts.sql"))
    said = "".join(file.read_text(encoding="utf-8") for file in files)
    views = [part.split()[0] for part in said.split("CREATE VIEW public.")[1:]]
    assert len(views) > 10
    name = connection.settings_dict["NAME"]
    with psycopg.connect(**committing.login("owner", name)) as owner:
        laid = dict(owner.execute(LAID, [views]).fetchall())
        for view in views:
            owner.execute(f"DROP VIEW public.{view}")
        owner.execute(said)
        again = dict(owner.execute(LAID, [views]).fetchall())
        owner.rollback()
    assert sorted(laid) == sorted(views)
    assert laid == again
