"""The page that checks a receipt: in a real browser, online and from a saved file."""

import html
import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.formats.test_receipt import AT, LOG, POLICY, W, receipt
from yuxin.formats.leaf import clear_leaf
from yuxin.formats.receipt_file import Check, Receipt, check_receipt
from yuxin.site.launcher.translations import compile_newer

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium: apt install chromium"),
]


@pytest.fixture(scope="module")
def english():
    """The English of the pages, as the launcher compiles it."""
    compile_newer()


@pytest.fixture
def policy_file(settings, tmp_path, english):
    settings.EVIDENCE_ROOT = tmp_path
    (tmp_path / "policy").write_bytes(POLICY.render())


@pytest.fixture
def browser(chromium):
    """The one browser of this test process: a second one cannot be driven beside it."""
    return chromium


@pytest.fixture
def saved(browser, policy_file, tmp_path):
    """The one file opened without any network, with the browser's faults collected."""
    answer = Client().get("/check-receipt/file")
    path = tmp_path / "check.html"
    path.write_bytes(answer.content)
    context = browser.new_context(offline=True, viewport={"width": 360, "height": 800})
    page = context.new_page()
    faults = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: said.type == "error" and faults.append(said.text))
    page.goto(f"file://{path}")
    yield page
    assert faults == []
    context.close()


def choose(page, data):
    page.set_input_files(
        "#receipt-file",
        [{"name": "receipt.json", "mimeType": "application/json", "buffer": data}],
    )
    page.wait_for_selector("#receipt-result .status-block")
    return {
        row.get_attribute("data-check"): row.get_attribute("data-state")
        for row in page.query_selector_all("[data-check]")
    }


def spoilt():
    """Receipts of every kind, right and wrong, as files."""
    whole = receipt(item=7)
    yield receipt()
    yield receipt(item=0)
    yield whole
    yield receipt(witnesses=(2,))
    yield receipt(witnesses=())
    yield replace(receipt(), proof=None)
    yield replace(receipt(), proof="nothing")
    yield replace(receipt(), entry="0" * 32)
    yield replace(receipt(), fields=())
    yield replace(receipt(), leaf=b"{}")
    yield replace(whole, item=None)
    yield replace(whole, item=replace(whole.item, index=8))
    yield replace(whole, item=replace(whole.item, count=2**40))
    yield replace(whole, proof=whole.proof.replace("index 5", "index 4"))
    yield replace(whole, proof=whole.proof.replace(LOG.name, "evidence.example/other"))
    yield replace(whole, proof=whole.proof + W[2].sign("x\n", timestamp=1772416981).line())
    yield replace(whole, fields=(replace(whole.fields[0], value=280000), *whole.fields[1:]))
    yield replace(whole, fields=(replace(whole.fields[0], value="\u0041\u030a"), *whole.fields[1:]))
    leaf = clear_leaf("rule.activated", {"name": "规"}, whole.entry, AT)
    yield Receipt(whole.entry, leaf, (), None, None)


def test_the_page_and_the_program_answer_every_receipt_alike(saved):
    for one in spoilt():
        expected = check_receipt(one, POLICY)
        assert choose(saved, one.render()) == {
            check.value: expected.states[check].value for check in Check
        }


def test_without_the_browsers_own_algorithms_the_answers_are_the_same(saved):
    saved.evaluate("Object.defineProperty(globalThis, 'crypto', {value: undefined})")
    for one in (receipt(), receipt(item=3), receipt(witnesses=(2,))):
        expected = check_receipt(one, POLICY)
        assert choose(saved, one.render()) == {
            check.value: expected.states[check].value for check in Check
        }


def test_it_says_in_words_what_holds_and_what_does_not(saved):
    choose(saved, receipt().render())
    said = saved.inner_text("#receipt-result")
    for words in ("没有被改过", "五项里4项成立", "2,000.00元", "第6条", "3家里2家", "7f3a"):
        assert words in said
    one = receipt()
    changed = tuple(replace(f, value=280000) if "amount" in f.path else f for f in one.fields)
    choose(saved, replace(one, fields=changed).render())
    said = saved.inner_text("#receipt-result")
    assert "对不上" in said
    assert "和存下的不一样" in said
    saved.set_input_files(
        "#receipt-file", [{"name": "x.json", "mimeType": "text/plain", "buffer": b"<b>no</b>"}]
    )
    saved.wait_for_function("document.getElementById('receipt-result').innerText.includes('不是')")


def test_what_a_receipt_says_is_never_taken_as_markup(saved):
    one = receipt()
    evil = '<img src=x onerror="document.title=1">'
    shown = tuple(replace(f, value=evil) if "amount" in f.path else f for f in one.fields)
    choose(saved, replace(one, fields=shown).render())
    assert saved.query_selector("#receipt-result img") is None
    assert evil in saved.inner_text("#receipt-result")


def test_nothing_overflows_on_a_small_phone(saved):
    choose(saved, receipt(item=3).render())
    saved.set_viewport_size({"width": 320, "height": 700})
    assert saved.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.django_db
def test_the_page_online_has_no_inline_script_and_names_the_file(policy_file):
    answer = Client().get("/check-receipt")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r"<script(?![^>]*src=)", text) == []
    assert html.escape(POLICY.logs[0].key.text()) in text or POLICY.logs[0].key.text() in text
    file = Client().get("/check-receipt/file")
    assert "attachment" in file["Content-Disposition"]
    digest = sha256(file.content).hexdigest()
    assert " ".join(digest[at : at + 4] for at in range(0, 64, 4)) in text
    assert "Check a receipt" in Client().get("/check-receipt?lang=en").content.decode()


def test_the_hashes_and_signatures_of_the_fallback_are_those_of_the_standards(saved):
    """Vectors of FIPS 180 and RFC 8032, computed by our own code in the browser."""
    assert finders.find("portal/receipt_hash.js")
    found = saved.evaluate(
        """() => {
        const hex = (b) => Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");
        const un = (t) => Uint8Array.from(t.match(/../g) || [], (x) => parseInt(x, 16));
        const abc = new TextEncoder().encode("abc");
        const key = un("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        const signature = un("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
        return [hex(YuxinHash.sha256(abc)), hex(YuxinHash.sha512(abc)).slice(0, 32),
          YuxinHash.verifyHere(key, signature, un("72")),
          YuxinHash.verifyHere(key, signature, un("73"))];
        }"""
    )
    assert found == [
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "ddaf35a193617abacc417349ae204131",
        True,
        False,
    ]


def test_the_receipt_of_an_english_reader_is_in_english(browser, policy_file, tmp_path):
    path = tmp_path / "check-en.html"
    path.write_bytes(Client().get("/check-receipt/file?lang=en").content)
    page = browser.new_page()
    page.goto(f"file://{path}")
    choose(page, receipt().render())
    said = page.inner_text("#receipt-result")
    page.close()
    assert "Unchanged" in said
    assert "Five checks" in said
