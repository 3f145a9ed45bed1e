"""Addresses of the guardian's phone."""

from django.urls import path

from yuxin.family.pages import (
    children,
    contract,
    enrol,
    home,
    inbox,
    lesson,
    mediation,
    mirrored,
    outside,
    papers,
    pay,
    refund,
    running,
    sign,
    supplements,
    visit,
)
from yuxin.family.pages import closing as closings

app_name = "family"
urlpatterns = [
    path("", home.home, name="home"),
    path("inbox", inbox.inbox, name="inbox"),
    path("children", children.children, name="children"),
    path("outside", outside.outside, name="outside"),
    path("enrol/<str:class_code>", enrol.enrol, name="enrol"),
    path("contracts/<str:code>", contract.contract, name="contract"),
    path(
        "contracts/<str:code>/receipts/<str:entry_id>.json",
        contract.contract_receipt,
        name="contract-receipt",
    ),
    path("visit", visit.visit, name="visit"),
    path("visit/keys", visit.visit_keys, name="visit-keys"),
    path("visit-worker.js", visit.visit_worker, name="visit-worker"),
    path("contracts/<str:code>/cover-claim", contract.cover_claim, name="cover-claim"),
    path("debts/<str:code>", contract.debt, name="debt"),
    path("contracts/<str:code>/terms", sign.terms, name="terms"),
    path("contracts/<str:code>/contract.pdf", papers.contract_pdf, name="contract-pdf"),
    path("supplements/<str:code>/code", supplements.send_code, name="supplement-code"),
    path("supplements/<str:code>/decline", supplements.decline, name="supplement-decline"),
    path("supplements/<str:code>.pdf", supplements.supplement_pdf, name="supplement-pdf"),
    path("supplements/<str:code>", supplements.supplement, name="supplement"),
    path("contracts/<str:code>/papers", papers.papers, name="papers"),
    path("contracts/<str:code>/cancel", papers.cancel, name="cancel"),
    path("children/<int:child>/particulars", papers.particulars, name="particulars"),
    path("contracts/<str:code>/sign", sign.sign, name="sign"),
    path("contracts/<str:code>/sign/code", sign.send_code, name="sign-code"),
    path("contracts/<str:code>/pay", pay.pay, name="pay"),
    path("contracts/<str:code>/paid", pay.paid, name="paid"),
    path("contracts/<str:code>/refund", refund.refund, name="refund"),
    path("mirrored", mirrored.mirrored, name="mirrored"),
    path("running/<str:code>", running.running, name="running"),
    path("contracts/<str:code>/closing", closings.closing, name="closing"),
    path("contracts/<str:code>/closing/letter", closings.letter, name="closing-letter"),
    path("lessons/<str:code>", lesson.lesson, name="lesson"),
    path("lessons/<str:code>/dispute", lesson.dispute, name="lesson-dispute"),
    path("lessons/<str:code>/mediation", mediation.mediation, name="mediation"),
]
