"""A sign-in for every role of the demo, printed once.

While the county loads, a file of random bytes in the folder of secrets decides the passwords, so
that a load that was stopped goes on with the same ones; it is removed when the county is there.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.contrib.auth.hashers import make_password

from yuxin.access.queries import account_named, grants_on
from yuxin.access.reading import reading
from yuxin.access.sealed import seal
from yuxin.kernel.actor import Actor, Role
from yuxin.operations.access.create_account import create_account
from yuxin.operations.access.grant_role import grant_role
from yuxin.site.simulation import words
from yuxin.site.simulation.acting import Player

SINCE: Final = date(2026, 1, 1)
SCHOOL: Final = "示例县第一实验小学"
MAKER: Final = Actor(None, "安装", frozenset({Role.ADMINISTRATOR}))


@dataclass(frozen=True)
class SignIn:
    """Who signs in: the role and what it reaches; `line` is a category of institutions."""

    role: Role
    login: str
    zh: str
    en: str
    name: str
    organisation: str = "示例县教育局"
    area: str = words.COUNTY[0]
    line: str = "ALL"
    subject_id: int | None = None
    person_id: int | None = None

    @property
    def has_device(self) -> bool:
        """Staff sign in with the code of a device as well."""
        return self.role is not Role.GUARDIAN


def of_everybody(
    *, bank: str, institution: int, school: int, family: int, teacher: int
) -> list[SignIn]:
    """One sign-in for each role, on what each of them works with."""

    def inside(role: Role, login: str, zh: str, en: str, name: str) -> SignIn:
        return SignIn(role, login, zh, en, name, "示例机构", "", subject_id=institution)

    def at_school(role: Role, login: str, zh: str, en: str, name: str) -> SignIn:
        return SignIn(role, login, zh, en, name, SCHOOL, "", subject_id=school)

    return [
        SignIn(Role.OFFICER, "officer", "监管员", "officer", "沈知远"),
        SignIn(Role.HEAD, "head", "局领导", "bureau head", "周明德"),
        SignIn(Role.WINDOW_CLERK, "window", "窗口人员", "window clerk", "何晓"),
        SignIn(
            Role.GRID_WORKER, "grid", "网格员", "grid worker", "马小川", "云桥街道", "990102"
        ),
        SignIn(
            Role.DEPARTMENT, "culture", "文旅部门", "culture department", "郭云", "示例县文旅局",
            line="ARTS",
        ),
        SignIn(Role.BANK, "bank", "托管银行", "custody bank", "罗平", bank),
        SignIn(Role.INSURER, "insurer", "保险公司", "insurer", "郑安", "示例财险"),
        SignIn(
            Role.ASSOCIATION, "association", "行业协会", "trade association", "梁友",
            "示例县校外培训行业协会",
        ),
        inside(
            Role.INSTITUTION_HEAD, "principal", "机构负责人", "institution head", "许青禾"),
        inside(
            Role.INSTITUTION_FINANCE, "finance", "机构财务", "institution finance", "朱会"),
        inside(
            Role.INSTITUTION_TEACHER, "coach", "机构教师", "institution teacher", "林晚"),
        at_school(Role.SCHOOL_HEAD, "school", "校长", "school head", "高远"),
        at_school(Role.SCHOOL_ETHICS, "ethics", "师德专员", "school ethics", "徐正"),
        at_school(
            Role.SCHOOL_AFTERCARE, "aftercare", "课后服务负责人", "after-school", "孙悦"),
        SignIn(
            Role.TEACHER, "teacher", "教师", "teacher", "吴老师", SCHOOL,
            person_id=teacher,
        ),
        SignIn(Role.GUARDIAN, "guardian", "家长", "guardian", "陈女士", "", person_id=family),
        SignIn(Role.SUPERVISOR, "supervisor", "社会监督员", "social supervisor", "胡大爷", ""),
        SignIn(
            Role.LEVEL_ABOVE, "city", "上级部门", "level above", "刘市", "示例市教育局",
            words.CITY[0],
        ),
        SignIn(Role.ADMINISTRATOR, "admin", "系统管理员", "administrator", "管理员"),
        SignIn(Role.AUDITOR, "auditor", "审计员", "auditor", "王审", "示例市审计局", words.CITY[0]),
    ]  # fmt: skip


@dataclass(frozen=True)
class Secrets:
    """Passwords and device secrets that follow from random bytes."""

    seed: str

    def password(self, login: str) -> str:
        """Twelve characters without those that look alike: 60 random bits."""
        return _letters(self._bytes("password", login))[:12].lower()

    def device(self, login: str) -> str:
        """The secret of an authenticator, in base32."""
        return _letters(self._bytes("device", login))[:32]

    def _bytes(self, purpose: str, login: str) -> bytes:
        return hmac.new(self.seed.encode(), f"{purpose}|{login}".encode(), hashlib.sha256).digest()


def _letters(data: bytes) -> str:
    return base64.b32encode(data).decode()


def make(player: Player, who: SignIn, secrets: Secrets, at: datetime) -> None:
    """The account and its grant; one that is there already stays as it is."""
    with reading(MAKER):
        known = account_named(who.login)
        granted = known is not None and grants_on(known, at.date())
    if known is None:
        said = player.act(
            create_account,
            MAKER,
            at,
            who.login,
            login=who.login,
            display_name=who.name,
            organisation=who.organisation,
            password_hash=make_password(secrets.password(who.login)),
            totp_sealed=seal("totp", secrets.device(who.login)) if who.has_device else None,
            person_id=who.person_id,
        )
        account_id = int(str(said["account_id"]))
    else:
        account_id = known.pk
    if not granted:
        player.act(
            grant_role,
            MAKER,
            at,
            who.login,
            account_id=account_id,
            role=who.role.value,
            area_code=who.area,
            line=who.line,
            subject_id=who.subject_id,
            valid_from=SINCE,
            reason="演示账号",
        )


def line_of(who: SignIn, secrets: Secrets, language: str) -> str:
    """What is printed once of a sign-in."""
    password = secrets.password(who.login)
    if language == "en":
        device = f"  device {secrets.device(who.login)}" if who.has_device else ""
        return f"{who.en:<20} {who.login:<12} password {password}{device}"
    device = f"  动态码密钥 {secrets.device(who.login)}" if who.has_device else ""
    title = who.zh + "　" * (8 - len(who.zh))
    return f"{title} {who.login:<12} 口令 {password}{device}"
