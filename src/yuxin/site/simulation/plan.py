"""What a county will be, worked out from a seed alone: nothing here touches the database.

The same seed and the same numbers give the same plan. Money in fen, days as dates.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final, Literal

from yuxin.kernel.clock import SHANGHAI
from yuxin.site.simulation import words
from yuxin.tuition.services.courses import SessionDraft

Conduct = Literal["honest", "sloppy", "collapsing"]
CATEGORIES: Final = ("ARTS", "ARTS", "ARTS", "SCITECH", "SPORTS", "SPORTS", "OTHER", "SUBJECT")
# Price of a lesson in yuan, lowest and highest, by category.
PRICES: Final = {
    "ARTS": (70, 150),
    "SCITECH": (90, 160),
    "SPORTS": (50, 120),
    "SUBJECT": (32, 40),
    "OTHER": (50, 110),
}
AMOUNT_MAX_YUAN: Final = 5000
CLASS_MAX: Final = 20
LESSONS: Final = (16, 20, 24)
WEEKS: Final = 11
OPEN_DAYS: Final = 3  # a week; academic classes are never held on weekends (rule T03)
NOT_CONNECTED_PER_CENT: Final = 8
SLOPPY_PER_CENT: Final = 16
COLLAPSING_PER_CENT: Final = 4


@dataclass(frozen=True)
class PlannedClass:
    """A class, its size and its timetable."""

    name: str
    teacher: str
    size: int
    sessions: tuple[SessionDraft, ...]


@dataclass(frozen=True)
class PlannedCourse:
    """A course with its classes."""

    name: str
    category: str
    unit_price_fen: int
    lessons: int
    first_on: date
    last_on: date
    classes: tuple[PlannedClass, ...]

    @property
    def total_fen(self) -> int:
        """The price of the whole course."""
        return self.unit_price_fen * self.lessons


@dataclass(frozen=True)
class PlannedInstitution:
    """An institution as it will be entered and as it will behave."""

    number: int
    name: str
    brand: str
    category: str
    town: tuple[str, str]
    address: str
    connected: bool
    conduct: Conduct
    courses: tuple[PlannedCourse, ...] = field(default=())

    @property
    def learners(self) -> int:
        """How many children it teaches."""
        return sum(each.size for course in self.courses for each in course.classes)


@dataclass(frozen=True)
class Plan:
    """A county: its institutions and the days of its history."""

    seed: int
    first_on: date
    days: int
    institutions: tuple[PlannedInstitution, ...]

    @property
    def last_on(self) -> date:
        """The last day that is played."""
        return self.first_on + timedelta(days=self.days - 1)

    def every_day(self) -> Iterator[date]:
        """The days, first to last."""
        for number in range(self.days):
            yield self.first_on + timedelta(days=number)


def make(*, institutions: int, learners: int, days: int, seed: int, last_on: date) -> Plan:
    """A county of so many institutions and learners, over the days that end with `last_on`."""
    assert institutions > 0 and learners >= 0 and days > 0, "a county has somebody and some days"
    random = Random(seed)  # noqa: S311 -- a story, no secret
    first_on = last_on - timedelta(days=days - 1)
    shells = [_shell(random, number) for number in range(1, institutions + 1)]
    taking = [each for each in shells if each.connected] or shells[:1]
    shares = _shares(random, learners, len(taking))
    taught = dict(zip((each.number for each in taking), shares, strict=True))
    planned = tuple(
        _with_courses(random, each, taught.get(each.number, 0), first_on) for each in shells
    )
    return Plan(seed, first_on, days, planned)


def _shell(random: Random, number: int) -> PlannedInstitution:
    category = random.choice(CATEGORIES) if number > 1 else "ARTS"
    mark = words.BRANDS[(number - 1) % len(words.BRANDS)]
    round_ = (number - 1) // len(words.BRANDS)
    trade = random.choice(words.TRADES[category])
    town = random.choice(words.TOWNS)
    brand = f"{mark}{trade}" + (f"{round_ + 1}店" if round_ else "")
    dice = random.randrange(100)
    conduct: Conduct = "honest"
    if dice < COLLAPSING_PER_CENT:
        conduct = "collapsing"
    elif dice < COLLAPSING_PER_CENT + SLOPPY_PER_CENT:
        conduct = "sloppy"
    connected = number == 1 or random.randrange(100) >= NOT_CONNECTED_PER_CENT
    return PlannedInstitution(
        number=number,
        name=f"示例县{brand}培训有限公司",
        brand=brand,
        category=category,
        town=town,
        address=words.address(random, town[1]),
        connected=connected,
        conduct="honest" if number == 1 else conduct,
    )


def _shares(random: Random, learners: int, count: int) -> list[int]:
    """Learners over institutions: a few large, many small; the sum is exact."""
    weights = [random.paretovariate(1.6) for _ in range(count)]
    total = sum(weights)
    shares = [int(learners * weight / total) for weight in weights]
    for number in range(learners - sum(shares)):
        shares[number % count] += 1
    return shares


def _with_courses(
    random: Random, shell: PlannedInstitution, learners: int, first_on: date
) -> PlannedInstitution:
    names = random.sample(words.COURSES[shell.category], 3)
    weekdays = random.sample(range(5) if shell.category == "SUBJECT" else range(7), OPEN_DAYS)
    courses = []
    left = learners
    for number, name in enumerate(names):
        share = left if number == len(names) - 1 else left // 2
        if share:
            courses.append(_course(random, shell.category, name, share, first_on, weekdays))
        left -= share
    return PlannedInstitution(**{**shell.__dict__, "courses": tuple(courses)})


def _course(
    random: Random,
    category: str,
    name: str,
    learners: int,
    first_on: date,
    open_on: Sequence[int],
) -> PlannedCourse:
    low, high = PRICES[category]
    lessons = random.choice(LESSONS)
    price = random.randrange(low, high + 1) * 100
    if category != "SUBJECT":
        price = min(price, AMOUNT_MAX_YUAN * 100 // lessons)
    starts = first_on + timedelta(days=random.randrange(1, 5))
    classes: list[PlannedClass] = []
    left = learners
    while left:
        size = min(left, random.randrange(8, CLASS_MAX + 1))
        sessions = _timetable(random, open_on, starts, lessons)
        classes.append(PlannedClass(f"{len(classes) + 1}班", words.teacher(random), size, sessions))
        left -= size
    ends = max(each.sessions[-1].starts_at.date() for each in classes)
    return PlannedCourse(name, category, price, lessons, starts, ends, tuple(classes))


def _timetable(
    random: Random, open_on: Sequence[int], starts: date, lessons: int
) -> tuple[SessionDraft, ...]:
    """Two meetings a week on days when the institution is open."""
    weekdays = random.sample(open_on, 2)
    hour = random.choice((16, 17, 18))
    day = starts
    meetings: list[SessionDraft] = []
    while len(meetings) < lessons:
        if day.weekday() in weekdays:
            begin = 9 + hour - 16 if day.weekday() > 4 else hour
            at = datetime.combine(day, time(begin, 30), SHANGHAI)
            meetings.append(SessionDraft(at, at + timedelta(minutes=90)))
        day += timedelta(days=1)
    return tuple(meetings)
