"""Searching: what people type, and what must come first."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.registry.given import (
    COUNTY,
    DAY,
    licensed,
    many,
    new,
    officer,
    read,
    registered,
    rows,
)
from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor
from yuxin.kernel.codes import print_subject_code
from yuxin.registry import public, queries, search
from yuxin.registry.models import Kind
from yuxin.registry.services import NewSite

QINGHE = "示例县青禾艺术培训学校有限公司"
OTHERS = (
    ("示例县清河体育俱乐部", "清河体育"),
    ("示例县音乐之声培训中心", ""),
    ("河口镇蓝天科技培训学校", "蓝天STEM"),
    ("青禾", ""),
    ("青禾苗圃托管中心", ""),
)


@pytest.fixture
def county(db):
    """A few institutions whose names lie close to each other."""
    first = registered(
        licensed(
            name=QINGHE,
            brand="青禾美育",
            uscc="91999999MA0K7F201M",
            old_numbers=("370102200012345",),
            address="河口镇滨河路18号二层",
            sites=(NewSite(address="青山镇学府街6号"),),
        )
    )
    rest = many([new(name, brand=brand) for name, brand in OTHERS])
    return first, officer(first["subject_id"], *rest["subject_ids"])


def _found(county, text: str) -> list[str]:
    return [hit.brand or hit.name for hit in read(county[1], queries.search, text)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("青禾", "青禾"),  # the whole name before a beginning
        ("青禾苗", "青禾苗圃托管中心"),
        ("青禾美育", "青禾美育"),
        ("禾美", "青禾美育"),  # in the middle of the brand
        ("艺术培训", "青禾美育"),  # in the middle of the registered name
        ("示例县青禾", "青禾美育"),
        ("yyzs", "示例县音乐之声培训中心"),  # initials, in the middle
        ("qhmy", "青禾美育"),
        ("yinyue", "示例县音乐之声培训中心"),  # 乐 as it is read here
        ("qinghemeiyu", "青禾美育"),
        ("qinghetiyu", "清河体育"),
        ("stem", "蓝天STEM"),
        ("ＳＴＥＭ", "蓝天STEM"),
        ("滨河路", "青禾美育"),
        ("滨河路18号", "青禾美育"),
        ("学府街", "青禾美育"),  # the address of a site
        ("91999999MA0K7F201M", "青禾美育"),
        ("91999999", "青禾美育"),
        ("7f201m", "青禾美育"),
        ("370102200012345", "青禾美育"),
        ("青禾 学府街", "青禾美育"),  # both words
        ("（青禾）·美育", "青禾美育"),
    ],
)
def test_what_people_type_finds_what_they_mean(county, typed, first):
    assert _found(county, typed)[:1] == [first]


def test_a_subject_code_is_found_as_printed(county):
    first, _ = county
    assert _found(county, print_subject_code(first["code"])) == ["青禾美育"]
    assert _found(county, first["code"][:6].lower()) == ["青禾美育"]


def test_the_order_is_whole_name_then_beginning_then_middle(county):
    found = _found(county, "青禾")
    assert found[0] == "青禾"
    assert set(found[1:]) == {"青禾美育", "青禾苗圃托管中心"}
    assert _found(county, "培训")[-1] == "示例县音乐之声培训中心"


@pytest.mark.parametrize("typed", ["", " ", "%", "_", "'", "\\", "——", "禾青", "青禾 清河体育"])
def test_what_matches_nothing_finds_nothing(county, typed):
    assert _found(county, typed) == []


def test_the_public_finds_institutions_and_neither_persons_nor_watched_sites(county):
    many(
        [
            new("青禾无证点", kind=Kind.UNLICENSED_SITE, status="UNLICENSED"),
            new("青禾幼儿园", kind=Kind.KINDERGARTEN, category=""),
        ]
    )
    with reading(Actor.public()):
        names = [hit.name for hit in public.search("青禾")]
    assert "青禾幼儿园" in names
    assert "青禾无证点" not in names


@settings(max_examples=100, deadline=None)
@given(name=st.text("青禾艺术培训学校美育ab1", min_size=1, max_size=12), data=st.data())
def test_every_part_of_a_name_is_among_its_pieces(name, data):
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))
    keys = search.keys_of(name=name, brand="", addresses=(), codes=())
    word = search.token(name[start:end])
    assert set(word.alternatives[0]) <= set(keys.terms)
    assert word.text in keys.text


def test_ten_pages_of_one_name_still_show_the_one_that_begins_with_it(db):
    receipt = many([new(f"示例第{i}培训学校") for i in range(500)] + [new("培训学校之家")])
    reader = officer(*receipt["subject_ids"])
    assert read(reader, queries.search, "培训学校")[0].name == "培训学校之家"


def test_a_list_filters_by_the_same_words(county):
    page = read(county[1], queries.institutions, queries.Filters(text="qinghe"))
    assert {entry.name for entry in page.rows} == {
        QINGHE,
        "示例县清河体育俱乐部",
        "青禾",
        "青禾苗圃托管中心",
    }
    assert page.total == 4


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (queries.Filters(line="ARTS"), 6),
        (queries.Filters(line="SPORTS"), 0),
        (queries.Filters(connected=True), 0),
        (queries.Filters(status="ACTIVE", text="青禾"), 3),
        (queries.Filters(area_codes=(COUNTY,)), 0),
        (queries.Filters(kinds=(Kind.TRAINING_INSTITUTION.value,)), 6),
        (queries.Filters(colour="RED"), 0),
    ],
)
def test_a_list_and_its_counts_agree(county, filters, count):
    assert read(county[1], queries.institutions, filters).total == count
    assert read(county[1], queries.counts, filters)["all"] == count


def test_a_list_sorts_by_pinyin_and_by_the_last_day_of_the_licence(county):
    by_name = read(county[1], queries.institutions, queries.Filters())
    names = [entry.name for entry in by_name.rows]
    assert names.index("河口镇蓝天科技培训学校") < names.index("青禾")
    by_day = read(
        county[1], queries.institutions, queries.Filters(), sort="licence_until", descending=True
    )
    assert by_day.rows[0].licence_until == date(2027, 8, 31)
    assert date(2027, 8, 31) > DAY
    assert rows("SELECT count(*) FROM registry_entry") == [(6,)]
