"""What a cell says is taken, noted or doubted; what is not there is never filled in."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yuxin.kernel.codes import uscc_problem
from yuxin.registry.intake.amounts import read_capital
from yuxin.registry.intake.cells import (
    corrections,
    read_address,
    read_category,
    read_code,
    tidy_text,
)
from yuxin.registry.intake.dates import read_day, read_period

LATEST = dt.date(2026, 11, 23)
GOOD = "91999901MA0F2K4T8E"  # of a place that does not exist; its check character is right


def day(text):
    return read_day(text, "established_on", latest=LATEST)


@pytest.mark.parametrize(
    "text",
    [
        "2019-04-06",
        "2019.4.6",
        "2019/4/6",
        "20190406",
        "2019年4月6日",
        "二〇一九年四月六日",
        "二0一九年四月六日",
        "２０１９年４月６日",
        "2019年04月06号",
        "2019-04-06 00:00:00",
        "2019 年 4 月 6 日",
    ],
)
def test_the_spellings_of_a_day(text):
    assert dict(day(text).values) == {"established_on": "2019-04-06"}


@pytest.mark.parametrize(
    ("text", "reason", "proposal"),
    [
        ("年2月9日", "year_missing", None),
        ("3月16日", "year_missing", None),
        ("2019年4月", "day_missing", None),
        ("2019年", "month_missing", None),
        ("2019年9日", "month_missing", None),
        ("2019年2月30日", "date_impossible", None),
        ("2019-13-01", "date_impossible", None),
        ("03/04/2019", "date_order", None),
        ("2099-01-01", "date_future", None),
        ("1919-01-01", "date_old", None),
        ("19.4.6", "date_short_year", {"established_on": "2019-04-06"}),
        ("43561", "date_serial", {"established_on": "2019-04-06"}),
        ("去年", "date_unreadable", None),
        ("2019年4月6日至2020年4月5日", "dates_several", None),
    ],
)
def test_a_day_that_is_not_there_is_doubtful_and_not_guessed(text, reason, proposal):
    reading = day(text)
    assert not reading.values
    assert [(doubt.reason, doubt.proposal) for doubt in reading.doubts] == [(reason, proposal)]


@given(st.dates(dt.date(1950, 1, 1), LATEST))
def test_every_day_reads_back_in_every_spelling(date):
    numerals = "〇一二三四五六七八九"
    year = "".join(numerals[int(digit)] for digit in str(date.year))
    tens = ["", "十", "二十", "三十"]
    month, number = (
        tens[n // 10] + (numerals[n % 10] if n % 10 else "") for n in (date.month, date.day)
    )
    for text in (date.isoformat(), f"{date:%Y%m%d}", f"{year}年{month}月{number}日"):
        assert dict(day(text).values) == {"established_on": date.isoformat()}


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_a_doubt(text):
    reading = day(text)
    assert len(reading.values) + len(reading.doubts) == 1


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("至2026年12月18日", {"licence_until": "2026-12-18"}),
        (
            "2018.08.06至2026.08.05止",
            {"licence_from": "2018-08-06", "licence_until": "2026-08-05"},
        ),
        (
            "2019年01月31日--2022年01月30日(年检有效)",
            {"licence_from": "2019-01-31", "licence_until": "2022-01-30"},
        ),
        (
            "有效期限：二〇一九年一月二十四日至二〇二〇年一月三十一日",
            {"licence_from": "2019-01-24", "licence_until": "2020-01-31"},
        ),
        ("二0二二年一月十五日", {"licence_until": "2022-01-15"}),
        ("有效期至2022年1月31", {"licence_until": "2022-01-31"}),
        ("有效期起2018年12月29日至长期", {"licence_from": "2018-12-29"}),
        ("有效期限以许可证为准", {}),
    ],
)
def test_the_spellings_of_a_validity(text, values):
    reading = read_period(text)
    assert (dict(reading.values), reading.doubts) == (values, ())


@pytest.mark.parametrize(
    ("text", "reason", "proposal"),
    [
        ("至2022年1月", "month_end", {"licence_until": "2022-01-31"}),
        (
            "2019年2月至2024年2月",
            "month_start",
            {"licence_from": "2019-02-01", "licence_until": "2024-02-29"},
        ),
        ("至2021年", "year_end", {"licence_until": "2021-12-31"}),
        ("自2017年9月30日至2020年9日止", "month_missing", None),
        ("3月16日至8月31日", "year_missing", None),
        (
            "经营期限至2019年12月17日",
            "validity_business",
            {"licence_from": "", "licence_until": ""},
        ),
        ("2020年1月1日至2019年1月1日", "validity_reversed", None),
        ("另行通知", "validity_unreadable", None),
    ],
)
def test_a_validity_with_a_part_missing_is_one_doubt(text, reason, proposal):
    reading = read_period(text)
    assert [(doubt.reason, doubt.proposal) for doubt in reading.doubts] == [(reason, proposal)]


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("100(万)", 100_000_000),
        ("50(万元人民币)", 50_000_000),
        ("200万人民币", 200_000_000),
        ("1,008（万元）", 1_008_000_000),
        ("15.5万元", 15_500_000),
        ("500000元", 50_000_000),
        ("伍拾万元整", 50_000_000),
        ("人民币 ３０万", 30_000_000),
        ("0.5亿元", 5_000_000_000),
    ],
)
def test_the_spellings_of_capital_in_fen(text, fen):
    assert dict(read_capital(text, "capital_fen").values) == {"capital_fen": str(fen)}


@pytest.mark.parametrize(
    ("text", "unit", "reason", "proposal"),
    [
        ("50", "万元", "unit_from_heading", {"capital_fen": "50000000"}),
        ("50", "", "unit_missing", None),
        ("15.3000(万美元)", "", "currency", {"capital_fen": ""}),
        ("0(万)", "", "amount_zero", {"capital_fen": ""}),
        ("400000(万)", "", "amount_large", {"capital_fen": "40000000"}),
        ("30元", "", "amount_small", {"capital_fen": "30000000"}),
        ("12.345元", "", "amount_fraction", None),
        ("若干", "", "amount_unreadable", None),
        ("-5万元", "", "amount_unreadable", None),
    ],
)
def test_capital_that_is_not_clear_is_doubtful(text, unit, reason, proposal):
    reading = read_capital(text, "capital_fen", unit=unit)
    assert [(doubt.reason, doubt.proposal) for doubt in reading.doubts] == [(reason, proposal)]


@given(st.text(max_size=30))
def test_any_text_is_capital_or_a_doubt(text):
    reading = read_capital(text, "capital_fen")
    assert len(reading.values) + len(reading.doubts) == 1


def test_a_code_that_checks_is_taken_in_any_width_and_case():
    assert uscc_problem(GOOD) is None
    wide = "".join(chr(ord(char) + 0xFEE0) for char in GOOD.lower())
    assert dict(read_code(wide).values) == {"uscc": GOOD}


@pytest.mark.parametrize(
    ("text", "reason", "proposal"),
    [
        ("371099000012345", "old_number", {"uscc": "", "old_number": "371099000012345"}),
        ("91999901****K4T86", "masked_code", {"uscc": "", "masked_code": "91999901****K4T86"}),
        ("12345", "code_length", None),
        ("91999901MA0F2K4T8!", "code_character", None),
        (GOOD.replace("1", "I", 1), "forbidden_letter_mended", {"uscc": GOOD}),
    ],
)
def test_a_code_that_does_not_check_is_doubtful(text, reason, proposal):
    reading = read_code(text)
    assert not reading.values
    assert [(doubt.reason, doubt.proposal) for doubt in reading.doubts] == [(reason, proposal)]


def test_a_code_is_proposed_only_when_one_correction_checks():
    swapped = GOOD[:8] + GOOD[9] + GOOD[8] + GOOD[10:]
    assert GOOD in corrections(swapped)
    doubt = read_code(swapped).doubts[0]
    assert (doubt.proposal == {"uscc": GOOD}) == (len(corrections(swapped)) == 1)


def test_a_real_code_that_ends_in_xxx_is_not_taken_for_masked():
    code = next(
        candidate
        for number in range(5000)
        if uscc_problem(candidate := f"91999901MA{number:05d}XXX") is None
    )
    assert dict(read_code(code).values) == {"uscc": code}


def test_an_identity_number_in_the_code_column_is_neither_stored_nor_shown():
    doubt = read_code("11010519491231002X").doubts[0]  # the specimen of GB 11643
    assert doubt.reason == "code_is_personal"
    assert "19491231" not in doubt.source


@pytest.mark.parametrize(
    "number", ["13800138000", "138 0013 8000", "0595-8888888", "11010519491231002X"]
)
def test_numbers_of_persons_are_not_kept_from_free_text(number):
    clean, notes = tidy_text(f"联系{number}，三楼")
    assert number not in clean
    assert "personal_removed" in notes


def test_licence_numbers_and_long_house_numbers_are_kept_in_free_text():
    text = "许可证教民143020370002299号，街2060、3057号"
    assert tidy_text(text) == (text, ())


def test_a_lost_house_number_is_not_filled_in():
    doubt = read_address("示例县东湖镇东湖村号").doubts[0]
    assert (doubt.reason, doubt.proposal) == (
        "house_number_lost",
        {"address": "示例县东湖镇东湖村号"},
    )


def test_full_width_digits_of_an_address_become_half_width_and_it_is_noted():
    reading = read_address("示例县东湖路２６号Ａ座")
    assert dict(reading.values) == {"address": "示例县东湖路26号A座"}
    assert reading.notes == ("full_width",)


def test_non_subject_alone_does_not_say_which_category():
    assert dict(read_category("学科类").values) == {"category": "SUBJECT"}
    assert read_category("非学科类").doubts[0].reason == "category_unspecific"
