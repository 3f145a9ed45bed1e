"""The public pages in a real browser: widths, languages, double text, no script, their weight."""

import pytest

from tests.browser import Visitor
from tests.portal.given import county, entered, taught, with_status
from yuxin.portal import kept

pytestmark = pytest.mark.browser
NARROW, PHONE, DESK = 320, 360, 1440
WEIGHT_MAX = 100_000


@pytest.fixture
def code(committing) -> str:
    """A county with one institution of each kind; the code of the connected one."""
    kept.PAGES.clear()
    county()
    of = taught()
    taught("晨光美术培训中心（柳湾）", number=2)
    entered()
    entered(name="示例县墨石书画培训有限公司", brand="晨光书画", status="CLOSED")
    with_status(taught("晨光点点美术屋", number=3), "REVOKED")
    return of.code


ADDRESSES = {
    "home": "/",
    "search": "/search?q=晨光",
    "search-empty": "/search?q=小白云画社",
    "search-wrong": "/search?q=JQ85-Q8WN-821YP",
    "institution": "/i/{code}",
    "grey": "/i/{grey}",
    "unlicensed": "/i/{unlicensed}",
    "ended": "/i/{ended}",
    "list": "/lists/institutions",
    "warnings": "/warnings",
}


def _address(name: str, code: str) -> str:
    from tests import given

    rows = given.rows("SELECT code, status FROM public.registry_entry")
    of = {status: each for each, status in rows}
    return ADDRESSES[name].format(
        code=code,
        grey=of.get("UNKNOWN", ""),
        unlicensed=of.get("REVOKED", ""),
        ended=of.get("CLOSED", ""),
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [NARROW, PHONE, DESK])
def test_every_public_page_is_sound(code: str, visit: Visitor, width: int, language: str) -> None:
    for name in ADDRESSES:
        address = _address(name, code)
        sign = "&" if "?" in address else "?"
        seen = visit(f"{address}{sign}lang={language}", width=width)
        seen.complaints[:] = [each for each in seen.complaints if "404" not in each]
        seen.is_sound(f"public-{name}-{language}")
        if language == "en":
            seen.is_english()


def test_nothing_sticks_out_at_double_text_size(code: str, visit: Visitor) -> None:
    for name in ADDRESSES:
        seen = visit(_address(name, code), width=PHONE)
        seen.page.evaluate("document.documentElement.style.fontSize = '32px'")
        seen.fits()


def test_the_page_reads_without_script(code: str, visit: Visitor) -> None:
    page = visit(_address("institution", code), script=False).page
    page.get_by_role("link", name="收费", exact=True).click()
    assert page.get_by_role("heading", name="少儿水彩").is_visible()
    assert page.get_by_text("没上的课全退。").is_visible()


@pytest.mark.parametrize("name", ["institution", "search", "home", "list"])
def test_a_page_weighs_no_more_than_it_may(code: str, visit: Visitor, name: str) -> None:
    page = visit("/healthz").page
    weights: list[int] = []
    page.on("response", lambda answer: weights.append(len(answer.body())))
    page.goto(page.url.replace("/healthz", _address(name, code)), wait_until="networkidle")
    assert 0 < sum(weights) <= WEIGHT_MAX, sum(weights)


def test_the_notice_is_one_page_of_a4_and_its_code_is_large(code: str, visit: Visitor) -> None:
    seen = visit(f"/i/{code}/notice", width=800)
    seen.is_sound("public-notice")
    quiet = seen.page.evaluate(
        "() => { const svg = document.querySelector('.sheet-qr svg');"
        " const modules = svg.viewBox.baseVal.width;"
        " return svg.getBoundingClientRect().width * (modules - 8) / modules / 96 * 25.4 }"
    )
    assert quiet >= 70, f"the code is {quiet:.1f} mm wide"
    seen.page.emulate_media(media="print")
    paper = seen.page.pdf(format="A4", prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") == 1
    seen.picture("public-notice-print")
    visit(f"/i/{code}/notice?lang=en", width=PHONE).is_sound("public-notice-phone")
