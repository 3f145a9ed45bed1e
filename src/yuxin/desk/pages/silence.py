"""Lessons past their day that silence did not confirm, and why."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yuxin.access.reading import reading
from yuxin.desk.tuition_access import BUREAU, SEES_BOOKS
from yuxin.kernel.money import Fen
from yuxin.look.page import actor_of, page
from yuxin.look.tables import Column, QuerySource, Row, Table
from yuxin.look.tuition_words import SILENCE_STOPS, STOPS_FOR_OFFICERS, session_words
from yuxin.look.values import Empty
from yuxin.tuition.models import Lesson
from yuxin.tuition.queries.contracts import names_of

TABLE = Table(
    name="silence",
    caption=gettext_lazy("沉默不算的课"),
    columns=(
        Column("contract", gettext_lazy("合同"), "code", fixed=True, link=True),
        Column("institution", gettext_lazy("机构"), cut=True),
        Column("when", gettext_lazy("上课时间")),
        Column("amount", gettext_lazy("课费"), "money", sortable=True),
        Column("due", gettext_lazy("期限过了"), "date", sortable=True),
        Column("why", gettext_lazy("为什么不算")),
    ),
    default_sort="due",
    empty=Empty(
        gettext_lazy("没有这样的课"),
        gettext_lazy("过了答复期限、又不能算上过的课会列在这里，等家长自己答。"),
        kind="green",
    ),
)


@page(roles=SEES_BOOKS)
def silence(request: HttpRequest) -> HttpResponseBase:
    """Each of them waits for its family's own answer; its money stays in custody."""
    actor = actor_of(request)
    words = STOPS_FOR_OFFICERS if actor.has(*BUREAU) else SILENCE_STOPS
    with reading(actor):
        names = names_of(actor.institution_ids)
        rows = (
            Lesson.objects.filter(
                institution_id__in=actor.institution_ids, state=Lesson.State.PENDING
            )
            .exclude(stopped_by="")
            .select_related("contract", "session")
        )
        source = QuerySource(
            rows,
            row=lambda one: Row(
                {
                    "contract": one.contract.code,
                    "institution": str(names.get(one.institution_id, "")),
                    "when": session_words(one.session.starts_at, one.session.ends_at),
                    "amount": Fen(one.amount_fen),
                    "due": one.deemed_on,
                    "why": words.get(one.stopped_by, one.stopped_by),
                },
                url=reverse("desk:contract", args=[one.contract.code]),
            ),
            order={"due": ("deemed_on", "pk"), "amount": ("amount_fen",)},
        )
        context = {
            "title": _("沉默不算的课"),
            "sub": _("家长没答复也不算上过，钱留在专户，等家长自己答。"),
        }
        return TABLE.answer(request, source, "desk/tuition_list.html", context)
