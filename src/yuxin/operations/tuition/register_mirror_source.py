"""A platform or bank whose facts are mirrored is entered with its key."""

from yuxin.evidence import services as evidence
from yuxin.formats.party_keys import fingerprint, parse_public_key
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import BadInput
from yuxin.operations.operation import operation
from yuxin.tuition.mirror import services


@operation("mirror_source.registered", roles={Role.ADMINISTRATOR, Role.CLOCK})
def register_mirror_source(
    act: Act, *, code: str, name: str, origin: str, public_key_pem: str
) -> Receipt:
    """Enter a source; again with another key is its next key.

    Raises: BadInput, KeyUnusable.
    """
    if not (code.isascii() and code.isalnum() and code.isupper() and 2 <= len(code) <= 20):
        raise BadInput(field="code")
    if not name.strip() or len(name.strip()) > 60:
        raise BadInput(field="name")
    if origin not in ("national", "bank"):
        raise BadInput(field="origin")
    key = parse_public_key(public_key_pem.encode())
    services.register(
        code=code, name=name.strip(), origin=origin, public_key_pem=public_key_pem, at=act.at
    )
    chain = f"mirror:{code}"
    body = {"name": name.strip(), "origin": origin, "key": fingerprint(key)}
    entry = evidence.append(act, chain=chain, subject=chain, body=body)
    return Receipt(entry.id, {"source": code})
