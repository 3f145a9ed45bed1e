"""The words of a contract, drawn from its fields. Our own words after the list of fields.

A template that changes gets a further version; a signed text keeps the one it was made with. It is
never the official form's own text, and says so. What nobody has checked in the source is marked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

TEMPLATE: Final = "yuxin-contract-1"
BLANK: Final = "未填写"
UNVERIFIED: Final = "（本项对应的示范文本原文待核）"
_CATEGORIES: Final = {
    "SUBJECT": "学科类",
    "ARTS": "文化艺术类",
    "SCITECH": "科技类",
    "SPORTS": "体育类",
    "OTHER": "其他非学科类",
}
_STAGES: Final = {"PRESCHOOL": "学前", "COMPULSORY": "义务教育", "SENIOR": "普通高中"}
_METHODS: Final = {
    "ONE_TO_ONE": "一对一",
    "SMALL": "小班",
    "LARGE": "大班",
    "OTHER": "其他",
    "": BLANK,
}
_MODES: Final = {
    "CUSTODY_PER_LESSON": "银行托管，一课一消",
    "CUSTODY_STAGED": "银行托管，分阶段解付",
    "CUSTODY_ADVANCE": "银行托管，成本预拨，计次消课",
    "CUSTODY_ROLLING": "银行托管，按月滚动拨付",
    "DEPOSIT": "风险保证金",
    "DUAL": "银行托管，另加协议履行和未消课风险保证金",
    "LEARNER_LOCK": "学员端锁定，上一课付一课",
    "PAY_AFTER": "先学后付",
}
_CYCLES: Final = {
    "WEEKLY": "每周结算一次",
    "MONTHLY": "每月结算一次",
    "WHOLE_ORDER": "整份合同上完后结算",
}


@dataclass(frozen=True)
class People:
    """The persons of a contract with their full names and numbers: in the sealed text alone."""

    learner: str
    guardian: str
    purchaser: str
    sex: str = ""
    birth: str = ""
    id_kind: str = ""
    id_number: str = ""
    relation: str = ""
    phone: str = ""
    address: str = ""


Terms = Mapping[str, Any]


def write(terms: Terms, people: People) -> str:
    """The whole text, one line a paragraph; a heading is a line that begins with 第…条."""
    parts = (
        _head(terms),
        _parties(terms, people),
        _service(terms),
        _price(terms),
        _funds(terms),
        _refund(terms),
        _change(terms),
        _dispute(terms),
        _snapshots(terms),
    )
    return "\n".join(line for part in parts for line in part) + "\n"


def digest(text: str) -> str:
    """The hash that stands in the terms and is signed with them."""
    return sha256(text.encode()).hexdigest()


def units(centiunits: int) -> str:
    """Hundredths of a lesson as a number."""
    whole, part = divmod(centiunits, 100)
    return f"{whole}.{part:02d}".rstrip("0") if part else str(whole)


def yuan_text(fen: int) -> str:
    """Fen as yuan with two decimals."""
    return f"{fen // 100:,}.{fen % 100:02d}元"


def _or_blank(text: object) -> str:
    return str(text) if text not in ("", None) else BLANK


def _head(terms: Terms) -> list[str]:
    return [
        "校外培训服务合同",
        f"合同编号：{terms['contract_no']}",
        (
            f"本文本由本平台按校外培训合同应载明的事项拟定（版本{TEMPLATE}），参照{terms['form']}所列"
            "事项，不是官方示范文本的原文。"
        ),
    ]


def _parties(terms: Terms, people: People) -> list[str]:
    seller, family = terms["party_a"], terms["party_b"]
    return [
        "第一条 当事人",
        (
            f"甲方（培训机构）：{seller['name']}，统一社会信用代码{_or_blank(seller['uscc'])}，"
            f"地址{_or_blank(seller['address'])}。"
        ),
        (
            f"审批部门：{_or_blank(seller['approving'])}；监管部门：{_or_blank(seller['supervising'])}；"
            f"办学许可证号：{_or_blank(seller['licence'])}，有效期至"
            f"{_or_blank(seller['licence_until'])}。"
        ),
        (
            f"乙方（学员）：{people.learner}，性别{_or_blank(people.sex)}，出生日期"
            f"{_or_blank(people.birth)}，证件{_document(people)}，"
            f"学校{_or_blank(family['school'])}，年级{_or_blank(family['grade'])}。"
        ),
        (
            f"监护人：{people.guardian}，与学员关系{_or_blank(people.relation)}，电话"
            f"{_or_blank(people.phone)}，住址{_or_blank(people.address)}。"
        ),
        f"购课人（付款人、发票抬头）：{people.purchaser}。",
    ]


def _document(people: People) -> str:
    return f"{people.id_kind}{people.id_number}" if people.id_number else BLANK


def _service(terms: Terms) -> list[str]:
    told, more = terms["service"], terms["service_more"]
    kind = "线上" if told["mode"] == "ONLINE" else "线下"
    open_words = (
        f"不足{more['size_min']}人时机构可以不开班，不开班的全额退费。"
        if more["may_not_open"]
        else "机构不得以人数不足为由不开班。"
    )
    lines = [
        "第二条 培训服务",
        (
            f"{kind}{_CATEGORIES[told['category']]}培训（{_STAGES[told['stage']]}）：{told['course']}，"
            f"班级{told['class']}（{more['class_code']}），经办人{_or_blank(more['adviser'])}。"
        ),
        (
            f"授课教师：{told['teacher']}，资质{_or_blank(more['teacher_qualification'])}。上课地点："
            f"{told['place'] or '线上'}，场地租期至{_or_blank(more['lease_until'])}。"
        ),
        f"方式：{_METHODS[more['method']]}，每班最多{told['class_size_max']}人。{open_words}",
        (
            f"共{units(told['centiunits'])}课时（含赠送{units(told['gift_centiunits'])}课时），每课时"
            f"{told['lesson_minutes']}分钟，{told['from']}至{told['to']}。"
        ),
    ]
    if more["joined_late"]:
        lines.append(
            f"本班已开课，签约前上过的{more['held_sessions']}次课不在本合同内，不收费；课时和总价"
            "按剩余课次计算。"
        )
    return [*lines, "课表：" + "；".join(_session(each) for each in told["timetable"]) + "。"]


def _session(each: Mapping[str, Any]) -> str:
    count = "" if each["centiunits"] == 100 else f"（{units(each['centiunits'])}课时）"
    return f"{each['starts']}–{each['ends']}{count}"


def _price(terms: Terms) -> list[str]:
    told, more = terms["price"], terms["price_more"]
    loan = "可以" if terms["payment"]["loan"] else "不得"
    discount = (
        f"标价合计{yuan_text(more['list_fen'])}，优惠{yuan_text(more['discount_fen'])}。"
        if more["discount_fen"]
        else "没有优惠。"
    )
    billing = {"LESSON": "按课时", "PERIOD": "按培训周期", "BOTH": "按课时和周期（以较短者为准）"}
    return [
        "第三条 价款和付款",
        (
            f"收费方式：{billing[more['billing']]}。每课时{yuan_text(told['unit_fen'])}，{discount}"
            f"合同总价人民币{told['total']}元（大写：{told['total_in_words']}）。"
        ),
        (
            f"单列材料费：{yuan_text(told['itemised_fen'])}。政府指导价依据："
            f"{more['guide'] or '不适用'}。"
        ),
        f"一次付清，{loan}使用培训贷。机构应在收款后开具发票，发票抬头与购课人、本合同一致。",
    ]


def _funds(terms: Terms) -> list[str]:
    told = terms["funds"]
    return [
        "第四条 预收费资金监管",
        (
            f"监管方式：{_MODES.get(told['mode'], told['mode'])}。托管银行：{told['bank']}；"
            f"专户户名：{told['title']}，账号末四位{told['last4']}；"
            f"三方监管协议号：{_or_blank(told['agreement'])}。"
        ),
        _release(told),
        (
            f"上课后向监护人发出确认请求，送达后{told['confirm_silence_working_days']}个工作日不答复"
            "的，视为确认；划转指令发出前仍可提出异议，有异议的课款冻结。"
        ),
        "其他家庭的预收费不得用于本合同，本合同的预收费也不得用于其他合同。",
    ]


def _release(told: Terms) -> str:
    """When money goes to the institution, by the plan that the contract keeps."""
    if told.get("stages"):
        steps = "；".join(
            f"上到{_percent(progress)}拨到{_percent(release)}"
            for progress, release in told["stages"]
        )
        return f"按授课进度分阶段拨付：{steps}。拨付不超过授课进度。"
    if "advance_bps" in told:
        return (
            f"开课时预拨总价的{_percent(told['advance_bps'])}，是甲方对本合同的欠款，随上课抵回；"
            "其余上一课划一课。"
        )
    if "months" in told:
        part = "本方式为部分监管，差额单独公示。" if told.get("partial") else ""
        return f"分{told['months']}个月按授课进度滚动拨付。{part}"
    if told.get("cycle") in _CYCLES:
        days = f"，{told['within_days']}日内划转" if told.get("within_days") else ""
        return f"上过的课经监护人确认后，{_CYCLES[told['cycle']]}{days}给甲方。"
    return f"上过的课经监护人确认后，第{told['transfer_bank_days']}个银行工作日划转给甲方。"


def _percent(bps: int) -> str:
    whole, part = divmod(bps, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") + "%" if part else f"{whole}%"


def _refund(terms: Terms) -> list[str]:
    told, more = terms["refund"], terms["refund_more"]
    before = told["before_start_days"]
    window = f"开课前{before}日以前" if before else "开课前"
    after = (
        f"开课后{more['full_after_days']}日内申请的，也全额退还。"
        if more["full_after_days"]
        else ""
    )
    due = "；".join(
        f"{name}{days}日内办结"
        for name, days in (
            ("开课前申请的", told["due_before_start_days"]),
            ("开课后申请的", told["due_after_start_days"]),
        )
        if days is not None
    )
    basis = (
        "按实付金额和已完成课时的比例扣除，余款全部退还"
        if told["basis"] == "PROPORTIONAL"
        else (
            f"因乙方自身原因的，已完成的课时按标价每课时{yuan_text(terms['price']['unit_fen'])}扣除"
            "（赠送课时不扣，最多扣到零）；其他原因的，按实付金额和已完成课时的比例扣除"
        )
    )
    return [
        "第五条 退费",
        f"{window}申请的，全额退还。{after}开课后申请的，{basis}。",
        (
            f"退费申请提出后甲方{told['answer_working_days']}个工作日内答复，不答复视为同意。{due}。"
            "原路退回付款账户。"
        ),
        "甲方停课、搬迁、不能开班或者不具备约定的教学条件的，未上的课按实付价款全部退还。",
        (
            f"甲方违约责任：{_or_blank(more['penalty_institution'])}；乙方违约责任："
            f"{_or_blank(more['penalty_family'])}。{UNVERIFIED}"
        ),
    ]


def _change(terms: Terms) -> list[str]:
    return [
        "第六条 变更和终止",
        (
            "变更老师、班级、课表，争议解决后返还的课款如何使用，部分退费后的课时和价款，以及合同结清，"
            "由双方签订补充协议。原合同文本不改动，补充协议与本合同具有同等效力。"
        ),
        f"签字后未付款的，乙方可以取消；{_lapse(terms)}",
    ]


def _lapse(terms: Terms) -> str:
    days = terms["payment"].get("unpaid_days")
    return f"签字后{days}日仍未付款的，本合同自动失效。" if days else "未付款前不产生付款义务。"


def _dispute(terms: Terms) -> list[str]:
    more = terms["dispute_more"]
    return [
        "第七条 争议",
        (
            f"双方先协商；协商不成的，可以请{more['mediator'] or '当地校外培训行业组织'}或者"
            "消费者组织调解，拨打12345投诉，也可以依法申请仲裁或者起诉。"
        ),
    ]


def _snapshots(terms: Terms) -> list[str]:
    caps = terms["caps"]
    amount = f"，{yuan_text(caps['amount_max_fen'])}" if caps["amount_max_fen"] else ""
    return [
        "第八条 签约时适用的上限和规则",
        (
            f"一次收费不超过{caps['months_max']}个月、{caps['lessons_max']}课时{amount}。规则包"
            f"{terms['rules'][:16]}。"
        ),
        (
            "本合同由双方以电子方式签署：监护人使用发到本人手机的一次性验证码，机构负责人使用本人绑定的"
            "动态码。签名绑定本文本的指纹，本合同尚未加盖电子印章。"
        ),
    ]
