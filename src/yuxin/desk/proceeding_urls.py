"""Addresses of proceedings on the workbench."""

from django.urls import path

from yuxin.desk.pages import proceeding, proceeding_kinds, proceedings

urlpatterns = [
    path("proceedings", proceedings.proceedings, name="proceedings"),
    path("proceedings/assign", proceedings.proceedings_assign, name="proceedings-assign"),
    path("proceedings/kinds", proceeding_kinds.kinds, name="proceeding-kinds"),
    path("proceedings/kinds/<str:name>", proceeding_kinds.kind, name="proceeding-kind"),
    path("proceedings/<str:code>", proceeding.proceeding, name="proceeding"),
    path(
        "proceedings/<str:code>/documents/<str:sha256>",
        proceeding.document,
        name="proceeding-document",
    ),
]
