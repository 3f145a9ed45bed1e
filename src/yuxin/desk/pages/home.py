"""The first page of the workbench: what is to be done, by when."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.desk import (
    alert_tasks,
    bank_tasks,
    closing_tasks,
    papers_tasks,
    proceeding_tasks,
    running_tasks,
    tuition_tasks,
)
from yuxin.desk.tasks import Provider, days_on, grouped
from yuxin.kernel.actor import EVERYBODY, Role
from yuxin.kernel.clock import day_of
from yuxin.look.moment import moment
from yuxin.look.page import actor_of, page
from yuxin.look.values import Empty

# Each package that asks something of people adds its provider here.
PROVIDERS: Final[tuple[Provider, ...]] = (
    tuition_tasks.waiting,
    running_tasks.waiting,
    closing_tasks.waiting,
    proceeding_tasks.waiting,
    alert_tasks.waiting,
    bank_tasks.waiting,
    papers_tasks.waiting,
)


@page(roles=EVERYBODY - {Role.PUBLIC, Role.GUARDIAN})
def home(request: HttpRequest) -> HttpResponse:
    """The inbox of the person who signed in."""
    actor, at = actor_of(request), moment(request)
    today = day_of(at)
    with reading(actor):
        days = days_on(today)
        waiting = [one for provider in PROVIDERS for one in provider(actor, at, days)]
    groups = grouped(waiting, days)
    nothing = Empty(_("今日待办已办完"), _("有新的事项时会按期限排在这里。"), kind="green")
    context = {
        "nothing": nothing,
        "groups": groups,
        "count": len(waiting),
        "day": today,
        "told": _("，").join(f"{group.label} {group.total}" for group in groups),
        "is_working": days.calendar.is_working(today) if days.calendar else True,
    }
    return render(request, "desk/home.html", context)
