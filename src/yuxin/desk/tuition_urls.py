"""Addresses of tuition on the workbench."""

from django.urls import path

from yuxin.desk.pages import contracts, courses, money, refunds, roll

urlpatterns = [
    path("courses", courses.courses, name="courses"),
    path("courses/new", courses.course_new, name="course-new"),
    path("courses/<str:code>", courses.course, name="course"),
    path("courses/<str:code>/supervision", courses.supervision, name="course-supervision"),
    path("courses/<str:code>/classes/new", courses.class_new, name="class-new"),
    path("classes", roll.classes, name="classes"),
    path("sessions/<str:code>/roll", roll.roll, name="roll"),
    path("contracts", contracts.contracts, name="contracts"),
    path("contracts/<str:code>", contracts.contract, name="contract"),
    path(
        "contracts/<str:code>/receipts/<str:entry_id>.json",
        contracts.contract_receipt,
        name="contract-receipt",
    ),
    path("money", money.money, name="money"),
    path("instructions", money.instructions, name="instructions"),
    path("breaks", money.breaks, name="breaks"),
    path("refunds", refunds.refunds, name="refunds"),
    path("refunds/<str:code>", refunds.refund, name="refund"),
    path("disputes", refunds.disputes, name="disputes"),
    path("disputes/<str:code>", refunds.dispute, name="dispute"),
]
