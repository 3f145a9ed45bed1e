"""Figures in a real browser: at 360 and 1440, in both languages, with and without script."""

from collections.abc import Iterator

import pytest

from tests.browser import Visitor
from tests.conftest import Cluster
from tests.figures.test_operating import whole_life
from tests.given import World, guardian, learner, notify, pay, signed
from tests.visitors import FixedMoment, cookies, look_at
from yuxin.kernel.actor import Role

pytestmark = pytest.mark.browser


@pytest.fixture
def county(committing: Cluster) -> Iterator[World]:
    """Contract K to its end, and a second family that has just paid."""
    k = whole_life()
    other = guardian(2)
    child = learner(other, "何小舟", "04-01 20:00")
    code = signed(other, k.class_code, child=child, when="04-02 09:00")
    notify(pay(k.bank, other, code, "04-02 09:10"), "04-02 09:10")
    look_at("04-02 18:00")
    yield k
    FixedMoment.at = None


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_pages_of_figures_are_sound(
    county: World, visit: Visitor, width: int, language: str
) -> None:
    jar = cookies(Role.HEAD)
    pages = {
        "leader": "/desk/leader?",
        "tonight": "/desk/tonight?",
        "figures": "/desk/figures?from=2026-03-01&to=2026-04-30&by=week&",
        "circular": "/desk/figures/circular?from=2026-03-01&to=2026-04-30&",
        "live": f"/desk/institutions/{county.institution.code}/live?",
    }
    for name, address in pages.items():
        page = visit(f"{address}lang={language}", width=width, cookies=jar)
        page.is_sound(f"figures-{name}-{language}")


def test_a_chart_is_read_without_script(county: World, visit: Visitor) -> None:
    page = visit("/desk/figures", width=1440, script=False, cookies=cookies(Role.HEAD)).page
    chart = page.locator("svg.chart").first
    assert chart.is_visible()
    assert chart.locator("title").text_content() == "拨付和退费"
    assert page.locator(".chart-table td").first.is_visible()
