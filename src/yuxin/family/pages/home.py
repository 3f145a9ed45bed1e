"""The first page of a family: the one next task, the contracts with their sums, the messages."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yuxin.access.reading import reading
from yuxin.family.pages import shown
from yuxin.family.pages.said import said
from yuxin.kernel.actor import Role
from yuxin.kernel.money import Fen, yuan
from yuxin.look.moment import moment
from yuxin.look.page import actor_of, page
from yuxin.look.tuition_words import CONTRACT_STATES, SUPPLEMENT_KINDS, session_words
from yuxin.look.words import long_day_words
from yuxin.messages import queries as messages
from yuxin.tuition.agreements import queries as agreements
from yuxin.tuition.agreements.queries import SupplementPage
from yuxin.tuition.collapse import queries as closings
from yuxin.tuition.collapse.models import Claim
from yuxin.tuition.disputes import queries as disputes
from yuxin.tuition.disputes.queries import Standing
from yuxin.tuition.queries import families
from yuxin.tuition.queries.families import ContractCard, Home, Task
from yuxin.tuition.running import queries as running
from yuxin.tuition.running.models import RunningContract


@page(roles={Role.GUARDIAN})
def home(request: HttpRequest) -> HttpResponse:
    """What the family has and what it is asked to do."""
    actor, at = actor_of(request), moment(request)
    with reading(actor):
        found = families.home(actor, at)
        unread = messages.unread_count(actor)
        before = running.to_answer(actor)
        claims = closings.claims_of_family(actor)
        proposals = disputes.proposals_to_answer(actor)
        waiting = agreements.supplements_to_sign(actor)
    tasks = [_proposal(each, found) for each in proposals]
    tasks += [_task(each, found, at) for each in found.tasks]
    tasks += [_before(each) for each in before]
    tasks += [_supplement(each) for each in waiting]
    stopped = {each.contract_code for each in claims}
    cards = [_card(each, stopped=each.code in stopped) for each in found.contracts]
    context = {
        "task": tasks[0] if tasks else None,
        "others": [each["row"] for each in tasks[1:]],
        "cards": [each for each in cards if not each["over"]],
        "over": [each for each in cards if each["over"]],
        "next_lesson": _next_lesson(found),
        "rows": _rows(found, unread),
        "closings": [_closed(each, found) for each in claims],
        "notices": said(request),
    }
    return render(request, "family/home.html", context)


def _card(card: ContractCard, *, stopped: bool) -> dict[str, object]:
    if card.state in ("draft", "signed"):
        sums = _("还没付款")
    elif card.sums.is_there:
        sums = ""
    else:
        sums = _("已结清")
    return {
        "card": card,
        "state": _("停业了") if stopped else CONTRACT_STATES[card.state],
        "in_custody": Fen(card.sums.is_there),
        "no_sum": sums,
        "over": card.state == "closed",
        "url": reverse("family:contract", args=[card.code]),
    }


def _closed(claim: Claim, found: Home) -> tuple[str, str, str, str]:
    """The row that leads to a family's money at an institution that closed."""
    card = next((each for each in found.contracts if each.code == claim.contract_code), None)
    return (
        "warn",
        _("机构停业了，您的钱：%(sum)s元") % {"sum": yuan(Fen(claim.claim_fen))},
        f"{card.course} {card.institution_name}" if card else claim.contract_code,
        reverse("family:closing", args=[claim.contract_code]),
    )


def _proposal(one: Standing, found: Home) -> dict[str, object]:
    """A settlement that waits for the family's answer."""
    card = next((each for each in found.contracts if each.code == one.contract_code), None)
    about = one.contract_code
    if card is not None:
        about = _("%(course)s，%(institution)s") % {
            "course": card.course,
            "institution": card.institution_name,
        }
    title = _("第%(n)d课时的调解方案，同意吗？") % {"n": one.ordinal}
    url = reverse("family:mediation", args=[one.lesson_code])
    back = one.proposal.back_fen if one.proposal else 0
    when = _("%(day)s前答复") % {"day": long_day_words(one.due_on)} if one.due_on else ""
    return {
        "title": title,
        "about": about,
        "when": when,
        "url": url,
        "dispute_url": "",
        "silence": None,
        "amount_fen": Fen(back),
        "row": ("clock", title, about, url),
    }


def _task(task: Task, found: Home, at: datetime) -> dict[str, object]:
    """A task as the card and as a row behind 还有n件."""
    card = next(each for each in found.contracts if each.code == task.contract_code)
    about = _("%(course)s，%(institution)s") % {
        "course": card.course,
        "institution": card.institution_name,
    }
    if task.kind == "lesson" and task.lesson is not None:
        lesson = task.lesson
        title = _("第%(n)d课时，上了吗？") % {"n": lesson.ordinal}
        when = session_words(lesson.starts_at, lesson.ends_at)
        url = reverse("family:lesson", args=[lesson.code])
        silence = shown.silence_of(lesson, at)
        amount: int = lesson.amount_fen
        dispute_url = reverse("family:lesson-dispute", args=[lesson.code])
        icon = "clock"
    else:
        signing = task.kind == "sign"
        title = _("看合同，签字") if signing else _("付学费")
        when, silence, dispute_url = "", None, ""
        url = reverse("family:sign" if signing else "family:pay", args=[card.code])
        amount, icon = card.total_fen, "doc" if signing else "wallet"
    return {
        "title": title,
        "about": about,
        "when": when,
        "url": url,
        "dispute_url": dispute_url,
        "silence": silence,
        "amount_fen": Fen(amount),
        "row": (icon, title, f"{about} {when}".strip(), url),
    }


def _before(one: RunningContract) -> dict[str, object]:
    """A contract of before whose rest the family is asked about."""
    title, about = _("剩余课时，对吗？"), one.class_group.course.name
    url = reverse("family:running", args=[one.code])
    return _plain_task(title, about, url, Fen(one.at_stake_fen))


def _supplement(waiting: SupplementPage) -> dict[str, object]:
    """A supplement to sign or decline."""
    title, about = _("看补充协议"), str(SUPPLEMENT_KINDS[waiting.kind])
    url = reverse("family:supplement", args=[waiting.code])
    return _plain_task(title, about, url, Fen(waiting.refund_fen) if waiting.refund_fen else None)


def _plain_task(title: str, about: str, url: str, amount: Fen | None) -> dict[str, object]:
    """A task without a lesson, as the card and as a row."""
    return {
        "title": title,
        "about": about,
        "when": "",
        "url": url,
        "dispute_url": "",
        "silence": None,
        "amount_fen": amount,
        "row": ("doc", title, about, url),
    }


def _next_lesson(found: Home) -> str:
    times = [each.next_lesson_at for each in found.contracts if each.next_lesson_at]
    return session_words(min(times)) if times else ""


def _rows(found: Home, unread: int) -> list[tuple[str, str, str, str]]:
    news = ngettext("%(count)d条没看过", "%(count)d条没看过", unread) % {"count": unread}
    names = _("、").join(each.name for each in found.children)
    return [
        ("info", _("消息"), news if unread else _("都看过了"), reverse("family:inbox")),
        ("doc", _("孩子"), names or _("还没有加"), reverse("family:children")),
        ("wallet", _("别处的合同"), _("全国平台、银行签的"), reverse("family:mirrored")),
        ("flag", _("钱付到别处了"), _("没付进监管账户，告诉教育局"), reverse("family:outside")),
        ("search", _("找机构、看课报名"), _("按招牌、公司名或公示牌上的编码"), "/"),
        ("shield", _("检查凭证"), _("存在手机里的也能查"), reverse("receipt-check")),
    ]
