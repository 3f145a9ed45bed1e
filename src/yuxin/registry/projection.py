"""The current projection: what each subject is on a day, computed from history, set by set.

Writing and rebuilding take the same path, so that what lists show can always be recomputed.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django.db import connection

from yuxin.kernel.act import require_act
from yuxin.registry import search

PAGE: Final = 1000

# One row per subject. `ended` of the latest start takes a value away without another in place.
_CURRENT: Final = """
WITH RECURSIVE root(subject_id, kept_id) AS (
    SELECT m.merged_id, m.kept_id FROM registry_merge m
     WHERE m.merged_id = ANY(%(ids)s) AND m.undone_at IS NULL
    UNION
    SELECT r.subject_id, m.kept_id FROM root r
      JOIN registry_merge m ON m.merged_id = r.kept_id AND m.undone_at IS NULL
), kept AS (
    SELECT r.subject_id, r.kept_id FROM root r WHERE NOT EXISTS (
        SELECT 1 FROM registry_merge m WHERE m.merged_id = r.kept_id AND m.undone_at IS NULL)
)
SELECT s.id, s.code, s.kind,
       coalesce(n.registered_name, ''), coalesce(n.brand, ''),
       coalesce(i.uscc, ''), coalesce(i.old_numbers, '{}'),
       coalesce(t.status, ''), coalesce(c.category, ''),
       coalesce(p.area_code, ''), coalesce(p.address, ''),
       coalesce(a.approving, ''), coalesce(a.supervising, ''),
       coalesce(b.bank_code, ''), coalesce(o.connected, false),
       (SELECT max(v.valid_until) FROM registry_licence l CROSS JOIN LATERAL (
            SELECT x.kind, x.ended, x.valid_until FROM registry_licencevalue x
             WHERE x.licence_id = l.id AND x.valid_from <= %(day)s
             ORDER BY x.valid_from DESC, x.recorded_at DESC, x.id DESC LIMIT 1) v
         WHERE l.subject_id = s.id AND NOT v.ended AND v.kind = 'OPERATING'),
       k.kept_id,
       ARRAY(SELECT alias FROM registry_alias y WHERE y.subject_id = s.id ORDER BY alias),
       ARRAY(SELECT x.address FROM registry_site l CROSS JOIN LATERAL (
            SELECT x.ended, x.address FROM registry_sitevalue x
             WHERE x.site_id = l.id AND x.valid_from <= %(day)s
             ORDER BY x.valid_from DESC, x.recorded_at DESC, x.id DESC LIMIT 1) x
         WHERE l.subject_id = s.id AND NOT x.ended ORDER BY l.id LIMIT 5),
       (SELECT min(f) FROM (
            SELECT min(valid_from) f FROM registry_namevalue
             WHERE subject_id = s.id AND valid_from > %(day)s
            UNION ALL SELECT min(valid_from) FROM registry_identityvalue
             WHERE subject_id = s.id AND valid_from > %(day)s
            UNION ALL SELECT min(valid_from) FROM registry_statusvalue
             WHERE subject_id = s.id AND valid_from > %(day)s
            UNION ALL SELECT min(valid_from) FROM registry_categoryvalue
             WHERE subject_id = s.id AND valid_from > %(day)s
            UNION ALL SELECT min(valid_from) FROM registry_placevalue
             WHERE subject_id = s.id AND valid_from > %(day)s
            UNION ALL SELECT min(valid_from) FROM registry_authorityvalue
             WHERE subject_id = s.id AND valid_from > %(day)s
            UNION ALL SELECT min(valid_from) FROM registry_custodyvalue
             WHERE subject_id = s.id AND valid_from > %(day)s
            UNION ALL SELECT min(valid_from) FROM registry_connectionvalue
             WHERE subject_id = s.id AND valid_from > %(day)s
            UNION ALL SELECT min(x.valid_from) FROM registry_licence l
              JOIN registry_licencevalue x ON x.licence_id = l.id
             WHERE l.subject_id = s.id AND x.valid_from > %(day)s
            UNION ALL SELECT min(x.valid_from) FROM registry_site l
              JOIN registry_sitevalue x ON x.site_id = l.id
             WHERE l.subject_id = s.id AND x.valid_from > %(day)s
       ) starts)
  FROM registry_subject s
  LEFT JOIN kept k ON k.subject_id = s.id
  LEFT JOIN LATERAL (SELECT * FROM registry_namevalue x
       WHERE x.subject_id = s.id AND x.valid_from <= %(day)s
       ORDER BY x.valid_from DESC, x.recorded_at DESC, x.id DESC LIMIT 1) n ON NOT n.ended
  LEFT JOIN LATERAL (SELECT * FROM registry_identityvalue x
       WHERE x.subject_id = s.id AND x.valid_from <= %(day)s
       ORDER BY x.valid_from DESC, x.recorded_at DESC, x.id DESC LIMIT 1) i ON NOT i.ended
  LEFT JOIN LATERAL (SELECT * FROM registry_statusvalue x
       WHERE x.subject_id = s.id AND x.valid_from <= %(day)s
       ORDER BY x.valid_from DESC, x.recorded_at DESC, x.id DESC LIMIT 1) t ON NOT t.ended
  LEFT JOIN LATERAL (SELECT * FROM registry_categoryvalue x
       WHERE x.subject_id = s.id AND x.valid_from <= %(day)s
       ORDER BY x.valid_from DESC, x.recorded_at DESC, x.id DESC LIMIT 1) c ON NOT c.ended
  LEFT JOIN LATERAL (SELECT * FROM registry_placevalue x
       WHERE x.subject_id = s.id AND x.valid_from <= %(day)s
       ORDER BY x.valid_from DESC, x.recorded_at DESC, x.id DESC LIMIT 1) p ON NOT p.ended
  LEFT JOIN LATERAL (SELECT * FROM registry_authorityvalue x
       WHERE x.subject_id = s.id AND x.valid_from <= %(day)s
       ORDER BY x.valid_from DESC, x.recorded_at DESC, x.id DESC LIMIT 1) a ON NOT a.ended
  LEFT JOIN LATERAL (SELECT * FROM registry_custodyvalue x
       WHERE x.subject_id = s.id AND x.valid_from <= %(day)s
       ORDER BY x.valid_from DESC, x.recorded_at DESC, x.id DESC LIMIT 1) b ON NOT b.ended
  LEFT JOIN LATERAL (SELECT * FROM registry_connectionvalue x
       WHERE x.subject_id = s.id AND x.valid_from <= %(day)s
       ORDER BY x.valid_from DESC, x.recorded_at DESC, x.id DESC LIMIT 1) o ON NOT o.ended
 WHERE s.id = ANY(%(ids)s)
 ORDER BY s.id
