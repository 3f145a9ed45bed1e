"""The menu: every page once, no group longer than the eye holds, short menus open as a whole."""

from yuxin.desk.menu import GROUPS, OPEN_ALL_MAX, _menu
from yuxin.kernel.actor import Actor, Role

LONGEST = 9


def test_every_page_stands_in_one_group_and_no_group_is_long():
    names = [item.url_name for group in GROUPS for item in group.entries]
    assert len(names) == len(set(names))
    assert max(len(group.entries) for group in GROUPS) <= LONGEST


def test_a_short_menu_is_open_and_a_long_one_keeps_open_what_the_day_is_made_of():
    for role in Role:
        menu = _menu(Actor(1, "某人", frozenset({role})), "/desk/")
        shut = {group.key for group in menu if not group.open}
        if sum(len(group.entries) for group in menu) <= OPEN_ALL_MAX:
            assert shut == set(), role
        else:
            assert shut <= {"contracts", "bank", "system"}, role


def test_the_group_of_the_page_that_is_read_is_open():
    menu = _menu(Actor(1, "某人", frozenset({Role.OFFICER})), "/desk/reconciliation")
    assert {group.key for group in menu if not group.open} == {"contracts", "system"}
