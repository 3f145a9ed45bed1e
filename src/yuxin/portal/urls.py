"""Addresses of the public side (the log's own are in `log_urls`)."""

from django.urls import path

from yuxin.portal.pages import (
    closings,
    home,
    institution,
    lists,
    notice,
    search,
    selections,
    warnings,
)

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("search", search.search, name="search"),
    path("i/<str:code>", institution.institution, name="institution"),
    path("i/<str:code>/notice", notice.notice, name="notice"),
    path("closings", closings.closings, name="closings"),
    path("closings/<str:code>", closings.closing, name="closing"),
    path("warnings", warnings.warnings, name="warnings"),
    path("bank-selections", selections.selections, name="bank-selections"),
    path("bank-selections/<str:code>", selections.selection, name="bank-selection"),
    path("lists/", lists.lists, name="lists"),
    path("lists/institutions", lists.institutions, name="institutions"),
]
