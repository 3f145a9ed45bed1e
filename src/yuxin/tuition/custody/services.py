"""Writes of custody accounts, inside an operation."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from yuxin.access.sealed import blind_index, seal, unseal
from yuxin.kernel.act import Act, require_act
from yuxin.kernel.codes import new_subject_code
from yuxin.kernel.refusal import BadInput, Refusal
from yuxin.ledger.models import ContractBalance
from yuxin.registry import queries as registry
from yuxin.registry import services as registering
from yuxin.registry.models import CustodyState, CustodyValue
from yuxin.registry.services import NewCustody
from yuxin.tuition.custody.models import (
    NEXT,
    OVER,
    AccountState,
    AccountStep,
    Agreement,
    CustodyAccount,
)
from yuxin.tuition.models import BankBalance, Contract

_SHOWN: Final = {state.value for state in CustodyState}
_DIGITS: Final = (8, 30)


class AccountOutOfStep(Refusal):
    """An account takes its steps in order: opened, filed, verified, payment enabled."""

    code = "account_out_of_step"
    status = 409
    zh = "专户现在是“{now}”，不能办“{wanted}”。顺序是：开户、备案、核验、开通支付。"
    en = "The account is {now}, so it cannot become {wanted}: opened, filed, verified, enabled."


class TooManyAccounts(Refusal):
    """One institution has one special account, or as many as the rules allow."""

    code = "too_many_accounts"
    status = 409
    zh = "一家机构只能有 {most} 个预收费专户。要换银行的，请办理“变更专户”，写明原因。"
    en = "An institution may have {most} custody accounts. To change the bank, move the account."


class AccountTaken(Refusal):
    """The number is an account of another institution, or was told before."""

    code = "account_number_taken"
    zh = "这个账号已经登记过。请核对账号。"
    en = "This account number is recorded already. Please check it."


class NoAgreement(Refusal):
    """Payment is enabled on a three-party agreement in force."""

    code = "no_agreement"
    status = 409
    zh = "没有与该银行有效的三方监管协议，不能开通支付。请先登记协议号、日期和文本。"
    en = "There is no three-party agreement with this bank in force. Record it first."


class AccountNotEmpty(Refusal):
    """An account is closed when nothing of any family lies on it."""

    code = "account_not_empty"
    status = 409
    zh = "专户里还有 {contracts} 份合同的 {yuan} 元，不能销户。合同在原专户办完，才能销户。"
    en = "{yuan} yuan of {contracts} contracts still lie on the account, so it cannot be closed."


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """An account as the institution tells it; numbers in clear, as they were given."""

    bank_code: str
    bank_name: str
    title: str
    number: str
    settlement_number: str = ""


@dataclass(frozen=True, kw_only=True)
class Paper:
    """The document of a step, and words."""

    document_no: str = ""
    words: str = ""


def account_in_use(act: Act, institution_id: int) -> CustodyAccount | None:
    """The account that new contracts go to, locked; what only the registry knew is taken over."""
    require_act()
    row = (
        CustodyAccount.objects.filter(institution_id=institution_id, in_use=True)
        .order_by("pk")
        .select_for_update(no_key=True)
        .first()
    )
    value = registry.custody_account(act.actor, institution_id, act.day)
    if value is None or (row and bytes(row.number_index) == bytes(value.number_index)):
        return row
    if row is not None:  # the registry was corrected beside the acts of this package
        CustodyAccount.objects.filter(pk=row.pk).update(in_use=False, state=AccountState.WITHDRAWN)
    return _taken_over(institution_id, value)


def _taken_over(institution_id: int, value: CustodyValue) -> CustodyAccount:
    return CustodyAccount.objects.create(
        code=new_subject_code(),
        institution_id=institution_id,
        bank_code=value.bank_code,
        bank_name=value.bank_name,
        title=value.account_title,
        number_sealed=value.number_sealed,
        number_index=value.number_index,
        number_last4=value.number_last4,
        settlement_sealed=value.settlement_sealed,
        settlement_last4=value.settlement_last4,
        state=value.state,
        in_use=True,
        opened_on=value.valid_from,
    )


def open_account(
    act: Act, *, institution_id: int, account: NewAccount, reason: str, most: int
) -> CustodyAccount:
    """Note an account that was opened; one in use is replaced by it once it is enabled.

    `reason`: why the account in use is to be replaced; without one a further account is refused.
    Raises: TooManyAccounts, AccountTaken, BadInput.
    """
    number, own = _digits(account.number, "number"), account.settlement_number
    own = _digits(own, "settlement_number") if own else ""
    index = blind_index("custody_number", number)
    current = account_in_use(act, institution_id)
    alive = CustodyAccount.objects.filter(institution_id=institution_id).exclude(state__in=OVER)
    counted = alive.exclude(state=AccountState.RUNNING_OFF).count()
    if counted - (1 if reason and current else 0) >= most:
        raise TooManyAccounts(most=most)
    taken = CustodyAccount.objects.filter(number_index=index).exclude(state="WITHDRAWN").exists()
    if taken or CustodyValue.objects.filter(number_index=index).exists():
        raise AccountTaken(field="number")
    row = CustodyAccount.objects.create(
        code=new_subject_code(),
        institution_id=institution_id,
        bank_code=account.bank_code,
        bank_name=account.bank_name,
        title=account.title,
        number_sealed=seal("custody_number", number),
        number_index=index,
        number_last4=number[-4:],
        settlement_sealed=seal("settlement_number", own) if own else None,
        settlement_last4=own[-4:],
        state=AccountState.OPENED,
        in_use=current is None,
        opened_on=act.day,
        reason=reason,
    )
    _step(act, row, AccountState.OPENED, Paper(words=reason))
    if row.in_use:
        _show(act, row)
    return row


def _digits(given: str, field: str) -> str:
    number = "".join(given.split())
    least, most = _DIGITS
    if not (number.isascii() and number.isdecimal() and least <= len(number) <= most):
        raise BadInput(field=field)
    return number


def account_for_update(code: str) -> CustodyAccount | None:
    """An account by its code, locked."""
    require_act()
    rows = CustodyAccount.objects.filter(code=code).order_by("pk")
    return rows.select_for_update(no_key=True).first()


def advance(act: Act, row: CustodyAccount, state: AccountState, paper: Paper) -> None:
    """The next step of an account. Raises: AccountOutOfStep."""
    require_act()
    if state not in NEXT.get(row.state, ()):
        raise AccountOutOfStep(now=AccountState(row.state).label, wanted=state.label)
    CustodyAccount.objects.filter(pk=row.pk).update(state=state)
    row.state = state
    _step(act, row, state, paper)
    if row.in_use:
        _show(act, row)


def _step(act: Act, row: CustodyAccount, state: AccountState, paper: Paper) -> None:
    AccountStep.objects.create(
        institution_id=row.institution_id,
        account=row,
        state=state,
        on=act.day,
        document_no=paper.document_no,
        words=paper.words,
        by_id=act.actor.account_id,
        by_name=act.actor.name[:60],
    )


def switch_to(act: Act, row: CustodyAccount) -> None:
    """New contracts go to this account from now on; the one in use runs off where its money is."""
    before = account_in_use(act, row.institution_id)
    if before is not None and before.pk != row.pk:
        CustodyAccount.objects.filter(pk=before.pk).update(
            in_use=False, state=AccountState.RUNNING_OFF
        )
        _step(act, before, AccountState.RUNNING_OFF, Paper(words=row.reason))
    CustodyAccount.objects.filter(pk=row.pk).update(in_use=True)
    row.in_use = True
    _show(act, row)


def _show(act: Act, row: CustodyAccount) -> None:
    """The registry shows the account in use and how far it is."""
    assert row.state in _SHOWN, row.state
    own = row.settlement_sealed
    registering.record_custody(
        act,
        subject_id=row.institution_id,
        valid_from=act.day,
        account=NewCustody(
            bank_code=row.bank_code,
            bank_name=row.bank_name,
            account_title=row.title,
            number=unseal("custody_number", row.number_sealed),
            agreement_number=agreement_number(row, act.day),
            settlement_number=unseal("settlement_number", own) if own else "",
        ),
        state=CustodyState(row.state),
    )


def agreement_number(row: CustodyAccount, day: date) -> str:
    """The number of the latest agreement with the account's bank in force on a day; "" if none."""
    rows = Agreement.objects.filter(
        institution_id=row.institution_id, bank_code=row.bank_code, signed_on__lte=day
    ).exclude(valid_until__lt=day)
    return rows.order_by("-signed_on", "-pk").values_list("number", flat=True).first() or ""


