"""Rule packs with a layer of a test's own."""

from yuxin.rules.folder import load_pack
from yuxin.rules.pack import Pack

CITE = "cite: {instrument: 演示县规则（虚构）, clause: 第一条, checked_on: 2026-11-23}"


def rule(key: str, unit: str, value: str, *, direction: str = "open") -> str:
    """One rule of a test's own layer."""
    return (
        f"{key}:\n  title: {{zh: 测试, en: test}}\n  unit: {unit}\n  direction: {direction}\n"
        f"  values:\n    2025-01-02:\n      value: {value}\n      {CITE}\n      mark: proposal\n"
    )


def pack_with(*rules: str, layers: tuple[str, ...] = ("national", "demo")) -> Pack:
    """The demo county's pack with one more layer of these rules, if there are any."""
    if not rules:
        return load_pack(layers)
    own = ("town", "prepay.yaml", "".join(rules).encode())
    return Pack.read((*layers, "town"), [*load_pack(layers).files, own])
