"""The database roles of one installation: five logins, each with its own random password.

yuxin_owner migrates, yuxin_app serves (no superuser, no way round row security), yuxin_sequencer
writes the log, yuxin_public sees the public views, yuxin_audit reads all. Their rights on tables
are granted by the migrations.
"""

import secrets
from typing import Any

import psycopg
from psycopg import sql

from yuxin.site.launcher.folder import DataFolder
from yuxin.site.launcher.trouble import Trouble

ROLES = ("app", "sequencer", "public", "audit")
_ATTRIBUTES = sql.SQL("LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS")


def make_embedded(folder: DataFolder, superuser: dict[str, Any]) -> None:
    """Make all roles and the database in a cluster of our own; repeats without effect."""
    with psycopg.connect(**superuser, autocommit=True) as admin:
        for statement in _statements(folder, admin, ("owner", *ROLES)):
            admin.execute(statement)
        name = folder.database.name
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(folder.user("owner"))
                )
            )
        for statement in _rights_on_database(folder):
            admin.execute(statement)


def make_beside_owner(folder: DataFolder) -> None:
    """Make the roles beside an owner that somebody else created.

    Raises: Trouble with the statements for the administrator when the owner may not.
    """
    with psycopg.connect(**folder.connection("owner"), autocommit=True) as owner:
        _require_new_enough(owner)
        if all(_can_log_in(folder, role) for role in ROLES):
            return
        statements = [*_statements(folder, owner, ROLES), *_rights_on_database(folder)]
        try:
            with owner.transaction():
                for statement in statements:
                    owner.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            text = "\n".join(statement.as_string(owner) + ";" for statement in statements)
            raise Trouble(
                "所给数据库用户无权创建角色；请管理员执行以下语句，然后再运行一次：\n" + text,
                "the given database user may not create roles; have the administrator run these"
                " statements, then run again:\n" + text,
            ) from None


def _statements(
    folder: DataFolder, connection: psycopg.Connection[Any], roles: tuple[str, ...]
) -> list[sql.Composed]:
    """Make each role or set its password; passwords appear as SCRAM verifiers only."""
    found = connection.execute("SELECT rolname FROM pg_roles").fetchall()
    present = {name for (name,) in found}
    statements = []
    for role in roles:
        user = folder.user(role)
        password = folder.secret(f"yuxin_{role}", lambda: secrets.token_urlsafe(32))
        verifier = connection.pgconn.encrypt_password(
            password.encode(), user.encode(), b"scram-sha-256"
        )
        verb = sql.SQL("ALTER ROLE {} LOGIN") if user in present else sql.SQL("CREATE ROLE {} {}")
        head = verb.format(*[sql.Identifier(user), _ATTRIBUTES][: 1 if user in present else 2])
        statements.append(
            sql.SQL("{} PASSWORD {}").format(head, sql.Literal(verifier.decode("ascii")))
        )
    # The application may step down to what the public sees (SET LOCAL ROLE).
    statements.append(sql.SQL("GRANT yuxin_public TO yuxin_app").format())
    return statements


def _rights_on_database(folder: DataFolder) -> list[sql.Composed]:
    database = sql.Identifier(folder.database.name)
    return [
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database),
        sql.SQL("GRANT CONNECT ON DATABASE {} TO yuxin_public").format(database),
        sql.SQL(  # COPY into tables with row security goes through temporary tables
            "GRANT CONNECT, TEMPORARY ON DATABASE {} TO yuxin_app, yuxin_sequencer, yuxin_audit"
        ).format(database),
    ]


def _can_log_in(folder: DataFolder, role: str) -> bool:
    folder.secret(f"yuxin_{role}", lambda: secrets.token_urlsafe(32))
    try:
        psycopg.connect(**folder.connection(role), connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _require_new_enough(connection: psycopg.Connection[Any]) -> None:
    if connection.info.server_version < 150000:
        major = connection.info.server_version // 10000
        raise Trouble(
            f"数据库服务器是 PostgreSQL {major}；需要 15 或更新版本，请升级后再运行。",
            f"the database server is PostgreSQL {major}; 15 or newer is needed, upgrade it first.",
        )
