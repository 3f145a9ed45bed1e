"""The generated table of who may open and do what."""

import csv
import io
import json

import pytest

from yuxin.kernel.actor import Role
from yuxin.site import access_list
from yuxin.site.command_line import main


def test_every_address_and_act_stands_in_the_table_with_its_roles():
    told = access_list.lines()
    assert all(line.roles for line in told), "an undeclared one opens to nobody and fails here"
    by_name = {line.name: line for line in told}
    assert by_name["/desk/accounts"].roles == ["administrator"]
    assert by_name["unmask_identifier"].act == "identifier.unmasked"
    assert set(by_name["/sign-in"].roles) == set(Role) - {Role.CLOCK}
    assert len(by_name) > 100


@pytest.mark.parametrize("form", ["--csv", "--json", ""])
def test_the_command_prints_it_for_people_and_programs(capsys, form):
    assert main(["access-table", *([form] if form else [])]) == 0
    out = capsys.readouterr().out
    if form == "--csv":
        rows = list(csv.DictReader(io.StringIO(out)))
        assert {row["kind"] for row in rows} == {"address", "operation"}
        assert next(row for row in rows if row["name"] == "sign_contract")["guardian"] == "x"
    elif form == "--json":
        assert json.loads(out)["undeclared"] == []
    else:
        assert "operation sign_contract" in out
