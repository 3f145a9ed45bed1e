"""YAML read narrowly: what an official types means what it says.

YAML 1.1 turns `on` into true, `20:30` into 1230 and `1.10` into a float. Here only true and
false, whole numbers, dates and text exist; a repeated key or an alias is refused.
"""

import re
from collections.abc import Hashable
from typing import Any

import yaml

from yuxin.rules.values import PackRefused, Plain


class _Loader(yaml.SafeLoader):
    """Safe YAML without aliases, repeated keys, floats and surprising booleans."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias (*name) is not allowed; write the value out")
        return super().compose_node(parent, index)

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002
    ) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        doubled = {str(key) for key in keys if keys.count(key) > 1}
        if doubled:
            raise yaml.YAMLError(f"the key {', '.join(sorted(doubled))} stands twice")
        return super().construct_mapping(node, deep)


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789"),
    ("null", r"null|~|", "n~"),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), [*_first]
    )


def read_yaml(data: bytes, file: str) -> Plain:
    """The plain data of a YAML file.

    Raises: PackRefused, naming the file and the place.
    """
    try:
        plain: Plain = yaml.load(data, Loader=_Loader)  # noqa: S506 -- a narrowed SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        why = " ".join(str(error).split())[:300]
        raise PackRefused(file=file, why_zh=f"格式有误（{why}）", why_en=why) from error
    return plain
