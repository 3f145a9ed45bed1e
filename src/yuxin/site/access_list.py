"""Every address and every act with the roles that it names: the source of `access-table`."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

import yuxin.operations
from yuxin.kernel.actor import Role
from yuxin.look.page import rule_of
from yuxin.operations.operation import DECLARED


@dataclass(frozen=True)
class Line:
    """One address or operation; `roles` is empty when it declares none and so opens to nobody."""

    kind: str
    name: str
    act: str
    roles: list[str]


def roles() -> list[str]:
    """The roles, in the order of the columns."""
    return [role.value for role in Role]


def lines() -> list[Line]:
    """Addresses by path, then operations by name. What the public may open, everybody may."""
    return [*_addresses(), *_operations()]


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _patterns(each, route)
        else:
            yield route, each


def _addresses() -> list[Line]:
    told = []
    for route, pattern in _patterns(get_resolver()):
        rule = rule_of(pattern.callback)
        named = rule.roles if rule else frozenset()
        opens = frozenset(Role) - {Role.CLOCK} if Role.PUBLIC in named else named
        methods = " ".join(sorted(rule.methods - {"HEAD"})) if rule else ""
        told.append(Line("address", f"/{route}", methods, _in_order(opens)))
    return sorted(told, key=lambda line: line.name)


def _operations() -> list[Line]:
    for module in pkgutil.walk_packages(yuxin.operations.__path__, "yuxin.operations."):
        importlib.import_module(module.name)
    return [
        Line("operation", each.name, each.act, _in_order(each.roles))
        for _, each in sorted(DECLARED.items())
    ]


def _in_order(named: frozenset[Role]) -> list[str]:
    return [role.value for role in Role if role in named]
