"""The pages of access in a real browser: at 360 and 1440, in both languages."""

import pytest

from tests.browser import Visitor
from tests.conftest import Cluster
from tests.desk.given import cookie
from tests.registry.given import COUNTY, areas
from yuxin.access.context import opened
from yuxin.access.models import Account, Grant, Look
from yuxin.kernel.actor import Role
from yuxin.kernel.clock import day_of, now

pytestmark = pytest.mark.browser
PAGES = {
    "accounts": "/desk/accounts",
    "account-new": "/desk/accounts/new",
    "account": "/desk/accounts/gu.ming/show",
    "account-grant": "/desk/accounts/gu.ming/grant",
    "account-device": "/desk/accounts/gu.ming/do/device",
    "looks": "/desk/looks",
    "rules": "/desk/rules",
    "areas": "/desk/areas",
    "banks": "/desk/banks",
    "me": "/desk/me",
    "me-password": "/desk/me/password",
    "privileged": "/desk/privileged",
    "family-me": "/family/me",
}


@pytest.fixture
def county(committing: Cluster) -> dict[str, str]:
    """An administrator, an officer with a grant, and one look."""
    areas()
    signed_in = cookie(Role.ADMINISTRATOR, area=COUNTY)
    with opened("operation"):
        other = Account.objects.create(
            login="gu.ming",
            display_name="顾明",
            organisation="示例县教育局民办教育与校外教育培训监管科",
            password="x",
            created_at=now(),
        )
        Grant.objects.create(
            account=other,
            role="officer",
            area_code=COUNTY,
            valid_from=day_of(now()),
            reason="局长办公会纪要〔2026〕3号",
        )
        Look.objects.create(
            account=other,
            kind="phone",
            thing="7Q2MX8RK4TDWA",
            reason="核实师德线索所涉人员身份",
            at=now(),
        )
    return signed_in


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_pages_are_sound(
    county: dict[str, str], visit: Visitor, width: int, language: str
) -> None:
    for name, address in PAGES.items():
        page = visit(f"{address}?lang={language}", width=width, cookies=county)
        page.is_sound(f"access-{name}-{language}")
