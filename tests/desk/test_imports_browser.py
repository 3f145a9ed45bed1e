"""The pages of imports in a real browser: both languages, desk and phone, keys, without script."""

import pytest
from django.test import Client

from tests.browser import CHINESE_LEFT, Visitor
from tests.desk.test_imports import doubts, send, the_batch
from tests.desk.test_sign_in_page import _sign_in, make_officer
from tests.formats.test_sheets import xlsx
from tests.registry.test_reading_lists import code

pytestmark = pytest.mark.browser
LIST = xlsx(
    [
        ["附件1"],
        ["示例县培训机构登记台账"],
        ["填报单位(盖章):              单位:万元"],
        ["序号", "机构名称", "登记信息", None, None, "地址", "许可证有效期"],
        [None, None, "统一社会信用代码", "注册资金", "成立日期", None, None],
        [1, "示例县东湖培训学校有限公司", code(1), "50(万元)", "2019-04-06", "东湖路9号", ""],
        [2, "示例县北塘艺术培训有限公司", code(2).replace("1", "I", 1), "30万人民币",
         "2019.5.6", "北塘街22号", "至2026年12月18日"],
        [3, "小荷舞蹈/东湖店/北塘店", "", "50", "2020年1月2日", "东湖村号", ""],
        [4, "示例县云帆教育科技有限公司(小荷英语)文庙校区", "", "N/A", "", "文庙巷3号", ""],
        [5, "示例县卓然书画培训中心", "371099000012345", "15.3(万美元)", "03/04/2020",
         "学府路40号", "3月16日至8月31日"],
        [6, "示例县启明培训学校有限公司", code(6), "30(万)", "年2月9日", "学府路１号",
         "至2022年1月"],
        [7, "示例县东湖培训学校有限公司城北分公司", code(7), "-", "2021-01-02", "城北路7号", ""],
        ["合计:7家"],
        ["备注:数据截至2026年10月"],
    ],
    merges=["A1:G1", "A2:G2", "A3:G3", "A4:A5", "B4:B5", "C4:E4", "F4:F5", "G4:G5", "A13:G13",
            "A14:G14"],
)  # fmt: skip


@pytest.fixture
def signed_in(committing):
    """The cookies of an officer who has sent a list."""
    make_officer()
    client = Client()
    _sign_in(client)
    send(client, LIST, "2026 年秋季机构登记台账.xlsx")
    return {name: morsel.value for name, morsel in client.cookies.items()}


@pytest.mark.parametrize(("width", "language"), [(1440, "zh"), (1440, "en"), (360, "zh")])
def test_every_page_of_an_import_is_sound(visit: Visitor, signed_in, width, language):
    base = f"/desk/imports/{the_batch().code}"
    for name, path in (
        ("import-list", "/desk/imports?"),
        ("import-review", f"{base}?at=2&"),
        ("import-columns", f"{base}/columns?"),
        ("import-rows", f"{base}/rows?"),
        ("import-same", f"{base}/same/1?"),
    ):
        seen = visit(f"{path}lang={language}", width=width, cookies=signed_in)
        seen.is_sound(f"{name}-{language}")
        if language == "en":
            left = seen.page.evaluate(CHINESE_LEFT)
            assert all("沈亦舟" in text or text == "示例县" for text in left), left


def test_the_keys_accept_edit_refuse_and_undo(visit: Visitor, signed_in):
    page = visit(f"/desk/imports/{the_batch().code}?at=1", width=1440, cookies=signed_in).page
    page.keyboard.press("a")
    page.wait_for_url("**at=2#open")
    assert doubts()[0].decision == "ACCEPTED"
    page.keyboard.press("r")
    assert page.locator("#reason").is_visible()
    page.locator("#reason").select_option(index=1)
    page.get_by_role("button", name="拒绝这一行").click()
    page.wait_for_url("**at=3#open")
    page.goto(page.url.replace("at=3", "at=1"))
    page.keyboard.press("u")
    page.locator("button[data-key=a]").wait_for()  # there is a decision to take again
    assert [doubt.decision for doubt in doubts()[:2]] == ["", "REFUSED"]


def test_everything_works_without_script(visit: Visitor, signed_in):
    page = visit(
        f"/desk/imports/{the_batch().code}?at=1", width=1440, script=False, cookies=signed_in
    ).page
    page.locator("button[data-key=a]").click()
    page.wait_for_url("**at=2**")
    page.locator("summary[data-key=e]").click()
    page.locator("form.inner button[value=EDITED]").click()
    assert doubts()[0].decision == "ACCEPTED"
