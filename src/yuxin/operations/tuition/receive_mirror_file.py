"""A file of facts from another platform is taken: whole, signed, once."""

from hashlib import sha256

from yuxin.assessment import services as assessment
from yuxin.evidence import services as evidence
from yuxin.formats import mirror_files
from yuxin.formats.party_keys import parse_public_key
from yuxin.kernel.act import Act, Receipt
from yuxin.kernel.actor import Role
from yuxin.kernel.refusal import NotFound, Refusal
from yuxin.operations.operation import operation
from yuxin.registry import queries as registry
from yuxin.tuition.mirror import services
from yuxin.tuition.mirror.models import MirrorFile, MirrorSource

RECEIVES = frozenset({Role.OFFICER, Role.HEAD, Role.CLOCK})


class MirrorSourceUnknown(Refusal):
    """Nobody entered this source, or with another origin."""

    code = "mirror_source_unknown"
    zh = "来源 {source}（{origin}）没有登记，文件没有收。请管理员先登记来源和公钥。"
    en = "Source {source} ({origin}) is not registered; nothing was kept. Register it first."


@operation("mirror.received", roles=RECEIVES)
def receive_mirror_file(act: Act, *, data: bytes, signature: bytes) -> Receipt:
    """Keep the facts of a file. The same bytes, and the same facts in another file, change nothing.

    Raises: MirrorUnreadable, MirrorForged, MirrorSourceUnknown, NotFound, MirrorFactChanged,
        MirrorContractUnknown. After any of them nothing was written.
    """
    head = mirror_files.read_head(data)
    source = MirrorSource.objects.filter(code=head.source, origin=head.origin).first()
    if source is None:
        raise MirrorSourceUnknown(source=head.source, origin=head.origin)
    key = parse_public_key(source.public_key_pem.encode())
    head, lines = mirror_files.read(data, signature, key=key)
    institution_id = registry.id_of_code(act.actor, head.institution)
    if institution_id is None or institution_id not in act.actor.institution_ids:
        raise NotFound
    digest = sha256(data).hexdigest()
    new, before = 0, len(lines)
    if not MirrorFile.objects.filter(sha256=digest).exists():
        new, before = services.keep(
            head,
            lines,
            source=source,
            institution_id=institution_id,
            sha256=digest,
            at=act.at,
        )
    entry = evidence.append(
        act,
        chain=f"mirror:{source.code}",
        subject=f"mirror:{source.code}",
        body={"sha256": digest, "institution": head.institution, "new": new, "before": before},
    )
    assessment.mark(institution_id)
    return Receipt(entry.id, {"new": new, "before": before, "origin": head.origin})
