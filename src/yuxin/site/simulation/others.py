"""Those who are in the registry besides training institutions: schools, units, sites watched."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from yuxin.kernel.actor import Actor
from yuxin.operations.registry.change_status import change_status
from yuxin.operations.registry.register_subjects_many import register_subjects_many
from yuxin.registry.models import Kind, Status
from yuxin.registry.services import NewSite, NewSubject
from yuxin.site.simulation.acting import Player

SINCE: Final = date(2024, 9, 1)


@dataclass(frozen=True)
class Known:
    """A subject as it was entered."""

    id: int
    code: str


def _subject(
    kind: Kind,
    name: str,
    town: tuple[str, str],
    street: str,
    *,
    brand: str = "",
    category: str = "",
    status: Status = Status.ACTIVE,
) -> NewSubject:
    address = f"示例县{town[1]}{street}"
    return NewSubject(
        kind=kind,
        valid_from=SINCE,
        name=name,
        area_code=town[0],
        address=address,
        sites=(NewSite(address=address, area_code=town[0]),),
        source="演示数据",
        brand=brand,
        category=category,
        status=status.value,
    )


RIVER: Final = ("990101", "河口镇")
BRIDGE: Final = ("990102", "云桥街道")
STONE: Final = ("990103", "青石镇")
SUBJECTS: Final = (
    _subject(Kind.PUBLIC_SCHOOL, "示例县第一实验小学", BRIDGE, "书院巷8号"),
    _subject(Kind.PRIVATE_SCHOOL, "示例县育苗学校", RIVER, "长堤路21号"),
    _subject(Kind.KINDERGARTEN, "示例县小杏园幼儿园", STONE, "杏园路3号"),
    _subject(Kind.GOVERNMENT_UNIT, "示例县云桥街道办事处", BRIDGE, "鼓楼街1号"),
    _subject(Kind.CARE_CENTRE, "示例县暖阳托管中心", BRIDGE, "文昌街45号"),
    _subject(Kind.SOCIAL_ORGANISATION, "示例县校外培训行业协会", BRIDGE, "春晖路12号"),
    _subject(
        Kind.UNLICENSED_SITE,
        "",
        RIVER,
        "滨河路77号二楼",
        brand="（无牌）滨河路二楼画班",
        status=Status.UNLICENSED,
    ),
    _subject(
        Kind.UNLICENSED_SITE,
        "",
        STONE,
        "青禾路9号后院",
        brand="（无牌）青禾路补习点",
        status=Status.UNLICENSED,
    ),
    _subject(
        Kind.TRAINING_INSTITUTION,
        "示例县旧雨书画培训有限公司",
        RIVER,
        "青禾路30号",
        category="ARTS",
        brand="旧雨书画",
    ),
)
SCHOOL: Final = 0
ASSOCIATION: Final = 5
CLOSED: Final = 8


def enter(player: Player, at: datetime) -> list[Known]:
    """Enter them in the order of `SUBJECTS`; the last one closed last year."""
    said = player.act(register_subjects_many, Actor.clock(()), at, "others", subjects=SUBJECTS)
    ids, codes = said["subject_ids"], said["codes"]
    assert isinstance(ids, list) and isinstance(codes, list)
    known = [Known(int(str(id_)), str(code)) for id_, code in zip(ids, codes, strict=True)]
    closed = known[CLOSED]
    player.act(
        change_status,
        Actor.clock((closed.id,)),
        at,
        closed.code,
        code=closed.code,
        status=Status.CLOSED,
        valid_from=date(2025, 7, 1),
        reason="主动终止办学，已完成清算",
    )
    return known
