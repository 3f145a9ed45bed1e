"""The registry's pages in a real browser: at 360 and 1440, in both languages."""

from datetime import date
from typing import Any

import pytest

from tests.browser import Visitor
from tests.conftest import Cluster
from tests.desk.given import cookie
from tests.registry.given import COUNTY, TOWN, areas, call, licensed, many, new, officer
from yuxin.kernel.actor import Role
from yuxin.operations.registry.confirm_connection import confirm_connection
from yuxin.operations.registry.record_custody_account import record_custody_account
from yuxin.operations.registry.record_post import NewColleague, record_post
from yuxin.operations.registry.record_site import NewRoom, record_site
from yuxin.registry.models import CustodyState, PostRole
from yuxin.registry.services import NewCustody, NewPost, NewSite

pytestmark = pytest.mark.browser
DAY = date(2026, 3, 2)


@pytest.fixture
def county(committing: Cluster) -> dict[str, Any]:
    """A county in which one institution has everything."""
    areas()
    receipt = many(
        [
            licensed(
                name="示例县青禾艺术培训学校有限公司",
                brand="青禾美育",
                uscc="91999999MA0K7F201M",
                capital_fen=30_000_000,
                address="河口镇滨河路18号二层",
                approving="示例县文化和旅游局",
                supervising="示例县教育局",
                source="示例县机构名单 2026-03",
            ),
            *(new(f"示例县第{n}培训学校", category="SPORTS") for n in range(1, 15)),
        ]
    )
    code, subject_id = receipt["codes"][0], receipt["subject_ids"][0]
    clerk = officer(subject_id)
    record_site(
        call(clerk),
        code=code,
        valid_from=DAY,
        site=NewSite(address="河口镇滨河路18号二层", name="本部", area_code=TOWN, area_dm2=32050),
        rooms=(NewRoom(name="301", capacity=20, area_dm2=6500),),
    )
    record_post(
        call(clerk),
        code=code,
        colleague=NewColleague(name="陆子衿", phone="13800005678", id_number="11010119900307001X"),
        post=NewPost(role=PostRole.TEACHING, title="声乐", qualification="初中音乐教师"),
        valid_from=DAY,
    )
    record_custody_account(
        call(clerk),
        code=code,
        valid_from=DAY,
        account=NewCustody(
            bank_code="DEMOBANK",
            bank_name="示例农商银行",
            account_title="示例县青禾艺术培训学校有限公司预收费资金托管专户",
            number="6230000000006021",
        ),
        state=CustodyState.VERIFIED,
    )
    confirm_connection(
        call(clerk), code=code, licence_number="教民 399990120240087 号", feeds=("BANK",)
    )
    return {"codes": receipt["codes"]}


def _pages(county: dict[str, Any]) -> dict[str, str]:
    full, bare = county["codes"][0], county["codes"][1]
    return {
        "institutions": "/desk/institutions",
        "institutions-none": "/desk/institutions?colour=RED&q=x",
        "institution": f"/desk/institutions/{full}",
        "institution-then": f"/desk/institutions/{full}?on=2026-02-01&known=2026-12-31",
        "institution-bare": f"/desk/institutions/{bare}",
        "correct": f"/desk/institutions/{full}/correct/identity",
        "connect": f"/desk/institutions/{bare}/connect",
        "licence": f"/desk/institutions/{bare}/add/licence",
        "custody": f"/desk/institutions/{bare}/custody",
        "merge": f"/desk/institutions/{bare}/merge",
        "search": "/desk/search?q=slx",
        "search-none": "/desk/search?q=查无此家",
    }


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_pages_are_sound(
    county: dict[str, Any], visit: Visitor, width: int, language: str
) -> None:
    signed_in = cookie(Role.OFFICER, area=COUNTY)
    for name, address in _pages(county).items():
        mark = "&" if "?" in address else "?"
        page = visit(f"{address}{mark}lang={language}", width=width, cookies=signed_in)
        page.is_sound(f"desk-{name}-{language}")
