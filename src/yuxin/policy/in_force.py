"""The rules in force. Until a pack is activated every look-up is refused: rules fail closed."""

from datetime import date, datetime

from yuxin.kernel.act import RulesInForce, RuleValue
from yuxin.kernel.refusal import Refusal


class NoRulesInForce(Refusal):
    """No rule pack has been activated for this installation."""

    code = "no_rules_in_force"
    zh = "尚未启用任何规则包，“{key}”没有取值。请由两名规则管理人员启用规则包。"
    en = "No rule pack is in force, so “{key}” has no value. Two rule officers must activate one."


class _Nothing:
    def on(self, key: str, day: date) -> RuleValue:
        raise NoRulesInForce(key=key, day=day.isoformat())


def rules_in_force(at: datetime) -> RulesInForce:
    """The rule packs in force at an instant."""
    assert at.tzinfo is not None, "rules hold at an aware instant"
    return _Nothing()
