"""The cashier's pages: phone first, no script, Chinese or English."""

from html import escape

from yuxin.formats.bank_lines import Channel
from yuxin.formats.bank_messages import Notice, Order, OrderStatus
from yuxin.kernel.money import Fen, yuan
from yuxin.parties.web import frame

_WORDS = {
    "zh": {
        "demo": "演示：模拟银行，不动真钱",
        "cashier": "银行收银台",
        "other": "English",
        "pay": "付款",
        "cancel": "取消",
        "merchant": "收款机构",
        "purpose": "用途",
        "contract": "合同",
        "account": "存入",
        "custody": "预收费资金托管专户",
        "payer": "付款人",
        "until": "请在此前付款",
        "channel": "付款方式",
        "yuan": "元",
        "safe": "钱进入托管专户，不进机构自己的账户；上过的课经您确认后才拨付。",
        "paid": "付款成功",
        "cancelled": "已取消，没有扣款",
        "serial": "付款流水号",
        "back": "返回育信",
        "stopped": "不能付款",
        "UNIONPAY": "云闪付·银联",
        "WECHAT": "微信支付",
        "ALIPAY": "支付宝",
        "ECNY": "数字人民币",
    },
    "en": {
        "demo": "Demo: simulated bank, no real money",
        "cashier": "Bank cashier",
        "other": "中文",
        "pay": "Pay",
        "cancel": "Cancel",
        "merchant": "Paid to",
        "purpose": "For",
        "contract": "Contract",
        "account": "Into",
        "custody": "custody account for prepaid fees",
        "payer": "Payer",
        "until": "Pay before",
        "channel": "Pay with",
        "yuan": "yuan",
        "safe": "The money goes into the custody account, not to the institution; it is released "
        "lesson by lesson after you confirm.",
        "paid": "Paid",
        "cancelled": "Cancelled, nothing was charged",
        "serial": "Payment serial",
        "back": "Back to Yuxin",
        "stopped": "This cannot be paid",
        "UNIONPAY": "UnionPay",
        "WECHAT": "WeChat Pay",
        "ALIPAY": "Alipay",
        "ECNY": "e-CNY",
    },
}
_OFFERED = (Channel.UNIONPAY, Channel.WECHAT, Channel.ALIPAY, Channel.ECNY)


def order_page(order: Order, token: str, language: str) -> str:
    """What is to be paid, to whom, and the two buttons."""
    word = _WORDS[language]
    channels = "".join(
        f'<label><input type="radio" name="channel" value="{c.value}"'
        f"{' checked' if c is _OFFERED[0] else ''}>{word[c.value]}</label>"
        for c in _OFFERED
    )
    body = f"""<h1>{escape(order.merchant)}</h1>
{_sum(order, language)}{_facts(order, language)}
<form method="post" action="/cashier">
<input type="hidden" name="order" value="{escape(token)}">
<input type="hidden" name="lang" value="{language}">
<fieldset><legend>{word["channel"]}</legend>{channels}</fieldset>
<button name="act" value="pay">{word["pay"]} {yuan(Fen(order.amount_fen))} {word["yuan"]}</button>
<button name="act" value="cancel" class="even">{word["cancel"]}</button>
</form>
<p class="note">{word["safe"]}</p>"""
    return page(word["cashier"], body, language, other=f"/cashier?order={token}")


def result_page(order: Order, notice: Notice, link: str, language: str) -> str:
    """How the order ended, and the way back."""
    word = _WORDS[language]
    paid = notice.status is OrderStatus.PAID
    said = word["paid"] if paid else word["cancelled"]
    number = escape(notice.channel_serial or "")
    serial = f"<dl><div><dt>{word['serial']}</dt><dd>{number}</dd></div></dl>" if paid else ""
    body = f"""<h1><output>{said}</output></h1>
{_sum(order, language)}{serial}
<a class="button" href="{escape(link)}">{word["back"]}</a>"""
    return page(said, body, language)


def refusal_page(said: str, language: str) -> str:
    """Why nothing can be paid."""
    word = _WORDS[language]
    body = f'<h1>{word["stopped"]}</h1><p role="alert">{escape(said)}</p>'
    return page(word["stopped"], body, language)


def page(title: str, body: str, language: str, *, other: str = "") -> str:
    """The bank's frame; `other` is the same page's address, for the other language."""
    word = _WORDS[language]
    return frame(
        title,
        body,
        language,
        strip=word["demo"],
        place=word["cashier"],
        switch=(other, word["other"]) if other else None,
    )


def _sum(order: Order, language: str) -> str:
    amount = yuan(Fen(order.amount_fen))
    return f'<p class="sum">{amount} <small>{_WORDS[language]["yuan"]}</small></p>'


def _facts(order: Order, language: str) -> str:
    word = _WORDS[language]
    masked = f"{word['custody']} ****{order.custody_acct[-4:]}"
    rows = [
        (word["purpose"], order.purpose),
        (word["contract"], order.contract_no),
        (word["account"], masked),
        (word["payer"], order.payer_name_mask),
        (word["until"], f"{order.expires_at:%m-%d %H:%M}"),
    ]
    lines = "".join(f"<div><dt>{k}</dt><dd>{escape(v)}</dd></div>" for k, v in rows)
    return f"<dl>{lines}</dl>"
