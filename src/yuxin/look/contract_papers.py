"""A contract's paper for whoever may see the contract."""

from yuxin.kernel.actor import Actor
from yuxin.kernel.refusal import Refusal
from yuxin.look.papers import Sheet, Signed
from yuxin.tuition.agreements import queries as agreements
from yuxin.tuition.agreements.queries import Paper
from yuxin.tuition.queries import contracts

SIDES = {"family": "乙方（监护人）", "institution": "甲方（培训机构）"}  # zh: a legal paper
WAYS = {
    "phone_code": "手机一次性验证码签名",  # zh: a legal paper
    "device_code": "本人绑定的动态码签名",  # zh: a legal paper
    "simulated": "演示数据，没有真人签名",  # zh: a legal paper
}
_TELLS = ("countersigned", "signed", "drafted")


class NoPaper(Refusal):
    """A contract that was signed elsewhere has its paper there."""

    code = "no_paper"
    status = 404
    zh = "这份合同不是在本平台签署的，这里没有它的文本文件。请向机构或原平台索取。"
    en = "This contract was not signed here, so its paper is not here either. Ask the institution."


def sheet_of_contract(actor: Actor, code: str) -> Sheet:
    """The paper of a contract; inside a reading. Raises: NotFound, NoPaper."""
    contract = contracts.find(actor, code)
    paper = agreements.paper_of(actor, contract)
    if paper is None:
        raise NoPaper
    steps = contracts.steps_of(contract)
    told = [each.entry_id for kind in _TELLS for each in steps if each.kind == kind]
    return Sheet(
        number=f"YX-HT-{contract.code}",
        text=paper.text,
        sha256=paper.text_sha256,
        signed=signed_lines(paper),
        entry_id=told[0] if told else "",
    )


def signed_lines(paper: Paper) -> list[Signed]:
    """The signatures as they are printed."""
    return [
        Signed(SIDES[each.side], each.name, WAYS[each.way], each.signed_at)
        for each in paper.signatures
    ]


def sheet_of_supplement(actor: Actor, code: str) -> Sheet:
    """The paper of a supplement; inside a reading. Raises: NotFound."""
    found = agreements.supplement(actor, code)
    contract = contracts.find(actor, found.contract_code)
    steps = [each for each in contracts.steps_of(contract) if each.reference == code]
    return Sheet(
        number=f"YX-BC-{code}",
        text=found.text,
        sha256=found.text_sha256,
        signed=[
            Signed(SIDES[each.side], each.name, WAYS[each.way], each.signed_at)
            for each in found.signatures
        ],
        entry_id=steps[-1].entry_id if steps else "",
    )
