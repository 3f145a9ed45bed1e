"""The visit code in a browser: made on the phone, alike the server's, also without a network."""

import pytest
import segno

from tests.modes.test_redeeming import opened
from tests.visitors import area, inside, look_at, parent
from yuxin.access.reading import reading
from yuxin.kernel.actor import Role
from yuxin.rules.visit_code import SECONDS, digits
from yuxin.tuition.redeeming import queries

SHOWN = "() => document.querySelector('[data-digits]')?.textContent.replace(' ', '')"
STEP = "() => Number(document.querySelector('[data-step]').dataset.step)"


@pytest.mark.browser
def test_the_phone_makes_the_servers_codes_and_keeps_making_them_offline(committing, visit):
    area()
    k = opened()
    look_at("03-04 16:05")
    jar = parent(k.family)
    with reading(k.family):
        (one,) = queries.passes(k.family)
    key = bytes.fromhex(one.key)

    seen = visit("/family/visit", width=360, cookies=jar)
    page = seen.page
    page.wait_for_selector("[data-code] svg")
    assert page.evaluate(SHOWN) == digits(key, k.contract, page.evaluate(STEP))
    seen.is_sound("modes-visit")
    text = f"{k.contract}:12345678"
    drawn = page.evaluate("(text) => window.yuxinQr(text).map((row) => row.map(Number))", text)
    code = segno.make(text, version=2, error="m", mask=0, boost_error=False, mode="alphanumeric")
    assert drawn == [list(row) for row in code.matrix]

    page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
    page.reload()
    page.wait_for_selector("[data-code] svg")
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector("[data-code] svg")
    step = page.evaluate(STEP)
    assert page.evaluate(SHOWN) == digits(key, k.contract, step)
    assert abs(page.evaluate("Date.now() / 1000") // SECONDS - step) <= 1
    assert page.is_visible("[data-offline]")
    page.context.set_offline(False)

    for path, who, name in (
        ("/family/visit?lang=en", jar, "modes-visit-en"),
        ("/family/visit?plain=1", jar, "modes-visit-plain"),
        ("/desk/visits", inside(k.institution, Role.INSTITUTION_TEACHER), "modes-visits"),
    ):
        for width in (360, 1440):
            visit(path, width=width, cookies=who).is_sound(name)
