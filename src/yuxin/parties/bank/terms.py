"""A bank's calendar and hours, and the faults it is told to play."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta

from yuxin.kernel.clock import SHANGHAI, at, day_of
from yuxin.kernel.refusal import Refusal
from yuxin.parties import chance

_DAY = timedelta(days=1)
_SATURDAY = 5


def is_weekday(day: date) -> bool:
    """Monday to Friday: the bank days where no calendar is given."""
    return day.weekday() < _SATURDAY


@dataclass(frozen=True)
class Terms:
    """Hours of a bank, all Shanghai time.

    `is_bank_day`: make-up Saturdays are no bank days unless it says so. `cut_off`: instructions
    taken later carry the next bank day. `files_at`: when the closed day's files lie ready on the
    next bank day. `pace`: send new lines at once in parts, so far apart; None sends them with
    the day's files only.
    """

    is_bank_day: Callable[[date], bool] = is_weekday
    cut_off: time = time(16, 30)
    files_at: time = time(8, 30)
    pace: timedelta | None = None

    def bank_day_from(self, day: date) -> date:
        """The day itself, or the first bank day after it."""
        while not self.is_bank_day(day):
            day += _DAY
        return day

    def effective_on(self, taken_at: datetime, value_date: date) -> date:
        """The bank day on which an instruction taken at this instant is carried out."""
        day = day_of(taken_at)
        late = taken_at.astimezone(SHANGHAI).time() > self.cut_off
        first = self.bank_day_from(day + _DAY if late or not self.is_bank_day(day) else day)
        return max(first, self.bank_day_from(value_date))

    def files_ready_at(self, day: date) -> datetime:
        """When the files of an accounting day are due."""
        next_day = self.bank_day_from(day + _DAY)
        return at(next_day, self.files_at.hour, self.files_at.minute, self.files_at.second)


class FaultUnknown(Refusal):
    """The command line names a fault that the bank cannot play."""

    code = "fault_unknown"
    status = 422
    zh = "不认识的故障设置 {given}。写法：名称=百万分率，名称有 {known}。"
    en = "Unknown fault setting {given}. Write name=rate per million; the names are {known}."


@dataclass(frozen=True)
class Faults:
    """How often the bank goes wrong, per million lines or files, and the seed that decides where.

    Of a line: `late` (booked and reported on the next day), `lost` (never reported until asked
    for), `duplicate` (a receipt comes twice, a result is reported twice), `wrong_amount`,
    `returned` (the money comes back on the next bank day). Of a file: `late_file` (a bank day
    late), `out_of_order` (after later parts, its lines reversed), `partial_file`,
    `wrong_signature` (both followed by the right file).

    A fault hits by seed and subject alone: the same seed plays the same faults again, also over
    a restart.
    """

    seed: int = 0
    late: int = 0
    lost: int = 0
    duplicate: int = 0
    wrong_amount: int = 0
    returned: int = 0
    late_file: int = 0
    out_of_order: int = 0
    partial_file: int = 0
    wrong_signature: int = 0
    mend_after: timedelta = timedelta(minutes=15)

    def hits(self, fault: str, subject: str) -> bool:
        """Whether this fault befalls this line or file."""
        rate: int = getattr(self, fault)
        return chance.hits(self.seed, rate, fault, subject)

    def draw(self, purpose: str, subject: str) -> int:
        """A number that is fixed by seed, purpose and subject."""
        return chance.draw(self.seed, purpose, subject)


NO_FAULTS = Faults()


def parse_faults(text: str, *, seed: int, mend_after: timedelta) -> Faults:
    """Faults as `late=20000,lost=5000` (per million). Raises: FaultUnknown."""
    known = {f.name for f in fields(Faults)} - {"seed", "mend_after"}
    rates: dict[str, int] = {}
    for part in filter(None, text.split(",")):
        name, _, rate = part.partition("=")
        if name not in known or not rate.isdecimal() or int(rate) > chance.MILLION:
            raise FaultUnknown(given=part, known=", ".join(sorted(known)))
        rates[name] = int(rate)
    return Faults(seed=seed, mend_after=mend_after, **rates)
