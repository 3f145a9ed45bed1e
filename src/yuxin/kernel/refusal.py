"""What the world did wrong, said so that a person can mend it.

A Refusal is the world's fault: typed, with a stable public code and plain data. Our own
errors are asserts. Nothing but delivery catches a Refusal.
"""

from string import Formatter
from types import MappingProxyType
from typing import ClassVar, Final


def _placeholders(sentence: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)


class Refusal(Exception):
    """An act that cannot be done, with the reason; nothing was written.

    A subclass states `code` (stable, public), `status` (HTTP) and its sentence in Chinese and
    English. Sentences say what, where and how to mend it; `{name}` stands for a fact, `{field}`
    for the field of the form.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    zh: ClassVar[str] = "无法办理。"
    en: ClassVar[str] = "This cannot be done."

    def __init__(self, *, field: str = "", **facts: str | int) -> None:
        needed = _placeholders(self.zh) | _placeholders(self.en)
        missing = needed - facts.keys() - {"field"}
        assert not missing, f"{type(self).__name__} lacks the facts {sorted(missing)}"
        self.field: Final = field
        self.facts: Final = MappingProxyType(dict(facts))
        super().__init__(f"{self.code}: {self.say('en')}")

    def say(self, language: str) -> str:
        """The sentence for a person; any language but English is answered in Chinese."""
        sentence = self.en if language.startswith("en") else self.zh
        return sentence.format_map({"field": self.field, **self.facts})


class NotFound(Refusal):
    """The thing does not exist, or this actor may not see it."""

    code = "not_found"
    status = 404
    zh = "没有找到，或者您无权查看。请核对编号或网址。"
    en = "Not found, or not yours to see. Please check the code or address."


class Forbidden(Refusal):
    """The actor sees the thing but may not do this to it."""

    code = "forbidden"
    status = 403
    zh = "您的身份不能办理此事。需要办理请联系主管部门的系统管理员。"
    en = "Your role may not do this. If you need to, ask the administrator of your bureau."


class BadInput(Refusal):
    """What was entered cannot be read; subclasses say why."""

    code = "bad_input"
    status = 422
    zh = "“{field}”一栏无法识别，请按该栏的说明重新填写。"
    en = "The field “{field}” cannot be read; please fill it in as its help text says."


class RequestReused(Refusal):
    """One request number came with two different contents."""

    code = "request_reused"
    zh = "这个请求号已经用于另一项内容，没有重复办理。请刷新页面后重新提交。"
    en = (
        "This request number was already used for something else, so nothing was done. "
        "Please reload the page and submit again."
    )


class Conflict(Refusal):
    """Somebody else changed the same thing in the meantime."""

    code = "conflict"
    zh = "在您填写期间，内容已被他人更改，本次没有保存。请刷新后在最新内容上重新填写。"
    en = (
        "Somebody changed this while you were editing, so nothing was saved. "
        "Please reload and edit the latest version."
    )
