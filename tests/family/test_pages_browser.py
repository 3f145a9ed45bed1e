"""The family's pages in a browser: drawn at 360 px, sound also at 1440, in both languages."""

import pytest

from tests.family.lives import on_27_march
from tests.visitors import area, look_at, parent


@pytest.mark.browser
def test_a_contract_on_27_march(committing, visit):
    area()
    k = on_27_march()
    jar = parent(k.family)
    look_at("03-27 09:40")
    lesson = k.lesson(2).code
    pages = {
        "home": "/family/",
        "contract": f"/family/contracts/{k.contract}",
        "lesson": f"/family/lessons/{lesson}",
        "dispute": f"/family/lessons/{lesson}/dispute",
        "refund": f"/family/contracts/{k.contract}/refund",
        "terms": f"/family/contracts/{k.contract}/terms",
        "inbox": "/family/inbox",
        "children": "/family/children",
        "enrol": f"/family/enrol/{k.class_code}",
    }
    problems: list[str] = []
    for name, path in pages.items():
        for width, language in ((360, "zh"), (1440, "zh"), (360, "en")):
            seen = visit(f"{path}?lang={language}", width=width, cookies=jar)
            seen.picture(f"family-{name}-{language}")
            for check in (
                seen.is_quiet,
                seen.fits,
                *([seen.is_accessible] if width == 360 else []),
            ):
                try:
                    check()
                except AssertionError as problem:
                    problems.append(f"{name} {width} {language}: {problem}")
    assert not problems, "\n".join(problems)
