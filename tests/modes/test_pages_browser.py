"""The pages of the modes in a browser: sound at 360 and 1440 px, in both languages."""

import pytest

from tests.modes.given import debt
from tests.modes.test_pages import owing
from tests.visitors import client_of, cookies, inside, parent
from yuxin.kernel.actor import Role
from yuxin.rules.modes import Mode


@pytest.mark.browser
def test_policy_exposure_debt_and_the_family_page_are_sound(committing, visit):
    k = owing(Mode.ADVANCE)
    finance = inside(k.institution, Role.INSTITUTION_FINANCE)
    head = inside(k.institution, Role.INSTITUTION_HEAD)
    officer = cookies(Role.OFFICER)
    family = parent(k.family)
    pages = {
        "policy": ("/desk/policy", officer),
        "exposure": ("/desk/exposure", finance),
        "debt": (f"/desk/debts/{debt(k).code}", finance),
        "debts": ("/desk/debts", finance),
        "course-new": ("/desk/courses/new", head),
        "contract": (f"/desk/contracts/{k.contract}", finance),
        "family-contract": (f"/family/contracts/{k.contract}", family),
        "family-terms": (f"/family/contracts/{k.contract}/terms", family),
    }
    for path, jar in pages.values():  # the first look at a page reads its templates
        assert client_of(jar).get(path).status_code == 200
    problems: list[str] = []
    for name, (path, jar) in pages.items():
        mark = "&" if "?" in path else "?"
        for width, language in ((360, "zh"), (1440, "zh"), (360, "en")):
            seen = visit(f"{path}{mark}lang={language}", width=width, cookies=jar)
            seen.picture(f"modes-{name}-{width}-{language}")
            for check in (seen.is_quiet, seen.fits, seen.is_accessible):
                try:
                    check()
                except AssertionError as problem:
                    problems.append(f"{name} {width} {language}: {problem}")
    assert not problems, "\n".join(problems)
