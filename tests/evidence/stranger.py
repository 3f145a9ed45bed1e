"""A stranger's verifier, written from the published standards alone; it imports nothing of ours.

RFC 6962 (section 2.1), C2SP signed-note, tlog-checkpoint, tlog-tiles, tlog-cosignature,
tlog-policy, tlog-proof. It walks a log over HTTP, checks every tile against the entries, the
checkpoint against the tree, the signatures against the policy, and proofs given as text.

    python stranger.py http://127.0.0.1:8000/log
"""

import base64
import gzip
import hashlib
import struct
import sys
import urllib.error
import urllib.request

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Wrong(Exception):
    """Something is not as the standards say."""


def need(truth, what):
    if not truth:
        raise Wrong(what)


# --- RFC 6962, by its recursive definitions --------------------------------------------------


def sha(data):
    return hashlib.sha256(data).digest()


def k_of(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(leaf_hashes):
    n = len(leaf_hashes)
    if n == 0:
        return sha(b"")
    if n == 1:
        return leaf_hashes[0]
    k = k_of(n)
    return sha(b"\x01" + mth(leaf_hashes[:k]) + mth(leaf_hashes[k:]))


def root_by_path(leaf_hash, m, n, path):
    """Fold an audit path by walking PATH(m, D[n]) downwards."""
    if n == 1:
        need(not path, "path too long")
        return leaf_hash
    need(path, "path too short")
    k = k_of(n)
    if m < k:
        return sha(b"\x01" + root_by_path(leaf_hash, m, k, path[:-1]) + path[-1])
    return sha(b"\x01" + path[-1] + root_by_path(leaf_hash, m - k, n - k, path[:-1]))


# --- notes and keys --------------------------------------------------------------------------


def b64(text):
    return base64.b64decode(text, validate=True)


class Key:
    def __init__(self, vkey):
        self.name, id_, data = vkey.split("+", 2)
        raw = b64(data)
        self.type, self.public = raw[0], raw[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        need(self.id.hex() == id_, "the key id is not that of the key")

    def holds(self, text, signature):
        message = text.encode()
        if self.type == 4:
            need(len(signature) == 72, "a cosignature has 72 bytes")
            (self.time,) = struct.unpack(">Q", signature[:8])
            need(1_500_000_000 < self.time < 2**63, "a cosignature has a time")
            message = f"cosignature/v1\ntime {self.time}\n".encode() + message
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            raise Wrong(f"the signature of {self.name} does not hold") from None
        return True


def read_note(data):
    text = data.decode("utf-8")
    need(all(c == "\n" or ord(c) >= 32 for c in text), "control characters in the note")
    at = text.rindex("\n\n")
    body, lines = text[: at + 1], text[at + 2 :]
    need(lines.endswith("\n"), "signature lines end in newline")
    signatures = []
    for line in lines[:-1].split("\n"):
        need(line.startswith("\u2014 "), "a signature line begins with an em dash")
        name, encoded = line[2:].split(" ")
        raw = b64(encoded)
        signatures.append((name, raw[:4], raw[4:]))
    need(1 <= len(signatures) <= 16, "one to sixteen signatures")
    return body, signatures


def read_checkpoint(body):
    need(body.endswith("\n"), "the body ends in newline")
    lines = body[:-1].split("\n")
    need(len(lines) == 3, "three lines, no extension")
    origin, size, root = lines
    need(str(int(size)) == size, "size without leading zero")
    need(len(b64(root)) == 32, "root of 32 bytes")
    return origin, int(size), b64(root)


class Policy:
    def __init__(self, data):
        self.logs, self.witnesses, self.groups, self.quorum = [], {}, {}, None
        for line in data.decode().split("\n"):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            kind, rest = words[0], words[1:]
            if kind == "log":
                self.logs.append(Key(rest[0]))
                need(self.logs[-1].type == 1, "a log key is of type 1")
            elif kind == "witness":
                self.witnesses[rest[0]] = Key(rest[1])
                need(self.witnesses[rest[0]].type == 4, "a witness key is of type 4")
            elif kind == "group":
                known = set(self.witnesses) | set(self.groups)
                need(set(rest[2:]) <= known, "a group names what stands above it")
                count = {"all": len(rest) - 2, "any": 1}.get(rest[1]) or int(rest[1])
                self.groups[rest[0]] = count, rest[2:]
            elif kind == "quorum":
                need(self.quorum is None, "one quorum line")
                self.quorum = rest[0]
            else:
                raise Wrong(f"unknown line {line!r}")
        need(self.quorum is not None, "a quorum line")

    def met(self, name, cosigned):
        if name == "none":
            return True
        if name in self.witnesses:
            return name in cosigned
        count, members = self.groups[name]
        return sum(self.met(member, cosigned) for member in members) >= count

    def check(self, data):
        """Verify a signed checkpoint; return (origin, size, root, witness names)."""
        body, signatures = read_note(data)
        origin, size, root = read_checkpoint(body)
        by_log, cosigned = False, set()
        for name, key_id, signature in signatures:
            for key in self.logs:
                if (key.name, key.id) == (name, key_id):
                    by_log = key.holds(body, signature) and key.name == origin
            for who, key in self.witnesses.items():
                if (key.name, key.id) == (name, key_id) and key.holds(body, signature):
                    cosigned.add(who)
        need(by_log, "the log did not sign")
        need(self.met(self.quorum, cosigned), "no quorum of witnesses")
        return origin, size, root, cosigned


# --- proofs ----------------------------------------------------------------------------------


def check_proof(policy, leaf, data):
    """Verify a tlog-proof of a leaf; return its index."""
    head, _, note = data.partition(b"\n\n")
    lines = head.decode("ascii").split("\n")
    need(lines.pop(0) == "c2sp.org/tlog-proof@v1", "first line of the proof")
    if lines[0].startswith("extra "):
        b64(lines.pop(0)[6:])
    word, index = lines.pop(0).split(" ")
    need(word == "index" and str(int(index)) == index, "index line")
    path = [b64(line) for line in lines]
    need(all(len(node) == 32 for node in path), "hashes of 32 bytes")
    _, size, root, _ = policy.check(note)
    need(int(index) < size, "index within the tree")
    need(root_by_path(sha(b"\x00" + leaf), int(index), size, path) == root, "inclusion")
    return int(index)


# --- tiles -----------------------------------------------------------------------------------


def number(n):
    digits = str(n)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join(["x" + part for part in parts[:-1]] + [parts[-1]])


class Log:
    def __init__(self, base):
        self.base = base.rstrip("/")

    def get(self, path, *, zipped=False):
        request = urllib.request.Request(f"{self.base}/{path}")  # noqa: S310
        request.add_header("Accept-Encoding", "gzip, identity" if zipped else "identity")
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            data, headers = answer.read(), answer.headers
        if headers.get("Content-Encoding") == "gzip":
            need(zipped, "zipped without being asked")
            data = gzip.decompress(data)
        return data, headers

    def missing(self, path):
        try:
            self.get(path)
        except urllib.error.HTTPError as problem:
            problem.close()
            need(problem.code in (400, 404), f"{path}: {problem.code}")
            return
        raise Wrong(f"{path} should not be there")

    def part(self, kind, n, width):
        suffix = "" if width == 256 else f".p/{width}"
        data, headers = self.get(f"tile/{kind}/{number(n)}{suffix}", zipped=True)
        need(headers["Content-Type"] == "application/octet-stream", "content type of a tile")
        need("max-age=" in headers.get("Cache-Control", ""), "a tile is cached for long")
        return data


def walk(log, policy):
    """Check a whole log; return (size, leaves)."""
    note, headers = log.get("checkpoint")
    need(headers["Content-Type"] == "text/plain; charset=utf-8", "content type of the checkpoint")
    _, size, root, _ = policy.check(note)
    leaves = []
    for n in range(-(-size // 256)):
        bundle, at = log.part("entries", n, min(256, size - n * 256)), 0
        while at < len(bundle):
            (length,) = struct.unpack(">H", bundle[at : at + 2])
            need(at + 2 + length <= len(bundle), "a bundle ends within an entry")
            leaves.append(bundle[at + 2 : at + 2 + length])
            at += 2 + length
        need(len(leaves) == min(size, n * 256 + 256), "entries in a bundle")
    level, hashes = 0, [sha(b"\x00" + leaf) for leaf in leaves]
    need(mth(hashes) == root, "the root of the entries is not the signed one")
    while hashes:
        for n in range(-(-len(hashes) // 256)):
            mine = hashes[n * 256 : n * 256 + 256]
            need(log.part(level, n, len(mine)) == b"".join(mine), f"tile {level}/{n}")
        log.missing(f"tile/{level}/{number(-(-len(hashes) // 256))}")
        hashes = [mth(hashes[n * 256 : n * 256 + 256]) for n in range(len(hashes) // 256)]
        level += 1
    return size, leaves


def main(base):
    log = Log(base)
    policy = Policy(log.get("policy")[0])
    size, _ = walk(log, policy)
    print(f"{base}: {size} entries, every tile and signature holds")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
