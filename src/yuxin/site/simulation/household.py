"""One family that acts for itself, through the same acts as at the phone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from yuxin.access.reading import reading
from yuxin.formats.bank_messages import Order, open_message
from yuxin.kernel.actor import Actor, Role
from yuxin.messages import queries as letters
from yuxin.operations.messages.show_messages import show_messages
from yuxin.operations.messages.try_code import try_code
from yuxin.operations.registry.register_guardian import register_guardian
from yuxin.operations.tuition.add_learner import add_learner
from yuxin.operations.tuition.call_roll import call_roll
from yuxin.operations.tuition.confirm_lesson import confirm_lesson
from yuxin.operations.tuition.countersign_contracts import countersign_contracts_many
from yuxin.operations.tuition.draft_contract import draft_contract
from yuxin.operations.tuition.order_payment import order_payment
from yuxin.operations.tuition.record_payment import record_payment
from yuxin.operations.tuition.request_refund import request_refund
from yuxin.operations.tuition.request_signing_code import request_signing_code
from yuxin.operations.tuition.sign_contract import PURPOSE, sign_contract
from yuxin.parties.bank.bank import Bank
from yuxin.site.simulation.acting import Player
from yuxin.site.simulation.county import Institution
from yuxin.tuition.keys import platform_key
from yuxin.tuition.models import ClassSession, Contract, Lesson
from yuxin.tuition.queries import banks
from yuxin.tuition.services.refunds import sheet_of

HOME = "http://127.0.0.1/family/"


@dataclass
class Household:
    """A guardian with children; `key` tells this family from others of the simulation."""

    player: Player
    key: str
    person_id: int

    @classmethod
    def registered(
        cls, player: Player, key: str, name: str, phone: str, at: datetime
    ) -> "Household":
        """A guardian whom the registry knows with a telephone."""
        said = player.act(register_guardian, Actor.clock(()), at, key, name=name, phone=phone)
        return cls(player, key, int(str(said["person_id"])))

    @property
    def guardian(self) -> Actor:
        """The guardian, who is a person of their own."""
        return Actor(None, "家长", frozenset({Role.GUARDIAN}), person_ids=(self.person_id,))

    def child(self, name: str, grade: str, at: datetime) -> int:
        """A child of the family."""
        said = self.player.act(
            add_learner,
            self.guardian,
            at,
            f"{self.key}|{name}",
            guardian_id=self.person_id,
            name=name,
            grade=grade,
        )
        return int(str(said["learner"]))

    def signs(self, class_code: str, child: int, at: datetime, *, code: str = "") -> str:
        """Draft a contract and sign it with the one-time code; its code."""
        key = f"{self.key}|{class_code}|{child}"
        drafted = self.player.act(
            draft_contract,
            self.guardian,
            at,
            key,
            class_code=class_code,
            learner_id=child,
            code=code,
        )
        contract = str(drafted["contract"])
        with reading(self.guardian):
            row = Contract.objects.get(code=contract)
        if row.signed_at is None:
            self._sign(row, at)
        # Also where the run before this one stopped between the two signatures.
        self.player.act(
            countersign_contracts_many,
            Actor.clock((row.institution_id,)),
            at,
            contract,
            institution_id=row.institution_id,
            contract_codes=(contract,),
        )
        return contract

    def _sign(self, row: Contract, at: datetime) -> None:
        act, me, contract = self.player.act, self.guardian, row.code
        act(request_signing_code, me, at, contract, contract_code=contract)
        digits = self._code_shown()
        act(
            try_code,
            me,
            at,
            contract,
            person_id=self.person_id,
            purpose=PURPOSE,
            payload_sha256=row.terms_sha256,
            code=digits,
        )
        act(sign_contract, me, at, contract, contract_code=contract, one_time_code=digits)

    def _code_shown(self) -> str:
        with reading(self.guardian):
            sent = letters.inbox(self.guardian, show_codes=True)
        text = next(each.text for each in sent if each.title == "验证码")
        return "".join(character for character in text if character.isdigit())[:6]

    def pays(self, one: Institution, contract: str, bank: Bank, at: datetime) -> None:
        """Pay at the bank's cashier; its notice reaches the platform a moment later."""
        if self._contract(contract).paid_at is not None:
            return
        said = self.player.act(
            order_payment,
            self.guardian,
            at,
            contract,
            contract_code=contract,
        )
        with reading(self.guardian):
            token = banks.sealed_order(self.guardian, str(said["order"]), return_url=HOME)
        order = open_message(Order, token, platform_key().public_key())
        notice = bank.pay(order, at, notify=False)
        assert notice.channel is not None and notice.channel_serial is not None, "it was paid"
        self.player.act(
            record_payment,
            one.clock,
            at + timedelta(seconds=4),
            contract,
            bank_code=notice.bank,
            order_code=notice.order_id,
            amount_fen=notice.amount_fen,
            channel=notice.channel.value,
            channel_serial=notice.channel_serial,
        )

    def taught(self, one: Institution, contract: str, ordinal: int, at: datetime) -> Lesson:
        """The teacher calls the roll of a session; the family's lesson."""
        with reading(one.clock):
            session = ClassSession.objects.get(
                class_group__contracts__code=contract, ordinal=ordinal
            )
        if session.called_at is None:
            self.player.act(call_roll, one.teacher, at, session.code, session_code=session.code)
        with reading(one.clock):
            return Lesson.objects.get(contract__code=contract, session=session)

    def looks(self, at: datetime) -> None:
        """Look into the inbox, which proves delivery."""
        with reading(self.guardian):
            new = tuple(each.id for each in letters.inbox(self.guardian) if each.is_new)
        if new:
            key = f"{self.key}|{new[0]}|{len(new)}"
            self.player.act(show_messages, self.guardian, at, key, message_ids=new)

    def confirms(self, lesson: Lesson, at: datetime) -> None:
        """Confirm a lesson."""
        self.player.act(confirm_lesson, self.guardian, at, lesson.code, lesson_code=lesson.code)

    def asks_refund(self, contract: str, at: datetime) -> str:
        """Ask for the rest of the money; the refund's code."""
        row = self._contract(contract)
        with reading(self.guardian):
            known = row.refunds.values_list("code", flat=True).first()
            due = sheet_of(row).refundable
        if known:
            return str(known)
        said = self.player.act(
            request_refund,
            self.guardian,
            at,
            contract,
            contract_code=contract,
            reason="schedule",
            seen_fen=due,
        )
        return str(said["refund"])

    def _contract(self, code: str) -> Contract:
        with reading(self.guardian):
            return Contract.objects.get(code=code)