def require_agreement(row: CustodyAccount, day: date) -> str:
    """The agreement that payment rests on. Raises: NoAgreement."""
    number = agreement_number(row, day)
    if not number:
        raise NoAgreement
    return number


def require_empty(row: CustodyAccount) -> None:
    """Nothing of any contract lies on an account, by the books and by the bank's last word.

    Raises: AccountNotEmpty.
    """
    contracts = Contract.objects.filter(
        institution_id=row.institution_id,
        bank_code=row.bank_code,
        custody_last4=row.number_last4,
        state__in=["draft", "signed", "active", "refunding"],
    ).count()
    on_it = Contract.objects.filter(
        institution_id=row.institution_id, bank_code=row.bank_code, custody_last4=row.number_last4
    ).values("pk")
    balances = ContractBalance.objects.filter(
        institution_id=row.institution_id, contract_id__in=on_it
    )
    fen = sum(balances.values_list("custody_fen", flat=True))
    told = (
        BankBalance.objects.filter(account_index=row.number_index)
        .order_by("-account_day")
        .values_list("closing_fen", flat=True)
        .first()
    )
    if contracts or fen or told:
        raise AccountNotEmpty(contracts=contracts, yuan=f"{max(fen, told or 0) / 100:,.2f}")


def record_agreement(act: Act, agreement: Agreement) -> None:
    """Keep a three-party agreement. Raises: BadInput for a taken number or impossible days."""
    require_act()
    if agreement.valid_until and agreement.valid_until < agreement.signed_on:
        raise BadInput(field="valid_until")
    same = Agreement.objects.filter(bank_code=agreement.bank_code, number=agreement.number)
    if not agreement.number.strip() or same.exists():
        raise BadInput(field="number")
    agreement.recorded_at = act.at
    agreement.save(force_insert=True)
