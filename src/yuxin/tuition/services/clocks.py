"""What starts when a message has provably arrived: the clocks of silence."""

from collections.abc import Iterable
from typing import Final

from yuxin.kernel.act import Act
from yuxin.messages import services as messages
from yuxin.messages.models import Message
from yuxin.policy.in_force import calendar, pack_of
from yuxin.tuition.services import lessons

TO_CONFIRM: Final = "lesson.to_confirm"


def start_clocks(act: Act, proven: Iterable[Message]) -> None:
    """Start the clock of every lesson whose request to confirm arrived by this act.

    Law: N10; a silence clock starts at proven delivery and does not run where none was possible.
    """
    asked = [each for each in proven if each.legal_effect and each.template == TO_CONFIRM]
    if not asked:
        return
    codes = {str(messages.facts_of(message)["lesson"]) for message in asked}
    untold = lessons.untold(codes)
    if not untold:
        return
    days = calendar(pack_of(act), "government", act.day)
    for lesson in untold:
        lessons.told(lesson, at=act.at, calendar=days)