"""

# The colour is assessment's; the projection only takes it away with the connection.
_WRITE: Final = """
INSERT INTO registry_entry AS e (subject_id, code, kind, name, brand, uscc, status, category,
    area_code, address, approving, supervising, bank_code, connected, licence_until,
    merged_into_id, next_on, name_key, text_key, code_key, address_key, pinyin, initials,
    search_terms, projected_on)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
    %s, %s, %s)
ON CONFLICT (subject_id) DO UPDATE SET name = excluded.name, brand = excluded.brand,
    uscc = excluded.uscc, status = excluded.status, category = excluded.category,
    area_code = excluded.area_code, address = excluded.address, approving = excluded.approving,
    supervising = excluded.supervising, bank_code = excluded.bank_code,
    connected = excluded.connected, licence_until = excluded.licence_until,
    merged_into_id = excluded.merged_into_id, next_on = excluded.next_on,
    name_key = excluded.name_key, text_key = excluded.text_key, code_key = excluded.code_key,
    address_key = excluded.address_key, pinyin = excluded.pinyin, initials = excluded.initials,
    search_terms = excluded.search_terms, projected_on = excluded.projected_on,
    version = e.version + 1,
    colour = CASE WHEN excluded.connected THEN e.colour END
"""


def _entry(row: Sequence[Any], day: date) -> tuple[Any, ...]:
    (subject_id, code, kind, name, brand, uscc, old_numbers, *plain) = row
    (status, category, area_code, address, approving, supervising, bank_code, *rest) = plain
    connected, licence_until, merged_into, aliases, site_addresses, next_on = rest
    keys = search.keys_of(
        name=name,
        brand=brand,
        addresses=(address, *site_addresses),
        codes=(code, uscc, *old_numbers, *aliases),
        nameless=code,
    )
    return (
        *(subject_id, code, kind, name, brand, uscc, status, category, area_code, address),
        *(approving, supervising, bank_code, connected, licence_until, merged_into, next_on),
        *(keys.name, keys.text, keys.codes, keys.address, keys.pinyin, keys.initials),
        *(keys.terms, day),
    )


def project(subject_ids: Iterable[int], day: date) -> int:
    """Write the entries of these subjects as they are on `day`; how many."""
    require_act()
    ids = sorted(set(subject_ids))
    for start in range(0, len(ids), PAGE):
        with connection.cursor() as cursor:
            cursor.execute(_CURRENT, {"ids": ids[start : start + PAGE], "day": day})
            entries = [_entry(row, day) for row in cursor.fetchall()]
            cursor.executemany(_WRITE, entries)
    return len(ids)
