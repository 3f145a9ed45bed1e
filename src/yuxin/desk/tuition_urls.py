"""Addresses of tuition on the workbench."""

from django.urls import path

from yuxin.desk import papers_urls
from yuxin.desk.pages import (
    breaks,
    contracts,
    courses,
    money,
    money_there,
    refunds,
    roll,
    silence,
    timetable,
)

urlpatterns = [
    path("courses", courses.courses, name="courses"),
    path("courses/new", courses.course_new, name="course-new"),
    path("courses/<str:code>", courses.course, name="course"),
    path("courses/<str:code>/supervision", courses.supervision, name="course-supervision"),
    path("courses/<str:code>/classes/new", courses.class_new, name="class-new"),
    path("classes", roll.classes, name="classes"),
    path("sessions/<str:code>/roll", roll.roll, name="roll"),
    path("sessions/<str:code>/roll/correct", roll.correct, name="roll-correct"),
    path("conflicts/<int:number>", roll.conflict, name="roll-conflict"),
    path("roll-worker.js", roll.worker, name="roll-worker"),
    path("classes/<str:code>", timetable.class_page, name="class"),
    path("classes/<str:code>/sessions/new", timetable.session_new, name="session-new"),
    path("sessions/<str:code>/change", timetable.session, name="session"),
    path("contracts", contracts.contracts, name="contracts"),
    path("contracts/<str:code>", contracts.contract, name="contract"),
    path(
        "contracts/<str:code>/receipts/<str:entry_id>.json",
        contracts.contract_receipt,
        name="contract-receipt",
    ),
    path("silence", silence.silence, name="silence"),
    path("money", money.money, name="money"),
    path("money-there", money_there.there, name="money-there"),
    path("instructions", money.instructions, name="instructions"),
    path("breaks", breaks.breaks, name="breaks"),
    path("refunds", refunds.refunds, name="refunds"),
    path("refunds/<str:code>", refunds.refund, name="refund"),
    path("disputes", refunds.disputes, name="disputes"),
    path("disputes/<str:code>", refunds.dispute, name="dispute"),
    *papers_urls.urlpatterns,
]
