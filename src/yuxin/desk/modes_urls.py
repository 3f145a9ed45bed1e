"""Addresses of the modes of supervision: policy, exposure, debts of institutions."""

from django.urls import path

from yuxin.desk.pages import debts, exposure, policy, visits

urlpatterns = [
    path("visits", visits.visits, name="visits"),
    path("policy", policy.policy, name="policy"),
    path("exposure", exposure.exposure, name="exposure"),
    path("exposure/<str:code>", exposure.exposure_of, name="exposure-of"),
    path("debts", debts.debts, name="debts"),
    path("debts/<str:code>", debts.debt, name="debt"),
]
