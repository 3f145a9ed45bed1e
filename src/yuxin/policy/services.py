"""Writing rule packs, inside an operation."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

from yuxin.kernel.act import require_act
from yuxin.policy.models import RuleFile, RulePack, RulePackFile
from yuxin.rules.pack import Pack


def archive(
    pack: Pack, *, valid_from: date, prepared_by: int, prepared_at: datetime, reason: str
) -> RulePack:
    """Keep the exact bytes of a pack as prepared by somebody."""
    require_act()
    row = RulePack.objects.create(
        sha256=pack.sha256,
        layers=list(pack.layers),
        valid_from=valid_from,
        prepared_by=prepared_by,
        prepared_at=prepared_at,
        reason=reason,
    )
    files = [(where, path, data, sha256(data).hexdigest()) for where, path, data in pack.files]
    RuleFile.objects.bulk_create(
        [RuleFile(sha256=digest, data=data) for _, _, data, digest in files],
        ignore_conflicts=True,
    )
    RulePackFile.objects.bulk_create(_places(row, files))
    return row


def _places(row: RulePack, files: Sequence[tuple[str, str, bytes, str]]) -> list[RulePackFile]:
    return [
        RulePackFile(pack=row, jurisdiction=where, path=path, file_id=digest)
        for where, path, _, digest in files
    ]


def approve(row: RulePack, *, approved_by: int, approved_at: datetime) -> bool:
    """Put a prepared pack in force; False when somebody did before."""
    require_act()
    changed = RulePack.objects.filter(pk=row.pk, approved_at=None).update(
        approved_by=approved_by, approved_at=approved_at
    )
    return changed == 1
