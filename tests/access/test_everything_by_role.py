"""Every address and every operation against every role: what is not declared is refused."""

import importlib
import pkgutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

import yuxin.operations
from yuxin.kernel.act import Call
from yuxin.kernel.actor import Actor, Role
from yuxin.kernel.refusal import Forbidden
from yuxin.look.page import PageMiddleware, rule_of
from yuxin.operations.operation import DECLARED

MACHINERY = {f"yuxin.operations.{name}" for name in ("kinds", "operation", "payload")}


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _patterns(each, route)
        else:
            yield route, each


def _operation_modules() -> list[str]:
    found = pkgutil.walk_packages(yuxin.operations.__path__, "yuxin.operations.")
    return [module.name for module in found if not module.ispkg and module.name not in MACHINERY]


for _name in _operation_modules():
    importlib.import_module(_name)

PAGES = dict(_patterns(get_resolver()))
OPERATIONS = sorted(name for name in DECLARED if DECLARED[name].module in _operation_modules())


def _actor(role: Role) -> Actor:
    return Actor(None if role == Role.PUBLIC else 1, role.value, frozenset({role}))


@pytest.mark.parametrize("route", PAGES)
def test_every_address_says_who_may_open_it(route):
    assert rule_of(PAGES[route].callback) is not None, f"/{route} has no @page(roles=...)"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CLOCK])
@pytest.mark.parametrize("route", PAGES)
def test_a_role_that_is_not_named_stays_outside(route, role):
    view = PAGES[route].callback
    rule = rule_of(view)
    assert rule is not None
    actor = _actor(role)
    if rule.opens_to(actor):
        return
    request = RequestFactory().get(f"/{route}")
    request.actor = actor
    arguments = dict.fromkeys(PAGES[route].pattern.converters, "x")
    assert PageMiddleware(lambda _: None).process_view(request, view, (), arguments) is None
    assert view(request, **arguments).status_code in (302, 403)


def test_an_address_without_a_rule_is_refused():
    request = RequestFactory().get("/forgotten")
    request.actor = _actor(Role.ADMINISTRATOR)
    refused = PageMiddleware(lambda _: None).process_view(request, lambda _: None, (), {})
    assert refused.status_code == 403


@pytest.mark.parametrize("module", _operation_modules())
def test_every_file_of_operations_declares_its_act(module):
    """The single and the `_many` form of one act share a file and nothing else does."""
    names = [name for name, each in DECLARED.items() if each.module == module]
    assert names, f"{module} declares no operation"
    assert Path(module.replace(".", "/")).name in names or len(names) == 1


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_refuses_every_role_it_does_not_name(name, role):
    declared = DECLARED[name]
    if role in declared.roles:
        return
    act = getattr(importlib.import_module(declared.module), name)
    with pytest.raises(Forbidden):
        act(Call(_actor(role), datetime(2026, 3, 2, tzinfo=UTC), uuid.uuid4()))


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_operation_is_open_to_the_unnamed_public_but_the_door(name):
    if Role.PUBLIC in DECLARED[name].roles:
        assert name in {"open_session"}
