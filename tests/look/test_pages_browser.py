"""The pattern page in a real browser: both faces, both languages, with and without script."""

import gzip
import re
from pathlib import Path

import pytest

from tests.browser import Visitor

pytestmark = pytest.mark.browser
STATIC = Path(__file__).parents[2] / "src/yuxin/look/static/look"
DESK, PHONE = "/desk/patterns", "/desk/patterns?face=phone"
PAPER = "/desk/patterns?face=print"


@pytest.mark.parametrize(("width", "language"), [(360, "zh"), (1440, "zh"), (1440, "en")])
def test_every_part_of_the_desk_is_sound(visit: Visitor, width: int, language: str) -> None:
    visit(f"{DESK}?lang={language}", width=width).is_sound(f"desk-{language}")


@pytest.mark.parametrize(
    ("width", "language"), [(320, "zh"), (360, "zh"), (1440, "zh"), (320, "en")]
)
def test_every_part_of_the_phone_is_sound(visit: Visitor, width: int, language: str) -> None:
    visit(f"{PHONE}&lang={language}", width=width).is_sound(f"phone-{language}")


@pytest.mark.parametrize("width", [360, 800])
def test_a_sheet_of_paper_is_sound(visit: Visitor, width: int) -> None:
    visit(PAPER, width=width).is_sound("paper")


def test_a_sheet_of_paper_is_one_page_of_a4(visit: Visitor) -> None:
    page = visit(PAPER, width=800).page
    page.emulate_media(media="print")
    assert page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n") == 1


@pytest.mark.parametrize("address", [f"{DESK}?lang=en", f"{PHONE}&lang=en"])
def test_the_english_page_is_english(visit: Visitor, address: str) -> None:
    visit(address).is_english()


@pytest.mark.parametrize("address", [DESK, PHONE])
def test_nothing_sticks_out_at_double_text_size(visit: Visitor, address: str) -> None:
    page = visit(address, width=360)
    page.page.emulate_media(forced_colors="none")
    page.page.evaluate("document.documentElement.style.fontSize = '32px'")
    page.fits()


def test_a_list_is_filtered_sorted_and_turned_without_script(visit: Visitor) -> None:
    page = visit(DESK, width=1440, script=False).page
    page.select_option("select[name=town]", "1")
    page.get_by_role("button", name="筛选", exact=True).click()
    assert "共 7 件" in page.locator(".pager").inner_text()
    page.get_by_role("link", name="专户余额").click()
    page.get_by_role("link", name="专户余额").click()
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("专户余额")
    page.get_by_role("link", name="下一页").click()
    assert "第 7–7 件" in page.locator(".pager").inner_text()
    page.locator("a.token").click()
    assert "共 14 件" in page.locator(".pager").inner_text()


def test_columns_are_chosen_without_script(visit: Visitor) -> None:
    page = visit(DESK, width=1440, script=False).page
    page.get_by_text("选列", exact=True).click()
    page.locator("input[name=col][value=town]").uncheck()
    page.get_by_role("button", name="按所选列显示").click()
    heads = page.locator("#table thead th").all_inner_texts()
    assert not any("街镇" in head for head in heads)
    assert any("专户余额" in head for head in heads)


def test_the_bulk_bar_appears_when_a_row_is_chosen_even_without_script(visit: Visitor) -> None:
    page = visit(DESK, width=1440, script=False).page
    assert not page.locator(".bulk").is_visible()
    page.locator("tbody input.box").first.check()
    assert page.locator(".bulk").is_visible()


def test_the_keys_of_the_desk_move_choose_and_leave(visit: Visitor) -> None:
    page = visit(DESK, width=1440).page
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("tr.here input.box").is_checked()
    assert page.locator(".bulk output").inner_text() == "已选 1 件"
    page.keyboard.press("Escape")
    assert not page.locator(".bulk").is_visible()
    page.keyboard.press("/")
    page.keyboard.type("jx")
    assert page.locator("[data-key='/']").input_value() == "jx"


def test_htmx_runs_no_text_as_code_and_shows_refusals(visit: Visitor) -> None:
    page = visit(DESK, width=1440).page
    page.wait_for_function("window.htmx")
    assert page.evaluate("[htmx.config.allowEval, htmx.config.allowScriptTags]") == [False, False]
    page.evaluate(
        "htmx.ajax('GET', '/nowhere', {target: '#table', swap: 'outerHTML'}).catch(() => {})"
    )
    page.locator("#messages [role=alert]").wait_for()
    assert page.locator("#table").is_visible()


def test_single_letters_can_be_switched_off(visit: Visitor) -> None:
    page = visit(DESK, width=1440).page
    page.keyboard.press("?")
    page.locator("#keys-off").check()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.locator("tr.here").count() == 0


def test_the_menu_opens_on_a_narrow_screen_without_script(visit: Visitor) -> None:
    page = visit(DESK, width=360, script=False).page
    assert not page.locator("#menu").is_visible()
    page.get_by_role("link", name="菜单", exact=True).click()
    assert page.locator("#menu").is_visible()


def test_the_first_stop_of_the_tab_key_leads_to_the_content(visit: Visitor) -> None:
    page = visit(PHONE).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"


def test_targets_on_the_phone_are_large_enough(visit: Visitor) -> None:
    page = visit(PHONE).page
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, summary, select, .choice')]
        .filter(one => !one.closest('p, li') && !one.matches('.skip') && one.offsetParent)
        .filter(one => one.getBoundingClientRect().height < 43.5)
        .map(one => one.outerHTML.slice(0, 120))"""
    )
    assert small == []


def test_the_page_prints_without_its_frame(visit: Visitor) -> None:
    page = visit(DESK, width=1440).page
    page.emulate_media(media="print")
    for gone in (".top", ".nav", ".filter", ".acts"):
        assert not page.locator(gone).first.is_visible()
    assert page.locator(".demo-strip").is_visible()


def test_statuses_keep_shape_and_word_under_forced_colours(visit: Visitor) -> None:
    page = visit(PHONE).page
    page.emulate_media(forced_colors="active")
    tag = page.locator(".status-tag").first
    assert tag.locator("svg").is_visible()
    assert tag.inner_text().strip()


def test_the_style_of_a_phone_page_weighs_little() -> None:
    weight = sum(
        len(gzip.compress((STATIC / name).read_bytes()))
        for name in ("tokens.css", "base.css", "phone.css", "icons.svg")
    )
    assert weight <= 20_000


def test_no_template_carries_style_or_script_of_its_own() -> None:
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=", re.IGNORECASE)
    found = [
        str(path)
        for path in STATIC.parents[2].parent.glob("*/templates/**/*.html")
        if inline.search(path.read_text("utf-8"))
    ]
    assert found == []
