"""Addresses of the workbench."""

from django.urls import path

from yuxin.desk import (
    alert_urls,
    bank_urls,
    closing_urls,
    figures_urls,
    mirror_urls,
    modes_urls,
    proceeding_urls,
    running_urls,
    tuition_urls,
)
from yuxin.desk.pages import accounts, import_review, imports, looks, own, rules, setting_up
from yuxin.desk.pages.colour import colour
from yuxin.desk.pages.colour_records import record
from yuxin.desk.pages.home import home
from yuxin.desk.pages.institution import institution
from yuxin.desk.pages.institution_additions import add, custody, merge
from yuxin.desk.pages.institution_changes import connect, correct
from yuxin.desk.pages.institutions import institutions, search

app_name = "desk"
urlpatterns = [
    path("", home, name="home"),
    path("me", own.me, name="me"),
    path("me/password", own.me_password, name="me-password"),
    path("me/end-session", own.me_end_session, name="me-end-session"),
    path("me/looks", looks.me_looks, name="me-looks"),
    path("privileged", own.privileged, name="privileged"),
    path("looks", looks.looks, name="looks"),
    path("persons/<str:code>/unmask", looks.unmask, name="unmask"),
    path("accounts", accounts.accounts, name="accounts"),
    path("accounts/new", accounts.account_new, name="account-new"),
    path("accounts/<str:login>/show", accounts.account, name="account"),
    path("accounts/<str:login>/grant", accounts.account_grant, name="account-grant"),
    path(
        "accounts/<str:login>/end-session",
        accounts.account_end_session,
        name="account-end-session",
    ),
    path("accounts/<str:login>/do/<str:act>", accounts.account_act, name="account-act"),
    *tuition_urls.urlpatterns,
    *modes_urls.urlpatterns,
    *closing_urls.urlpatterns,
    *proceeding_urls.urlpatterns,
    *figures_urls.urlpatterns,
    *running_urls.urlpatterns,
    *mirror_urls.urlpatterns,
    *bank_urls.urlpatterns,
    path("rules", rules.rules, name="rules"),
    path("rules/<str:number>", rules.rule_pack, name="rule-pack"),
    path("areas", setting_up.areas, name="areas"),
    path("banks", setting_up.banks, name="banks"),
    path("search", search, name="search"),
    path("institutions", institutions, name="institutions"),
    path("institutions/<str:code>", institution, name="institution"),
    path("institutions/<str:code>/connect", connect, name="institution-connect"),
    path("institutions/<str:code>/add/<str:thing>", add, name="institution-add"),
    path("institutions/<str:code>/custody", custody, name="institution-custody"),
    path("institutions/<str:code>/merge", merge, name="institution-merge"),
    path("institutions/<str:code>/correct/<str:aspect>", correct, name="institution-correct"),
    path(
        "institutions/<str:code>/correct/<str:aspect>/<str:thing_code>",
        correct,
        name="institution-correct-thing",
    ),
    *alert_urls.urlpatterns,
    path("colour/<str:code>", colour, name="colour"),
    path("colour/<str:code>/record/<str:thing>", record, name="colour-record"),
    path("imports", imports.imports, name="imports"),
    path("imports/<code>", import_review.import_review, name="import"),
    path("imports/<code>/columns", imports.import_columns, name="import-columns"),
    path("imports/<code>/rows", imports.import_rows, name="import-rows"),
    path("imports/<code>/decide", import_review.import_decide, name="import-decide"),
    path("imports/<code>/same/<int:place>", import_review.import_same, name="import-same"),
    path("imports/<code>/write", import_review.import_write, name="import-write"),
    path("imports/<code>/withdraw", imports.import_withdraw, name="import-withdraw"),
]
