"""Writing from where an answer came, inside an operation."""

from yuxin.access.models import Session
from yuxin.access.sealed import blind_index
from yuxin.kernel.act import Act, require_act
from yuxin.tuition.answers.models import Answer
from yuxin.tuition.models import Lesson


def record(act: Act, lesson: Lesson) -> Answer:
    """Keep network and device of the sign-in that answered, as keyed hashes.

    Without a sign-in (a machine, a mirrored fact) both are those of nobody.
    """
    require_act()
    session = Session.objects.filter(pk=act.actor.session_id or 0).first()
    address = session.address if session is not None and session.address else ""
    agent = session.agent if session is not None else ""
    return Answer.objects.create(
        lesson_id=lesson.pk,
        institution_id=lesson.institution_id,
        guardian_id=lesson.guardian_id,
        answered_at=act.at,
        network_index=blind_index("answer_network", address),
        device_index=blind_index("answer_device", f"{address}|{agent}"),
        signed_in=bool(address),
    )
