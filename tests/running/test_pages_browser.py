"""Running and mirrored contracts in a real browser: at 360 and 1440, in both languages."""

from collections.abc import Iterator

import pytest

from tests.browser import Visitor
from tests.conftest import Cluster
from tests.given import World, call
from tests.mirror.given import K, fact, receive, source
from tests.running.given import confirmed, declare, old, place, running
from tests.visitors import FixedMoment, area, cookies, inside, look_at, parent
from yuxin.kernel.actor import Role
from yuxin.operations.tuition.answer_running_contract import answer_running_contract

pytestmark = pytest.mark.browser


@pytest.fixture
def county(committing: Cluster) -> Iterator[World]:
    """One contract agreed and not paid in, one contested, one to answer; a mirrored one."""
    area()
    w = place()
    confirmed(w)
    names = ("旧-002", "旧-003")
    declare(
        w,
        *(old(w, paper_number=each, learner_name=each) for each in names),
        when="03-02 09:00",
    )
    answer_running_contract(
        call(w.family, "03-02 20:00"),
        running_code=running(w.institution, "旧-002").code,
        taught_centiunits=500,
        note="签到表上只有五次",
    )
    source()
    early = fact("release", "03-03 15:00", "R1", amount_fen=60_000)
    receive(w.institution, (*K[:3], early, *K[3:5]))
    look_at("04-03 18:00")
    yield w
    FixedMoment.at = None


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_pages_are_sound(county: World, visit: Visitor, width: int, language: str) -> None:
    of = county.institution
    officer, finance = cookies(Role.OFFICER), inside(of, Role.INSTITUTION_FINANCE)
    contested = running(of, "旧-002").code
    pages = {
        "running": ("/desk/running?", officer),
        "running-uncovered": ("/desk/running/uncovered?", officer),
        "running-one": (f"/desk/running/{contested}?", officer),
        "running-declare": ("/desk/running/declare?", finance),
        "mirror": ("/desk/mirror?", officer),
        "mirror-one": ("/desk/mirror/NATIONAL/N-K?", officer),
        "mirror-receive": ("/desk/mirror/receive?", officer),
    }
    if width == 360:
        family = parent(county.family)
        waits = running(of, "旧-003").code
        pages |= {
            "family-running": (f"/family/running/{waits}?", family),
            "family-otherwise": (f"/family/running/{waits}?say=otherwise&", family),
            "family-agreed": (f"/family/running/{running(of).code}?", family),
            "family-contested": (f"/family/running/{contested}?", family),
            "family-mirrored": ("/family/mirrored?", family),
        }
    for name, (address, jar) in pages.items():
        page = visit(f"{address}lang={language}", width=width, cookies=jar)
        page.is_sound(f"{name}-{language}")
