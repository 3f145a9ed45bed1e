"""What holds for every score: bounds, order, its lines, its stored form, and what is refused."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from tests.rules.given import CITE
from yuxin.rules.check import check_folder
from yuxin.rules.folder import SEED_PACKS, files_of, load_pack
from yuxin.rules.judged import judged
from yuxin.rules.pack import Pack
from yuxin.rules.score_check import models_in, require_scoring_sound
from yuxin.rules.score_model import Model, ModelUnsound
from yuxin.rules.scoring import Finding, Kind, points_text, score, sentence
from yuxin.rules.values import PackRefused

DAY = date(2026, 11, 16)
SUBJECT = judged("S-1", "TRAINING_INSTITUTION")
MODELS = {
    place: Model.of(load_pack(("national", place)), name, DAY)
    for place, name in {
        "tianjin": "thousand",
        "ningbo": "twelve",
        "jinhua": "stars",
        "weifang": "school",
        "plain": "plain",
    }.items()
}


def findings_of(model):
    """Any findings of what a model counts, this year and last."""
    rows = (*model.items.rows, *model.rows("vetoes"))
    return st.lists(
        st.builds(
            Finding,
            record=st.uuids().map(str),
            item=st.sampled_from(sorted({row.when[0].indicator for row in rows})),
            on=st.dates(date(2025, 11, 1), DAY),
            count=st.integers(1, 9),
            due_on=st.just(DAY),
            mended_on=st.none() | st.dates(date(2026, 1, 1), DAY),
        ),
        max_size=8,
    )


ANY = st.sampled_from(sorted(MODELS)).flatmap(
    lambda place: st.tuples(st.just(MODELS[place]), findings_of(MODELS[place]))
)


@for_all(ANY)
def test_points_stay_in_bounds_and_are_what_the_lines_say(drawn):
    model, findings = drawn
    result = score(model, SUBJECT, findings, DAY)
    assert model.floor <= result.points <= model.ceiling
    by_kind = {
        kind: sum(line.points for line in result.lines if line.kind is kind) for kind in Kind
    }
    changed = by_kind[Kind.TAKEN] - sum(result.cut.values()) - by_kind[Kind.GIVEN]
    sign = 1 if model.way.value == "DEMERIT" else -1
    assert result.raw == model.base + sign * changed
    assert result.rank >= model.grades[result.band]


@for_all(ANY, st.randoms())
def test_the_order_of_findings_changes_nothing(drawn, random):
    model, findings = drawn
    mixed = list(findings)
    random.shuffle(mixed)
    assert score(model, SUBJECT, mixed, DAY).sha256 == score(model, SUBJECT, findings, DAY).sha256


@for_all(ANY)
def test_one_more_adverse_finding_never_betters_the_grade(drawn):
    model, findings = drawn
    adverse = next(row for row in model.items.rows if not row.then.get("gives"))
    more = [*findings, Finding("more", adverse.when[0].indicator, DAY)]
    before, after = (score(model, SUBJECT, these, DAY) for these in (findings, more))
    assert after.rank >= before.rank


@for_all(ANY)
def test_every_line_speaks_both_languages_and_names_its_source(drawn):
    model, findings = drawn
    for line in score(model, SUBJECT, findings, DAY).lines:
        for language in ("zh", "en"):
            said = sentence(model, line, language)
            assert said
            assert "{" not in said
        assert line.instrument
        assert line.mark in ("read", "press", "proposal")


def test_a_line_tells_value_points_records_and_the_last_day():
    model = MODELS["tianjin"]
    findings = [Finding("R-2", "fees_overcharged", date(2026, 3, 5), 2)]
    line, band = score(model, SUBJECT, findings, DAY).lines
    assert sentence(model, line, "zh") == "未按规定收费：2 人次，扣 20 分；最迟计至 2026-12-31。"
    assert (line.clause, line.mark, line.is_law) == ("附件第8项", "read", True)
    assert line.until == date(2026, 12, 31)
    assert sentence(model, band, "en") == "Grade A, excellent."
    assert band.until is None


def test_what_is_kept_are_rows_and_keys_and_no_words():
    findings = [Finding("R-2", "fees_overcharged", date(2026, 3, 5), 2)]
    kept = score(MODELS["tianjin"], SUBJECT, findings, DAY).stored()
    assert kept["lines"][0] == {
        "grade": "",
        "kind": "taken",
        "points": 20,
        "records": [["R-2", 2, "2026-12-31"]],
        "row": "thousand.8",
        "table": "scoring.thousand.items",
        "until": "2026-12-31",
        "value": 2,
    }
    assert kept["pack"] == load_pack(("national", "tianjin")).sha256
    assert kept["lines"][1]["until"] is None


def test_withdrawn_never_counted_repaired_counts_until_the_day_before_and_terms_end():
    model = MODELS["tianjin"]
    one = Finding("R-1", "address_differs", date(2026, 3, 5))

    def points(finding, day):
        return score(model, SUBJECT, [finding], day).points

    assert points(one, date(2026, 3, 4)) == 1000
    assert points(one, date(2026, 3, 5)) == 960
    assert points(replace(one, withdrawn=True), date(2026, 3, 5)) == 1000
    repaired = replace(one, repaired_on=date(2026, 8, 4))
    assert points(repaired, date(2026, 8, 3)) == 960
    assert points(repaired, date(2026, 8, 4)) == 1000
    term = replace(one, until=date(2026, 6, 5))
    assert points(term, date(2026, 6, 5)) == 960
    assert points(term, date(2026, 6, 6)) == 1000


def test_points_are_written_as_people_write_them():
    assert [points_text(points, 10) for points in (75, 80, -5, 0)] == ["7.5", "8", "-0.5", "0"]
    assert points_text(985, 1) == "985"


# What a pack may not say.


def changed(place, old, new):
    """The pack of a place with one text of its scoring replaced."""
    files = []
    for layer in ("national", place):
        for jurisdiction, path, data in files_of(layer):
            text = data.decode()
            if (jurisdiction, path) == (place, "scoring.yaml"):
                assert old in text
                text = text.replace(old, new)
            files.append((jurisdiction, path, text.encode()))
    return Pack.read(("national", place), files)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("value: DEDUCT", "value: SUBTRACT", "SUBTRACT"),
        ("value: CALENDAR_YEAR", "value: MONTH", "MONTH"),
        ("max: 40, each: 20", "max: 50, each: 20", "230"),
        ("then: {grade: B, rank: 2}", "then: {grade: B}", "rank"),
        (
            "then: {aspect: permits, max: 30, per: time}",
            "then: {aspect: permits, per: time}",
            "max",
        ),
        ("grade: E, document: accident_report", "grade: F, document: accident_report", "unknown"),
        ("value: 1000", "value: 1001", "base"),
        ('            - [permit_invalid, ">=", 1]\n', "", "condition|list"),
    ],
)
def test_a_model_that_contradicts_itself_cannot_be_used(old, new, why):
    if why == "base":
        pack = changed("tianjin", "value: 0", "value: 1001")
    elif why == "condition|list":
        pack = changed("tianjin", f"when:\n{old}", "when: []\n")
    else:
        pack = changed("tianjin", old, new)
    with pytest.raises(ModelUnsound) as refused:
        Model.of(pack, "thousand", DAY)
    assert any(part in refused.value.say("en") for part in why.split("|"))
    with pytest.raises(PackRefused):
        require_scoring_sound(pack, DAY)


def test_the_last_band_takes_the_rest():
    pack = changed(
        "tianjin",
        "row: thousand.E\n          when: []",
        'row: thousand.E\n          when:\n            - [points, ">=", 1]',
    )
    with pytest.raises(ModelUnsound) as refused:
        Model.of(pack, "thousand", DAY)
    assert "最末一档" in refused.value.say("zh")


def test_a_fact_a_model_or_a_measure_without_a_name_is_refused():
    with pytest.raises(PackRefused) as refused:
        require_scoring_sound(changed("tianjin", "[permit_invalid,", "[no_such_fact,"), DAY)
    assert "no_such_fact" in refused.value.say("zh")
    with pytest.raises(PackRefused) as refused:
        require_scoring_sound(changed("tianjin", "{model: thousand}", "{model: million}"), DAY)
    assert "没有模型" in refused.value.say("zh")
    own = (
        "measures.by_grade:\n  title: {zh: 测试, en: test}\n  unit: table\n  direction: open\n"
        "  values:\n    2026-01-01:\n      value:\n"
        "        - {row: m, when: [], then: {measure: exile}}\n"
        f"      {CITE}\n      mark: proposal\n"
    )
    pack = Pack.read(
        ("national", "town"), [*load_pack().files, ("town", "measures.yaml", own.encode())]
    )
    with pytest.raises(PackRefused) as refused:
        require_scoring_sound(pack, DAY)
    assert "measures.known" in refused.value.say("zh")


def test_packs_without_scoring_have_nothing_wrong():
    require_scoring_sound(load_pack(), date(2010, 1, 1))
    require_scoring_sound(Pack(("national",), []), DAY)
    assert models_in(load_pack(("national", "tianjin")), DAY) == ["thousand"]
    assert models_in(load_pack(("national", "tianjin")), date(2020, 1, 1)) == []


def test_the_check_of_a_folder_finds_an_unsound_model(tmp_path):
    for jurisdiction in ("national", "tianjin"):
        for _, path, data in files_of(jurisdiction):
            place = tmp_path / jurisdiction / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data.replace(b"max: 40, each: 20", b"max: 50, each: 20"))
    (tmp_path / "instruments.yaml").write_bytes((SEED_PACKS / "instruments.yaml").read_bytes())
    assert {found.file for found in check_folder(tmp_path)} == {"tianjin"}


def test_a_rolling_year_ends_on_the_same_day_of_the_next_year():
    model = MODELS["plain"]
    one = Finding("R-1", "advertising_unlawful", date(2025, 11, 16))
    assert score(model, SUBJECT, [one], DAY).points == 85
    assert score(model, SUBJECT, [one], DAY + timedelta(days=1)).points == 90
