"""Asking for the rest of the money back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yuxin.kernel.money import Fen, yuan
from yuxin.look.forms import Form
from yuxin.look.tuition_words import REFUND_REASONS, session_words
from yuxin.operations.tuition.request_refund import REASONS
from yuxin.tuition.queries.contracts import LessonLine
from yuxin.tuition.services.refunds import OWN_CAUSE, Sheet

ANSWERS = (
    ("confirm", _("上了")),
    ("not_held", _("没有上，课费先冻结")),
    ("other", _("有别的问题，课费先冻结")),
    ("later", _("以后再答，先不算在退费里")),
)


class RefundForm(Form):
    """The reason, the sum that was seen, and an answer for every lesson that waits for one."""

    seen_fen = forms.IntegerField(widget=forms.HiddenInput)
    seen_own_fen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.ChoiceField(
        label=_("为什么退（机构会看到）"),
        widget=forms.RadioSelect,
        choices=[
            (each, REFUND_REASONS[each]) for each in sorted(REASONS, key=list(REFUND_REASONS).index)
        ],
        help_text=_("选哪个，这份合同退的钱都一样多。"),
    )

    def __init__(
        self,
        *args: Any,
        lessons: Sequence[LessonLine],
        own_cause: Sheet | None,
        refundable: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lessons = lessons
        if own_cause is not None and own_cause.listed:
            self.fields["reason"].help_text = _(
                "“时间安排不过来”“搬家、转学”是自家原因，按合同退%(own)s元；其他原因退%(all)s元。"
            ) % {"own": yuan(Fen(own_cause.refundable)), "all": yuan(Fen(refundable))}
        for each in lessons:
            label = _("第%(n)d课时，%(when)s，上了吗？") % {
                "n": each.ordinal,
                "when": session_words(each.starts_at),
            }
            field = forms.ChoiceField(label=label, widget=forms.RadioSelect, choices=ANSWERS)
            field.error_messages["required"] = str(_("请先答这节课上了没有。"))
            self.fields[f"lesson_{each.code}"] = field
        self.order_fields([name for name in self.fields if name != "reason"] + ["reason"])

    def seen(self) -> int:
        """The sum that was seen for the reason chosen, in fen."""
        own = self.cleaned_data["reason"] in OWN_CAUSE
        seen = self.cleaned_data["seen_own_fen"] if own else None
        return int(self.cleaned_data["seen_fen"] if seen is None else seen)

    def answers(self) -> list[tuple[str, str]]:
        """Code and answer of every lesson that was answered now."""
        told = [(each.code, self.cleaned_data[f"lesson_{each.code}"]) for each in self.lessons]
        return [(code, answer) for code, answer in told if answer != "later"]
