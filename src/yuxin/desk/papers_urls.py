"""Addresses of contracts as papers: signing, the paper itself, what contracts of a course say."""

from django.urls import path

from yuxin.desk.pages import charge_hits, conditions, countersign, invoices, supplements, tracing

urlpatterns = [
    path("countersign", countersign.countersign, name="countersign"),
    path("contracts/<str:code>/contract.pdf", countersign.contract_pdf, name="contract-pdf"),
    path("contracts/<str:code>/invoices", invoices.contract_invoices, name="contract-invoices"),
    path("contracts/<str:code>/supplement", supplements.supplement_new, name="supplement-new"),
    path("supplements", supplements.supplement_list, name="supplements"),
    path("supplements/<str:code>.pdf", supplements.supplement_pdf, name="supplement-pdf"),
    path("supplements/<str:code>", supplements.supplement, name="supplement"),
    path("invoices", invoices.three_way, name="three-way"),
    path("invoices/sheet", invoices.invoices_sheet, name="invoices-sheet"),
    path("charges", charge_hits.charge_hits, name="charges"),
    path("trace", tracing.trace, name="trace"),
    path("courses/<str:code>/conditions", conditions.conditions, name="course-conditions"),
]
