"""The first page of the workbench: what is to be done, by when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yuxin.kernel.actor import EVERYBODY, Role
from yuxin.look.page import page
from yuxin.look.values import Empty


@page(roles=EVERYBODY - {Role.PUBLIC, Role.GUARDIAN})
def home(request: HttpRequest) -> HttpResponse:
    """The inbox of the person who signed in."""
    nothing = Empty(_("今日待办已办完"), _("有新的事项时会按期限排在这里。"), kind="green")
    return render(request, "desk/home.html", {"nothing": nothing})
