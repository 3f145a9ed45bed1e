"""Who may be given a grade at all: organisations that run or offer education, never a person.

Law: credit rules 5.6: teachers have records and findings, learners are never assessed. A person
is no member of `JudgedKind`, so a score of one cannot be asked for.
"""

from dataclasses import dataclass
from enum import StrEnum

from yuxin.kernel.refusal import Refusal


class SubjectNotEligible(Refusal):
    """A grade, a score or an upload was asked for somebody whom the rules do not assess."""

    code = "subject_not_eligible"
    status = 422
    zh = "“{kind}”不是信用评价的对象：教师、学员等自然人不评分、不定级。"
    en = "“{kind}” is not assessed: natural persons, teachers and learners get no score, no grade."


class JudgedKind(StrEnum):
    """The kinds of subject that may be graded, by the names of the register."""

    TRAINING_INSTITUTION = "TRAINING_INSTITUTION"
    PRIVATE_SCHOOL = "PRIVATE_SCHOOL"
    UNLICENSED_SITE = "UNLICENSED_SITE"


@dataclass(frozen=True)
class Judged:
    """A subject that may be graded, by its code in the register."""

    code: str
    kind: JudgedKind


def judged(code: str, kind: str) -> Judged:
    """The subject if its kind may be graded.

    Raises: SubjectNotEligible.
    """
    if kind not in set(JudgedKind):
        raise SubjectNotEligible(kind=kind)
    return Judged(code, JudgedKind(kind))
