"""Two at once on one running contract: one of them counts, and one contract is opened."""

from tests.given import call
from tests.running.given import declare, old, place, running
from tests.tuition.test_races import race
from yuxin.access.reading import reading
from yuxin.operations.tuition.answer_running_contract import answer_running_contract
from yuxin.operations.tuition.settle_running_contract import settle_running_contract
from yuxin.tuition.models import Contract


def test_the_guardian_and_an_officer_at_once(committing):
    w = place()
    declare(w, old(w))
    code = running(w.institution).code
    told = race(
        lambda: answer_running_contract(call(w.family, "03-01 20:00"), running_code=code),
        lambda: settle_running_contract(
            call(w.institution.officer, "03-01 20:00"),
            running_code=code,
            taught_centiunits=700,
            reason="签到表",
        ),
    )
    assert sorted(told) in (["done", "running_answered"], ["done", "running_settled"])
    with reading(w.institution.clock):
        assert Contract.objects.filter(origin="import").count() == 1
