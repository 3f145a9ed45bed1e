"""The papers of a contract in a real browser: signing, supplements, invoices, tracing, sums."""

import pytest

from tests.agreements.given import drafted
from tests.agreements.test_supplements import proposed
from tests.browser import Visitor
from tests.family.lives import on_27_march
from tests.given import draft, learner, published, rows
from tests.visitors import FixedMoment, area, cookies, inside, look_at, parent
from yuxin.kernel.actor import Role

pytestmark = pytest.mark.browser


def test_the_papers_of_a_contract_read_well(committing, visit: Visitor) -> None:
    area()
    k = on_27_march()
    unsigned = drafted(k.family, k.class_code, "03-27 08:00", child=learner(k.family, "陈小麦"))
    supplement = proposed(k, "03-27 09:00", kind="partial_refund", returned_centiunits=500)
    course = published(k.institution, draft(k.institution, name="少儿国画"))
    (child,) = rows("SELECT min(id) FROM tuition_learner", reader=k.family)[0]
    look_at("03-27 09:40")
    family, head = parent(k.family), inside(k.institution, Role.INSTITUTION_HEAD)
    finance, officer = inside(k.institution, Role.INSTITUTION_FINANCE), cookies(Role.OFFICER)
    pages = {
        "family-papers": (f"/family/contracts/{k.contract}/papers", family),
        "family-supplement": (f"/family/supplements/{supplement}", family),
        "family-cancel": (f"/family/contracts/{unsigned}/cancel", family),
        "family-particulars": (f"/family/children/{child}/particulars", family),
        "family-sign": (f"/family/contracts/{unsigned}/sign", family),
        "countersign": ("/desk/countersign", head),
        "supplement-new": (f"/desk/contracts/{k.contract}/supplement", head),
        "supplements": ("/desk/supplements", head),
        "supplement": (f"/desk/supplements/{supplement}", head),
        "conditions": (f"/desk/courses/{course}/conditions", head),
        "contract-invoices": (f"/desk/contracts/{k.contract}/invoices", finance),
        "invoices-sheet": ("/desk/invoices/sheet", finance),
        "three-way": ("/desk/invoices", officer),
        "trace": (f"/desk/trace?q={k.contract}", officer),
        "charges": ("/desk/charges", officer),
    }
    problems: list[str] = []
    for name, (path, jar) in pages.items():
        asked = "&" if "?" in path else "?"
        for width, language in ((360, "zh"), (1440, "en")):
            seen = visit(f"{path}{asked}lang={language}", width=width, cookies=jar)
            seen.picture(f"papers-{name}-{language}")
            for check in (seen.is_quiet, seen.fits, seen.is_accessible):
                try:
                    check()
                except AssertionError as problem:
                    problems.append(f"{name} {width} {language}: {problem}")
    FixedMoment.at = None
    assert not problems, "\n".join(problems)
