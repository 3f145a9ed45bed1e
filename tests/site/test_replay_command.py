"""`./yuxin replay`: its items, from stored judgements."""

import pytest

from tests.assessment.given import TODAY, clock_of_the_books, judged, noon, small
from tests.given import rules
from yuxin.site.commands.replay import replayed


@pytest.mark.django_db
def test_a_past_judgement_is_recomputed_with_its_explanation():
    rules()
    clock_of_the_books(noon(TODAY))
    of = small()
    judged(of)
    for subject, sample in ((of.code, 0), ("", 5)):
        (item,) = replayed(subject, sample, TODAY)
        assert set(item) == {"subject", "on", "stored", "recomputed", "equal", "explanation"}
        assert (item["subject"], item["on"], item["equal"]) == (of.code, TODAY.isoformat(), True)
        assert item["explanation"][0]["rule"] == "risk.colour.6.green"
    assert replayed("0000000000000", 0, TODAY) == []
