"""The modes of supervision in words: their names, and when money moves, in one sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yuxin.kernel.money import Fen, yuan
from yuxin.look.values import Fact
from yuxin.rules.earning import Recovery
from yuxin.rules.modes import Cycle, Mode, Plan

NAMES = {
    Mode.PER_LESSON: gettext_lazy("银行托管，一课一消"),
    Mode.STAGED: gettext_lazy("银行托管，分阶段解付"),
    Mode.ADVANCE: gettext_lazy("银行托管，成本预拨"),
    Mode.ROLLING: gettext_lazy("银行托管，按月滚动拨付"),
    Mode.DEPOSIT: gettext_lazy("风险保证金"),
    Mode.DUAL: gettext_lazy("托管加双保证金"),
    Mode.LEARNER_LOCK: gettext_lazy("钱锁在家长账户"),
    Mode.PAY_AFTER: gettext_lazy("先学后付"),
}
CYCLES = {
    Cycle.ON_CONFIRMATION: gettext_lazy("确认一节、划一节"),
    Cycle.WEEKLY: gettext_lazy("一周一结"),
    Cycle.MONTHLY: gettext_lazy("一月一结"),
    Cycle.WHOLE_ORDER: gettext_lazy("整单上完再结"),
}
RECOVERIES = {
    Recovery.RECOUP_FIRST: gettext_lazy("先抵预拨，抵完再划"),
    Recovery.PRO_RATA: gettext_lazy("每节按比例抵预拨"),
}


def percent(bps: int) -> str:
    """Basis points as a share: 30%, 33.33%."""
    whole, rest = divmod(bps, 100)
    return f"{whole}.{rest:02d}%" if rest else f"{whole}%"


def mode_name(plan: Plan) -> str:
    """The mode, and that it is partial where money is left uncovered."""
    name = str(NAMES[plan.mode])
    return _("%(mode)s（部分监管）") % {"mode": name} if plan.partial else name


def when_it_moves(plan: Plan) -> str:
    """When the institution gets the money, in one sentence for a family."""
    if plan.mode is Mode.DUAL:
        deposits = _("机构另交两笔保证金。")
        return _("%(when)s%(deposits)s") % {"when": _by_lesson(plan), "deposits": deposits}
    if plan.by_lesson:
        return _by_lesson(plan)
    if plan.mode is Mode.STAGED:
        parts = [
            _("上到%(progress)s划%(part)s")
            % {"progress": percent(each.progress_bps), "part": percent(each.release_bps)}
            for each in plan.stages
        ]
        return _("分阶段划给机构：%(parts)s。") % {"parts": _("，").join(parts)}
    if plan.mode is Mode.ADVANCE:
        return _(
            "开课时先预拨%(part)s给机构作成本，以后上一节、确认一节、抵一节；"
            "没上的课退费时机构要补足。"
        ) % {"part": percent(plan.advance_bps)}
    if plan.mode is Mode.ROLLING:
        return _rolling(plan)
    if plan.mode is Mode.DEPOSIT:
        return _("学费由机构收取，不在专户；机构交了保证金作担保，退费由机构付。")
    return _("上过课以后再付，不预收。")


def _by_lesson(plan: Plan) -> str:
    days = plan.within_days
    if plan.cycle is Cycle.WEEKLY:
        return ngettext(
            "您确认过的课一周一结，最迟%(days)d天划给机构。",
            "您确认过的课一周一结，最迟%(days)d天划给机构。",
            days,
        ) % {"days": days}
    if plan.cycle is Cycle.MONTHLY:
        return _("您确认过的课到月底一起划给机构。")
    if plan.cycle is Cycle.WHOLE_ORDER:
        return ngettext(
            "全部上完、没有争议，第%(days)d个工作日才划给机构。",
            "全部上完、没有争议，第%(days)d个工作日才划给机构。",
            days,
        ) % {"days": days}
    return _("上一节、您确认一节、划一节。")


def _rolling(plan: Plan) -> str:
    kept = percent(plan.retention_bps)
    if plan.partial:
        free = percent(10_000 - plan.retention_bps)
        return ngettext(
            "部分监管：%(free)s先给机构，%(kept)s锁在专户，分%(months)d个月放出。",
            "部分监管：%(free)s先给机构，%(kept)s锁在专户，分%(months)d个月放出。",
            plan.months,
        ) % {"free": free, "kept": kept, "months": plan.months}
    if plan.retention_bps:
        return ngettext(
            "分%(months)d个月划，每月不超过上过的课，留%(kept)s到上完。",
            "分%(months)d个月划，每月不超过上过的课，留%(kept)s到上完。",
            plan.months,
        ) % {"kept": kept, "months": plan.months}
    return ngettext(
        "分%(months)d个月划，每月不超过上过的课。",
        "分%(months)d个月划，每月不超过上过的课。",
        plan.months,
    ) % {"months": plan.months}


def plan_facts(plan: Plan) -> list[Fact]:
    """The parameters of a plan, for officers and institutions."""
    facts = [Fact(_("监管方式"), mode_name(plan), when_it_moves(plan))]
    if plan.by_lesson:
        facts.append(Fact(_("结算周期"), str(CYCLES[plan.cycle])))
    if plan.mode is Mode.ADVANCE:
        limit = yuan(Fen(plan.exposure_max_fen))
        facts += [
            Fact(_("预拨比例"), percent(plan.advance_bps)),
            Fact(_("抵扣方式"), str(RECOVERIES[plan.recovery])),
            Fact(_("一家机构的敞口上限"), _("%(sum)s元") % {"sum": limit}),
        ]
    if plan.debt_days:
        days = ngettext("%(days)d个工作日", "%(days)d个工作日", plan.debt_days)
        facts.append(Fact(_("机构补足退费的期限"), days % {"days": plan.debt_days}))
    return facts
