"""Subject codes survive being copied by hand; credit codes say what is wrong with them."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from yuxin.kernel.codes import (
    CROCKFORD,
    USCC_PROBLEMS,
    NotASubjectCode,
    NotAUscc,
    check_subject_code,
    new_subject_code,
    normalise_uscc,
    parse_subject_code,
    parse_uscc,
    print_subject_code,
    uscc_guess,
    uscc_problem,
)

CODES = st.binary(min_size=8, max_size=8).map(new_subject_code)


def test_a_new_code_has_13_characters_of_the_alphabet_and_is_random():
    code = new_subject_code()
    assert len(code) == 13
    assert set(code) <= set(CROCKFORD)
    assert code != new_subject_code()


@given(CODES)
def test_a_printed_code_is_4_4_5_and_reads_back(code):
    printed = print_subject_code(code)
    assert [len(part) for part in printed.split("-")] == [4, 4, 5]
    assert parse_subject_code(printed) == code
    assert parse_subject_code(printed.lower().replace("-", " ")) == code


@given(CODES)
def test_look_alike_letters_are_forgiven(code):
    assert parse_subject_code(code.replace("0", "o").replace("1", "l")) == code
    assert parse_subject_code(code.replace("0", "O").replace("1", "i")) == code


@given(CODES, st.integers(0, 12), st.sampled_from(CROCKFORD))
def test_one_wrong_character_is_noticed(code, place, char):
    assume(code[place] != char)
    assert not check_subject_code(code[:place] + char + code[place + 1 :])


@pytest.mark.parametrize("text", ["", "ABC", "U" * 13, "0" * 12, "0" * 14, "中" * 13])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(NotASubjectCode):
        parse_subject_code(text, field="code")


@pytest.mark.parametrize("code", ["11370000004502323D", "11330283002980874G"])
def test_published_credit_codes_check(code):
    assert uscc_problem(code) is None
    assert parse_uscc(code.lower()) == code


@pytest.mark.parametrize(
    "text",
    [
        "１１３７００００００４５０２３２３Ｄ",
        " 1137 0000 0045 0232 3d ",
        "'11370000004502323D",
        "113700000045\u200b02323D\ufeff",
        "11370000-0045-0232-3D",
    ],
)
def test_full_width_digits_and_stray_characters_are_normalised(text):
    assert parse_uscc(text) == "11370000004502323D"
    assert normalise_uscc(text) == "11370000004502323D"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("350200100012345", "registration_number"),
        ("1137000000****323D", "masked"),
        ("1137000000XXXX323D", "masked"),
        ("11370000004502323*", "masked"),
        ("11370000004502323", "length"),
        ("11370000004502323DD", "length"),
        ("113700000045O2323D", "forbidden_letter"),
        ("1137000000450232#D", "character"),
        ("1137000000450232中D", "character"),
        ("113700A0004502323D", "region"),
        ("11370000004502323E", "check_character"),
        ("11370000004502332D", "check_character"),
    ],
)
def test_each_kind_of_wrongness_has_its_reason_in_both_languages(text, problem):
    assert uscc_problem(text) == problem
    with pytest.raises(NotAUscc) as refused:
        parse_uscc(text, field="uscc")
    zh, en = USCC_PROBLEMS[problem]
    assert refused.value.facts["problem"] == problem
    assert zh in refused.value.say("zh")
    assert en in refused.value.say("en")


def test_a_letter_typed_for_a_digit_is_proposed_not_accepted():
    assert uscc_problem("1137OOOOOO4502323D") == "forbidden_letter"
    assert uscc_guess("1137OOOOOO4502323D") == "11370000004502323D"
    assert uscc_guess("11370000004502323E") is None


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_of_a_credit_code_is_noticed(place, char):
    code = "11330283002980874G"
    assume(code[place] != char)
    assert uscc_problem(code[:place] + char + code[place + 1 :]) is not None
