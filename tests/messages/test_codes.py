"""One-time codes: five minutes, five tries, one use, for one thing."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection

from tests.messages.test_messages import CHEN, LI, NOW, Phone, deliver
from yuxin.access.reading import reading
from yuxin.evidence import services as evidence
from yuxin.kernel.act import Act, Call, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound
from yuxin.messages import queries, services
from yuxin.messages.models import OneTimeCode
from yuxin.messages.services import CodeInvalid, CodeTooSoon
from yuxin.operations.messages.try_code import try_code
from yuxin.operations.operation import DECLARED, operation

TERMS, OTHER_TERMS = "a" * 64, "b" * 64
MINUTE = timedelta(minutes=1)


@pytest.fixture
def signing():
    """Two acts: one that sends a code, one that a code signs."""

    @operation("test.code_requested", roles={Role.GUARDIAN})
    def request_code(act: Act, *, terms: str) -> Receipt:
        (person,) = act.actor.person_ids
        services.issue_code(act, person_id=person, purpose="contract.sign", payload_sha256=terms)
        return Receipt(evidence.append(act, chain="t", subject="t", body={"terms": terms}).id)

    @operation("test.signed", roles={Role.GUARDIAN})
    def sign_terms(act: Act, *, terms: str, code: str) -> Receipt:
        (person,) = act.actor.person_ids
        services.use_code(
            act, person_id=person, purpose="contract.sign", payload_sha256=terms, code=code
        )
        return Receipt(evidence.append(act, chain="t", subject="t", body={"terms": terms}).id)

    class Signing:
        def request(self, terms=TERMS, instant=NOW, actor=CHEN) -> str:
            """Ask for a code; the digits, as the demo's inbox shows them."""
            request_code(Call(actor, instant, uuid.uuid4()), terms=terms)
            with reading(actor):
                letter = queries.inbox(actor, show_codes=True)[0]
            return next(word for word in letter.text.split() if word[:6].isdigit())[:6]

        def attempt(self, code, terms=TERMS, instant=NOW, actor=CHEN, person=501):
            said = try_code(
                Call(actor, instant, uuid.uuid4()),
                person_id=person,
                purpose="contract.sign",
                payload_sha256=terms,
                code=code,
            )
            return said["right"], said["tries_left"]

        def sign(self, code, terms=TERMS, instant=NOW, actor=CHEN) -> Receipt:
            return sign_terms(Call(actor, instant, uuid.uuid4()), terms=terms, code=code)

    yield Signing()
    del DECLARED["request_code"], DECLARED["sign_terms"]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


@pytest.mark.django_db
def test_a_code_tried_rightly_signs_once(signing):
    code = signing.request()

    assert signing.attempt(code) == (True, 5)
    signing.sign(code)

    with pytest.raises(CodeInvalid):
        signing.sign(code)
    assert signing.attempt(code) == (False, 0)


@pytest.mark.django_db
def test_a_code_that_was_not_tried_signs_nothing(signing):
    code = signing.request()

    with pytest.raises(CodeInvalid):
        signing.sign(code)


@pytest.mark.django_db
def test_five_wrong_tries_end_the_code(signing):
    code = signing.request()

    assert [signing.attempt(wrong(code))[1] for _ in range(5)] == [4, 3, 2, 1, 0]

    assert signing.attempt(code) == (False, 0)
    with pytest.raises(CodeInvalid):
        signing.sign(code)


@pytest.mark.django_db
def test_after_five_minutes_a_code_is_over(signing):
    code = signing.request()

    assert signing.attempt(code, instant=NOW + 5 * MINUTE) == (False, 0)
    assert signing.attempt(code, instant=NOW + 5 * MINUTE - timedelta(seconds=1))[0]
    with pytest.raises(CodeInvalid):
        signing.sign(code, instant=NOW + 5 * MINUTE)


@pytest.mark.django_db
def test_a_code_signs_what_it_was_asked_for_and_for_whom(signing):
    code = signing.request()

    assert signing.attempt(code, terms=OTHER_TERMS) == (False, 0)
    with pytest.raises(NotFound):
        signing.attempt(code, actor=LI)
    assert signing.attempt(code, actor=LI, person=502) == (False, 0)
    assert signing.attempt(code)[0]
    with pytest.raises(CodeInvalid):
        signing.sign(code, terms=OTHER_TERMS)


@pytest.mark.django_db
def test_a_new_code_ends_the_one_before(signing):
    first = signing.request()
    second = signing.request(instant=NOW + 2 * MINUTE)

    if first != second:
        assert not signing.attempt(first, instant=NOW + 2 * MINUTE)[0]
    assert signing.attempt(second, instant=NOW + 2 * MINUTE)[0]


@pytest.mark.django_db
def test_codes_come_at_most_once_a_minute_and_ten_times_a_day(signing):
    signing.request()
    with pytest.raises(CodeTooSoon):
        signing.request(instant=NOW + timedelta(seconds=59))
    for number in range(1, 10):
        signing.request(instant=NOW + number * 2 * MINUTE)

    with pytest.raises(CodeTooSoon):
        signing.request(instant=NOW + 60 * MINUTE)
    signing.request(instant=NOW + timedelta(days=1, minutes=1))


@pytest.mark.django_db
def test_digits_are_hashed_at_rest_hidden_in_the_inbox_and_forgotten_once_sent(signing):
    code = signing.request()
    with reading(CHEN):
        assert code.encode() not in bytes(OneTimeCode.objects.get().code_hmac)
        assert code not in queries.inbox(CHEN)[0].text
    phone = Phone()

    deliver(phone)

    assert code in phone.got[0].text
    with reading(CHEN):
        assert code not in queries.inbox(CHEN, show_codes=True)[0].text


@pytest.mark.django_db
def test_a_code_that_is_over_is_not_sent_any_more(signing):
    signing.request()
    phone = Phone()

    deliver(phone, NOW + 5 * MINUTE)

    assert phone.got == []


@pytest.mark.parametrize("round_", range(3))
def test_one_code_used_twice_at_once_signs_once(committing, signing, round_):
    code = signing.request()
    assert signing.attempt(code)[0]
    outcomes = at_once(lambda: signing.sign(code), 4)

    assert sorted(outcomes) == ["CodeInvalid"] * 3 + ["Receipt"]


def test_wrong_tries_at_once_are_all_counted(committing, signing):
    code = signing.request()

    at_once(lambda: signing.attempt(wrong(code)), 5)

    assert signing.attempt(code) == (False, 0)


def at_once(act, count: int) -> list[str]:
    """The same act by several threads at one moment; the class of each outcome."""
    start = threading.Barrier(count)
    outcomes: list[str] = []

    def run() -> None:
        start.wait()
        try:
            outcomes.append(type(act()).__name__)
        except CodeInvalid:
            outcomes.append("CodeInvalid")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
