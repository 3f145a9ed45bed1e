"""What messages say, in Chinese and English. A text that changes gets a further version.

`{amount_fen}` is printed in yuan, `{purpose}` in words; other facts stand as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Final

from yuxin.kernel.money import Fen, yuan

Fact = str | int
CODE: Final = "code"
HIDDEN: Final = "******"


@dataclass(frozen=True)
class Text:
    """A title and a sentence or two, each in both languages."""

    zh_title: str
    en_title: str
    zh: str
    en: str

    def facts(self) -> frozenset[str]:
        """The facts that the text needs."""
        parts = (self.zh_title, self.en_title, self.zh, self.en)
        return frozenset(n for part in parts for _, n, _, _ in Formatter().parse(part) if n)


TEXTS: Final[dict[str, tuple[Text, ...]]] = {
    CODE: (
        Text(
            "验证码",
            "One-time code",
            "验证码 {code}，用于{purpose}，5 分钟内有效。任何人索要都不要告诉。",
            "Your code is {code}, for {purpose}; it is valid for 5 minutes. Tell it to nobody.",
        ),
    ),
    "contract.to_sign": (
        Text(
            "请签合同",
            "A contract to sign",
            "{institution}的“{course}”合同已拟好，共 {amount_fen} 元。请核对后签署。",
            "The contract for “{course}” of {institution} is ready: {amount_fen} yuan. Please "
            "check and sign it.",
        ),
    ),
    "running.to_answer": (
        Text(
            "请核对剩余课时",
            "Please check what is left",
            "机构报了您以前签的“{course}”合同，剩 {amount_fen} 元。请核对。"
            "{day} 前这笔钱要进专户。",
            "Your earlier contract for “{course}” was declared with {amount_fen} yuan left. "
            "Please check it; by {day} this money must be in custody.",
        ),
    ),
    "running.settled": (
        Text(
            "剩余课时已核定",
            "What is left was decided",
            "“{course}”合同剩余的学费核定为 {amount_fen} 元，机构要把它存进专户。",
            "What is left of your contract for “{course}” was decided: {amount_fen} yuan, which "
            "the institution must pay into custody.",
        ),
    ),
    "contract.signed": (
        Text(
            "合同已签",
            "Contract signed",
            "合同 {contract} 已签署，待付 {amount_fen} 元。钱会存入托管专户。",
            "Contract {contract} is signed; {amount_fen} yuan are to be paid into custody.",
        ),
    ),
    "contract.countersigned": (
        Text(
            "机构签了合同，可以付款",
            "The institution signed, you can pay",
            "{institution}已签合同 {contract}，待付 {amount_fen} 元。付款由银行收，存入托管专户。",
            "{institution} has signed contract {contract}; {amount_fen} yuan are to be paid. The "
            "bank takes them into the custody account.",
        ),
    ),
    "supplement.to_sign": (
        Text(
            "请看补充协议",
            "A supplement to read",
            "机构就合同 {contract} 拟了补充协议 {supplement}，请看过再定签不签。"
            "不签的，原合同照旧。",
            "The institution drew up supplement {supplement} to contract {contract}. Read it, then "
            "sign or decline; if you decline, the contract goes on as it was.",
        ),
    ),
    "contract.lapsed": (
        Text(
            "合同没有付款，已失效",
            "An unpaid contract ended",
            "{signed_on} 签的合同 {contract} 过了付款期限，已失效，没有收费。还想上可以重新报名。",
            "Contract {contract}, signed on {signed_on}, was not paid in time and has ended; "
            "nothing was charged. You may join again.",
        ),
    ),
    "payment.received": (
        Text(
            "学费已进专户",
            "Payment in custody",
            "合同 {contract} 的 {amount_fen} 元已存入托管专户，上过的课经您确认后才拨付。",
            "{amount_fen} yuan of contract {contract} lie in the custody account; they are "
            "released lesson by lesson after you confirm.",
        ),
    ),
    "lesson.to_confirm": (
        Text(
            "请确认上课",
            "A lesson to confirm",
            "“{course}”的课（{lesson}）已上。请确认或提出异议；逾期未答视为确认。",
            "A lesson of “{course}” ({lesson}) was given. Please confirm or dispute it; silence "
            "past the deadline counts as confirmation.",
        ),
    ),
    "lesson.deemed_confirmed": (
        Text(
            "课已视为确认",
            "Lesson deemed confirmed",
            "“{course}”的课（{lesson}）过了答复期限，已视为确认。拨付前仍可提出异议。",
            "A lesson of “{course}” ({lesson}) passed its deadline and counts as confirmed. You "
            "may still dispute it until the money is transferred.",
        ),
    ),
    "rest.requested": (
        Text(
            "课程结束，余款在退",
            "The course is over: the rest is being refunded",
            "合同 {contract} 的课程已结束，还有 {amount_fen} 元没有用到，已替您申请退回。"
            "机构在 {deadline} 前答复，过期没答复算同意。您不用做什么。",
            "The course of contract {contract} is over and {amount_fen} yuan were not used; their "
            "refund was requested for you. The institution answers by {deadline}; silence counts "
            "as agreement. You need not do anything.",
        ),
    ),
    "lesson.taken_back": (
        Text(
            "点名更正：这节课不算",
            "Roll corrected: a lesson does not count",
            "“{course}”{when}的点名已更正，这节课不算上过，{amount_fen} 元仍在您的合同里。"
            "机构写的原因：{reason}",
            "The roll of “{course}” of {when} was corrected: the lesson does not count and "
            "{amount_fen} yuan stay in your contract. The institution's reason: {reason}",
        ),
    ),
    "lesson.marked_absent": (
        Text(
            "点名更正：缺席",
            "Roll corrected: absent",
            "“{course}”{when}的点名已更正为缺席。不同意的，请在确认上课时说有问题。机构写的原因：{reason}",
            "The roll of “{course}” of {when} now says absent. If that is wrong, say so when you "
            "answer for the lesson. The institution's reason: {reason}",
        ),
    ),
    "lesson.marked_present": (
        Text(
            "点名更正：到了",
            "Roll corrected: present",
            "“{course}”{when}的点名已更正为到了。不同意的，请在确认上课时说有问题。机构写的原因：{reason}",
            "The roll of “{course}” of {when} now says present. If that is wrong, say so when you "
            "answer for the lesson. The institution's reason: {reason}",
        ),
    ),
    "session.changed": (
        Text(
            "课表有变动",
            "The timetable changed",
            "“{course}”原定{before}的课改为{now}，老师：{teacher}。原因：{reason}",
            "The session of “{course}” of {before} is now {now}, teacher: {teacher}. "
            "Reason: {reason}",
        ),
    ),
    "session.cancelled": (
        Text(
            "有一节课取消",
            "A session is cancelled",
            "“{course}”{when}的课取消，不扣课时、不扣钱。原因：{reason}",
            "The session of “{course}” of {when} is cancelled; it costs no lesson and no money. "
            "Reason: {reason}",
        ),
    ),
    "session.added": (
        Text(
            "新排了一节课",
            "A session was added",
            "“{course}”新排一节课：{when}，老师：{teacher}。用的是合同里没上的课时，不另收费。",
            "“{course}” has a further session: {when}, teacher: {teacher}. It uses lessons that "
            "the contract still holds; nothing more is charged.",
        ),
    ),
    "lesson.disputed": (
        Text(
            "家长对课有异议",
            "A lesson is disputed",
            "合同 {contract} 的课（{lesson}）有异议，{amount_fen} 元已冻结。请在期限内答复。",
            "A lesson ({lesson}) of contract {contract} is disputed; {amount_fen} yuan are frozen. "
            "Please answer in time.",
        ),
    ),
    "dispute.proposed": (
        Text(
            "调解方案",
            "Settlement proposed",
            "课（{lesson}）的争议有了调解方案：{amount_fen} 元退回合同。请看方案，同意或不同意。",
            "A settlement is proposed for a disputed lesson ({lesson}): {amount_fen} yuan go back "
            "to the contract. Please read it, then accept or refuse.",
        ),
    ),
    "dispute.settled": (
        Text(
            "异议已处理",
            "Dispute settled",
            "课（{lesson}）的异议已处理：{amount_fen} 元退回您的合同。",
            "The dispute about a lesson ({lesson}) is settled: {amount_fen} yuan go back to your "
            "contract.",
        ),
    ),
    "refund.requested": (
        Text(
            "家长申请退费",
            "A refund is requested",
            "合同 {contract} 申请退费 {amount_fen} 元。请在 {deadline} 前答复，逾期视为同意。",
            "A refund of {amount_fen} yuan of contract {contract} is requested. Please answer by "
            "{deadline}; silence counts as agreement.",
        ),
    ),
    "refund.agreed": (
        Text(
            "退费已同意",
            "Refund agreed",
            "合同 {contract} 的退费 {amount_fen} 元已同意，将按原渠道退回。",
            "The refund of {amount_fen} yuan of contract {contract} is agreed and goes back the "
            "way it came.",
        ),
    ),
    "debt.demanded": (
        Text(
            "请补足退费",
            "Money owed for a refund",
            "合同 {contract} 的退费有 {amount_fen} 元已由贵机构提前取得，请在 {deadline} 前补足，"
            "缴款编号 {debt}。逾期将动用保证金并记录。",
            "{amount_fen} yuan of the refund of contract {contract} was paid to you ahead of "
            "teaching. Pay it back by {deadline} under number {debt}; after that the deposit is "
            "used and it is recorded.",
        ),
    ),
    "debt.waits": (
        Text(
            "一部分退费由机构补足",
            "The institution owes part of your refund",
            "合同 {contract} 的退费中有 {amount_fen} 元由机构补足，期限 {deadline}。"
            "专户里的部分照常退。",
            "{amount_fen} yuan of the refund of contract {contract} is owed by the institution by "
            "{deadline}. What is in custody is paid as usual.",
        ),
    ),
    "debt.stated": (
        Text(
            "机构说已退款，请核对",
            "The institution says it paid you",
            "机构称合同 {contract} 的 {amount_fen} 元已付给您，流水号 {serial}。"
            "收到了请在合同页确认；没收到不要确认。",
            "The institution says that it paid you {amount_fen} yuan of contract {contract}, "
            "serial {serial}. Confirm on the contract's page if it came; do not if it did not.",
        ),
    ),
    "refund.paid": (
        Text(
            "退费已退回",
            "Refund paid",
            "合同 {contract} 的退费 {amount_fen} 元，银行已按原渠道退回。",
            "The bank has paid back {amount_fen} yuan of contract {contract} the way they came.",
        ),
    ),
    "refund.returned": (
        Text(
            "退费被退回",
            "Refund came back",
            "合同 {contract} 的退费 {amount_fen} 元被对方银行退回，钱仍在专户。请另报本人账户。",
            "The refund of {amount_fen} yuan of contract {contract} came back; the money is safe "
            "in custody. Please name another account of your own.",
        ),
    ),
    "release.paid": (
        Text(
            "课费已拨付",
            "Lesson fees transferred",
            "{day} 划转 {amount_fen} 元到机构账户，共 {lessons} 节课。",
            "On {day} {amount_fen} yuan for {lessons} lessons were transferred to your account.",
        ),
    ),
    "colour.to_public": (
        Text(
            "码色将公示",
            "A colour will be public",
            "贵机构的风险码为{colour}，已经核实，自贵机构看到本通知之日起 {days} 个工作日后公示。"
            "理由见“码色说明”，有异议请及时提出。",
            "Your institution's risk code is {colour_en}; it was confirmed and will be public "
            "{days} working days after you have seen this notice. “Why this colour” gives the "
            "reasons; object in time if they are wrong.",
        ),
    ),
    "closing.claim": (
        Text(
            "机构停业：您的余款",
            "Your institution closed: your money",
            "{institution}已停业。合同 {contract} 应退您 {claim_fen} 元："
            "专户 {held_fen} 元按原渠道退回，缺口 {shortfall_fen} 元依次由保证金、保险支付。"
            "不用申请，不交任何费用。询问：{contact}。",
            "{institution} has closed. Contract {contract} owes you {claim_fen} yuan: {held_fen} "
            "go back from custody the way they came; deposit and insurance cover the missing "
            "{shortfall_fen}, in this order. Ask for nothing and pay nobody. Questions: {contact}.",
        ),
    ),
    "closing.undone": (
        Text(
            "停业认定已撤销",
            "The closing was undone",
            "{institution}的停业认定已撤销，合同 {contract} 照旧履行，"
            "此前的停业退款通知作废。询问：{contact}。",
            "The closing of {institution} was undone: contract {contract} goes on as before and "
            "our letter about refunds no longer holds. Questions: {contact}.",
        ),
    ),
    "deposit.top_up_ordered": (
        Text(
            "保证金须补足",
            "Top up the deposit",
            "保证金低于底线 {floor_fen} 元，须在 {deadline} 前补足 {amount_fen} 元；"
            "逾期暂停新的报名。",
            "The deposit is below its floor of {floor_fen} yuan: pay in {amount_fen} yuan by "
            "{deadline}, or nobody new may enrol.",
        ),
    ),
    "deposit.top_up_met": (
        Text(
            "保证金已补足",
            "Deposit topped up",
            "保证金已达到底线 {floor_fen} 元，补足通知办结，可以照常报名。",
            "The deposit has reached its floor of {floor_fen} yuan: the order is met and families "
            "may enrol.",
        ),
    ),
    "deposit.top_up_overdue": (
        Text(
            "保证金逾期未补足",
            "Deposit not topped up in time",
            "保证金到 {deadline} 仍差 {amount_fen} 元（底线 {floor_fen} 元），已暂停新的报名。"
            "补足到账后自动恢复。",
            "On {deadline} the deposit still lacked {amount_fen} yuan of its floor of {floor_fen}; "
            "nobody new may enrol until it is topped up.",
        ),
    ),
    "clue.decided": (
        Text(
            "您反映的付款有结果了",
            "What became of the payment you reported",
            "您反映的 {on} 付给{institution}的款项：{found}。详情见“钱付到别处”。",
            "The payment of {on} to {institution} that you reported: {found_en}. Details are under "
            "“Paid elsewhere”.",
        ),
    ),
    "alert.decided": (
        Text(
            "预警已处置",
            "An alert was decided on",
            "关于贵机构的预警 {rule}：{why}处置：{outcome}。请在“预警”中查看并反馈整改情况。",
            "On your institution's alert {rule}: {why_en} Decided: {outcome_en}. See “Alerts” for "
            "what to do, and report back what was mended.",
        ),
    ),
    "notice": (Text("{title}", "{title_en}", "{text}", "{text_en}"),),
}

PURPOSES: Final[dict[str, tuple[str, str]]] = {
    "contract.sign": ("签署合同", "signing a contract"),
    "supplement.sign": ("签署补充协议", "signing a supplement"),
    "refund.account": ("更改退费账户", "changing the account of a refund"),
    "phone.confirm": ("确认手机号", "confirming your telephone number"),
    "file.sign": ("签署档案", "signing your file"),
}


def current_version(template: str) -> int:
    """The version that new messages use."""
    return len(TEXTS[template])


def render(
    template: str, version: int, facts: Mapping[str, Fact], language: str
) -> tuple[str, str]:
    """Title and text of a message."""
    text = TEXTS[template][version - 1]
    english = language.startswith("en")
    shown = {name: _shown(name, fact, english=english) for name, fact in facts.items()}
    if english:
        return text.en_title.format_map(shown), text.en.format_map(shown)
    return text.zh_title.format_map(shown), text.zh.format_map(shown)


def _shown(name: str, fact: Fact, *, english: bool) -> str:
    if name.endswith("_fen"):
        assert isinstance(fact, int), f"{name} is whole fen"
        return yuan(Fen(fact))
    if name == "purpose":
        return PURPOSES[str(fact)][1 if english else 0]
    return str(fact)
