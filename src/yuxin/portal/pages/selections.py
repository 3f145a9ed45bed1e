"""The public pages of selecting custody banks: the call, and the result when it is published."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yuxin.access.reading import reading
from yuxin.kernel.actor import Actor
from yuxin.kernel.clock import now
from yuxin.kernel.refusal import NotFound
from yuxin.look.page import EVERYBODY, page
from yuxin.look.values import Fact
from yuxin.look.words import hundredths
from yuxin.portal import words
from yuxin.tuition.selection import public
from yuxin.tuition.selection.public import PublicBank, PublicSelection


def _state(found: PublicSelection) -> str:
    return {
        "called": _("征集中"),
        "scoring": _("评分中"),
        "ranked": _("评分中"),
        "noticed": _("公示期"),
        "objected": _("异议处理中"),
        "answered": _("异议已答复"),
        "serving": _("服务期"),
        "ended": _("期满办结"),
        "failed": _("流标"),
        "annulled": _("结果撤销"),
    }[found.state]


@page(roles=EVERYBODY)
def selections(request: HttpRequest) -> HttpResponse:
    """`/bank-selections`: every call, the latest first."""
    with reading(Actor.public()):
        found = public.selections()
    context = {
        "rows": [(each, _state(each), words.full_date(each.called_on)) for each in found],
        "as_of_text": _("截至%s") % words.moment(now()),
    }
    return render(request, "portal/bank_selections.html", context)


@page(roles=EVERYBODY)
def selection(request: HttpRequest, code: str) -> HttpResponse:
    """`/bank-selections/<code>`: dated; the banks only with a published result."""
    with reading(Actor.public()):
        found = next((each for each in public.selections() if each.code == code), None)
        if found is None:
            raise NotFound
        banks = public.banks(code)
    context = {
        "selection": found,
        "state": _state(found),
        "facts": _facts(found),
        "criteria": [
            Fact(words.han(title), f"{weight}%")
            for title, weight in zip(found.criteria, found.weights, strict=True)
        ],
        "banks": [(bank, hundredths(bank.score_hundredths), _why(bank)) for bank in banks],
        "as_of_text": _("截至%s") % words.moment(now()),
    }
    return render(request, "portal/bank_selection.html", context)


def _facts(found: PublicSelection) -> list[Fact]:
    facts = [
        Fact(_("发布"), words.full_date(found.called_on)),
        Fact(_("申请截止日"), words.full_date(found.closing_on)),
        Fact(_("选几家"), str(found.places)),
        Fact(_("服务期"), _("%(n)d个月") % {"n": found.term_months}),
        Fact(_("申请材料"), words.han(found.documents)),
    ]
    if found.noticed_on is not None:
        facts.append(Fact(_("结果公示"), words.full_date(found.noticed_on)))
    if found.objections_until is not None:
        facts.append(Fact(_("异议提到"), words.full_date(found.objections_until)))
    if found.notice_words and found.noticed_on is not None:
        facts.append(Fact(_("结果说明"), words.han(found.notice_words)))
    if found.serves_from is not None and found.serves_until is not None:
        facts.append(
            Fact(
                _("服务"),
                _("%(first)s至%(last)s")
                % {
                    "first": words.full_date(found.serves_from),
                    "last": words.full_date(found.serves_until),
                },
            )
        )
    return facts


def _why(bank: PublicBank) -> list[Any]:
    said: list[Any] = []
    if bank.chosen:
        said.append(_("抽签选中") if bank.drawn else _("选中"))
    if bank.left_on is not None:
        said.append(_("%s起退出") % words.full_date(bank.left_on))
    if bank.tied:
        said.append(_("各项全同，名次并列"))
    elif bank.decided_by:
        said.append(_("总分相同，“%(title)s”得分较低") % {"title": bank.decided_by})
    return said
