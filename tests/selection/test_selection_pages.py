"""The pages of a selection: officer, departments, banks and the public, from call to term."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from tests.desk.test_tuition_pages import text_of
from tests.given import rules
from tests.visitors import FixedMoment, area, client_of, cookies, look_at
from yuxin.access.context import opened
from yuxin.access.models import Account
from yuxin.kernel.actor import Role


@pytest.fixture(autouse=True)
def fixed_moment(settings: Any):
    settings.MIDDLEWARE = ["tests.visitors.FixedMoment", *settings.MIDDLEWARE]
    area()
    rules()
    yield
    FixedMoment.at = None


def number() -> str:
    return str(uuid.uuid4())


def post(page: Client, where: str, **told: object) -> Any:
    return page.post(where, {"request_id": number(), **told})


def login_of(role: Role, organisation: str) -> str:
    with opened("operation"):
        found = Account.objects.filter(organisation=organisation, login__startswith=role.value)
        return str(found.get().login)


@pytest.mark.django_db
def test_a_selection_runs_through_the_pages_from_the_call_to_the_term():
    look_at("03-02 09:00")
    officer = client_of(cookies(Role.OFFICER, organisation="示教局", name="沈亦舟"))
    head = client_of(cookies(Role.HEAD, organisation="示教局", name="林局"))
    finance = client_of(cookies(Role.DEPARTMENT, organisation="财政局", name="周科"))
    alpha, bravo = (
        client_of(cookies(Role.BANK, organisation=code, name=code)) for code in ("ALPHA", "BRAVO")
    )
    told = {
        "title": "2026 年托管银行遴选",
        "documents": "资质和方案",
        "closing_on": "2026-03-06",
        "places": "1",
        "term_months": "36",
    }
    bad = post(officer, "/desk/bank-selections/new", **told, criteria="服务能力 60\n费用 30")
    assert bad.status_code == 422
    assert "各项权重相加是 90，须正好是 100" in text_of(bad)
    made = post(officer, "/desk/bank-selections/new", **told, criteria="服务能力 60\n费用 40")
    here = made["Location"]
    assert re.fullmatch(r"/desk/bank-selections/\w+", here)
    public = here.replace("/desk", "")
    assert "服务能力" in text_of(Client().get(public))
    assert "申请做托管银行" in text_of(alpha.get("/desk/"))

    for page, code in ((alpha, "ALPHA"), (bravo, "BRAVO")):
        said = {"act": "apply", "bank_name": f"{code} 银行", "words": f"{code} 的承诺"}
        assert post(page, here, **said).status_code == 302
    assert "BRAVO 的承诺" not in text_of(alpha.get(here))
    assert "BRAVO 的承诺" in text_of(officer.get(here))
    assert "BRAVO" not in text_of(Client().get(public))

    look_at("03-09 09:00")
    scorers = f"{login_of(Role.OFFICER, '示教局')}\n{login_of(Role.DEPARTMENT, '财政局')}"
    begun = post(officer, here, act="begin", scorers=scorers, until="2026-03-11")
    assert begun.status_code == 302
    assert "给托管银行评分" in text_of(finance.get("/desk/"))
    sheet = {"p_ALPHA_1": 80, "p_ALPHA_2": 70, "p_BRAVO_1": 60, "p_BRAVO_2": 90}
    assert post(finance, here, act="sheet", **sheet).status_code == 302
    assert "80" not in text_of(officer.get(here))
    early = post(officer, here, act="open")
    assert early.status_code == 422
    assert "还差 1 份评分表" in text_of(early)
    assert post(officer, here, act="sheet", **sheet).status_code == 302
    assert post(officer, here, act="open").status_code == 302
    assert "周科" not in text_of(alpha.get(here))

    own = post(officer, here, act="publish", words="按总分")
    assert own.status_code == 422  # who opened the sheets does not publish
    assert post(head, here, act="publish", words="按总分").status_code == 302
    shown = text_of(Client().get(public))
    assert "ALPHA 银行" in shown
    assert "76.00" in shown
    assert "72.00" in shown

    assert post(bravo, here, act="object", words="费用一项有误").status_code == 302
    look_at("03-19 09:00")
    assert "现在没有要您做的" in text_of(officer.get(here))  # answered among the proceedings
    assert "费用一项有误" in text_of(officer.get(_proceeding(officer, here)))
    answered = post(
        officer, _proceeding(officer, here), move="objection_answered", words="核过无误"
    )
    assert answered.status_code == 302
    assert post(officer, here, act="confirm").status_code == 302
    assert "服务期" in text_of(Client().get(public))

    gone = post(officer, here, act="exit", bank="ALPHA", on="2026-06-30", words="申请退出")
    assert gone.status_code == 302
    assert "还有0个专户没办完" in text_of(officer.get(here))
    assert "2026年6月30日起退出" in text_of(Client().get(public))


def _proceeding(page: Client, here: str) -> str:
    found = re.search(r'href="(/desk/proceedings/\w+)"', page.get(here).content.decode())
    assert found
    return found[1]


@pytest.mark.django_db
def test_nobody_without_a_part_opens_the_pages():
    look_at("03-02 09:00")
    for role in (Role.INSURER, Role.GRID_WORKER):
        assert client_of(cookies(role)).get("/desk/bank-selections").status_code == 403
    bank = client_of(cookies(Role.BANK, organisation="ALPHA"))
    assert bank.get("/desk/bank-selections/new").status_code == 403
