"""Tables of tuition. Every row of volume carries its institution."""

from yuxin.tuition.models.banking import (
    Bank,
    BankBalance,
    BankFile,
    BankLine,
    Instruction,
    InstructionLine,
    OutgoingFile,
)
from yuxin.tuition.models.contracts import Contract, ContractStep, Learner, PaymentOrder
from yuxin.tuition.models.courses import ClassGroup, ClassSession, Course
from yuxin.tuition.models.lessons import Lesson
from yuxin.tuition.models.refunds import RefundCase, RefundRedirect

__all__ = [
    "Bank",
    "BankBalance",
    "BankFile",
    "BankLine",
    "ClassGroup",
    "ClassSession",
    "Contract",
    "ContractStep",
    "Course",
    "Instruction",
    "InstructionLine",
    "Learner",
    "Lesson",
    "OutgoingFile",
    "PaymentOrder",
    "RefundCase",
    "RefundRedirect",
]
