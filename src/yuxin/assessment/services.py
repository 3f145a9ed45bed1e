"""Writes of assessment, inside an operation."""

from yuxin.assessment.models import Mark
from yuxin.kernel.act import require_act


def mark(institution_id: int) -> None:
    """Say that the judgements of an institution may have changed."""
    require_act()
    Mark.objects.create(institution_id=institution_id)
