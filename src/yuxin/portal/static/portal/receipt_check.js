/* Checks a receipt against the log's policy, without network: five questions, each answered by
   itself. Formats: C2SP tlog-proof, tlog-checkpoint, signed-note, tlog-cosignature, tlog-policy;
   the fields as in docs/evidence.md. */
"use strict";

const YuxinReceipt = (() => {
  const Hash = typeof YuxinHash === "undefined" ? require("./receipt_hash.js") : YuxinHash;
  const encoder = new TextEncoder();
  const need = (truth, what) => { if (!truth) throw new Error(what); };
  const same = (a, b) => a !== null && b !== null && a.length === b.length && a.every((x, i) => x === b[i]);
  const join = (...parts) => {
    const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
    parts.reduce((at, part) => { out.set(part, at); return at + part.length; }, 0);
    return out;
  };
  const bytesOf = (binary) => Uint8Array.from(binary, (c) => c.charCodeAt(0));
  const base64 = (text) => {
    need(/^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0, "Base 64");
    const binary = atob(text);
    need(btoa(binary) === text, "Base 64");
    return bytesOf(binary);
  };
  const base64url = (text) => {
    need(typeof text === "string" && /^[A-Za-z0-9_-]{43}$/.test(text), "Base 64 for URLs");
    return base64(text.replace(/-/g, "+").replace(/_/g, "/") + "=");
  };
  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

  // Canonical JSON: sorted ASCII keys, no spaces, whole numbers, text in NFC.
  const canonical = (value) => {
    if (value === null || typeof value === "boolean") return String(value);
    if (typeof value === "number") { need(Number.isSafeInteger(value), "a whole number"); return String(value); }
    if (typeof value === "string") {
      need(value === value.normalize("NFC") && !/[\ud800-\udfff]/.test(value.replace(/[\ud800-\udbff][\udc00-\udfff]/g, "")), "NFC");
      return JSON.stringify(value);
    }
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    const keys = Object.keys(value).sort();
    need(keys.every((key) => /^[\x00-\x7f]*$/.test(key)), "ASCII keys");
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  };

  const leafHash = (bytes) => Hash.sha256(join(Uint8Array.of(0), bytes));
  const nodeHash = (left, right) => Hash.sha256(join(Uint8Array.of(1), left, right));

  // Fold an inclusion path; null when it cannot belong to this index and size (RFC 9162, 2.1.3.2).
  const rootOf = (leaf, index, size, path) => {
    if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size)) return null;
    let node = index, last = size - 1, hash = leaf;
    const half = (n) => Math.floor(n / 2);
    for (const sibling of path) {
      if (last === 0) return null;
      if (node % 2 === 1 || node === last) {
        hash = nodeHash(sibling, hash);
        while (node !== 0 && node % 2 === 0) { node = half(node); last = half(last); }
      } else hash = nodeHash(hash, sibling);
      node = half(node); last = half(last);
    }
    return last === 0 ? hash : null;
  };

  const readKey = (text) => {
    const parts = text.split("+"), name = parts[0], raw = base64(parts.slice(2).join("+"));
    const id = Hash.sha256(join(encoder.encode(`${name}\n`), raw)).slice(0, 4);
    need(name && raw.length === 33 && (raw[0] === 1 || raw[0] === 4) && hex(id) === parts[1], "key");
    return { name, id: parts[1], type: raw[0], key: raw.slice(1) };
  };

  const readPolicy = (text) => {
    const policy = { logs: [], witnesses: [], groups: {}, quorum: null };
    for (const line of text.split("\n")) {
      const [word, ...rest] = line.split(/[ \t]+/).filter(Boolean);
      if (!word || word.startsWith("#")) continue;
      if (word === "log") policy.logs.push(readKey(rest[0]));
      else if (word === "witness") policy.witnesses.push({ label: rest[0], ...readKey(rest[1]) });
      else if (word === "group") {
        const members = rest.slice(2);
        const least = rest[1] === "all" ? members.length : rest[1] === "any" ? 1 : Number(rest[1]);
        policy.groups[rest[0]] = { least, members };
      } else if (word === "quorum" && policy.quorum === null) [policy.quorum] = rest;
      else need(false, "policy");
    }
    need(policy.quorum, "policy");
    return policy;
  };
  const met = (policy, name, labels) => {
    if (name === "none") return true;
    const group = policy.groups[name];
    return group ? group.members.filter((m) => met(policy, m, labels)).length >= group.least : labels.includes(name);
  };
  const least = (policy, name) => {
    const group = policy.groups[name];
    if (!group) return name === "none" ? 0 : 1;
    const costs = group.members.map((m) => least(policy, m)).sort((a, b) => a - b);
    return costs.slice(0, group.least).reduce((sum, n) => sum + n, 0);
  };

  const readNote = (text) => {
    const split = text.lastIndexOf("\n\n");
    need(split >= 0 && text.endsWith("\n") && !/[\x00-\x09\x0b-\x1f]/.test(text), "note");
    const signatures = text.slice(split + 2, -1).split("\n").map((line) => {
      const [dash, name, encoded, ...more] = line.split(" ");
      need(dash === "\u2014" && name && encoded && more.length === 0, "signature line");
      const raw = base64(encoded);
      return { name, id: hex(raw.slice(0, 4)), value: raw.slice(4) };
    });
    return { text: text.slice(0, split + 1), signatures };
  };

  const readProof = (text) => {
    const gap = text.indexOf("\n\n");
    const lines = text.slice(0, gap).split("\n"), note = readNote(text.slice(gap + 2));
    need(gap > 0 && lines.shift() === "c2sp.org/tlog-proof@v1", "proof");
    if (lines[0].startsWith("extra ")) base64(lines.shift().slice(6));
    const index = /^index (0|[1-9][0-9]{0,15})$/.exec(lines.shift());
    const [origin, size, root, ...rest] = note.text.slice(0, -1).split("\n");
    need(index && origin && /^(0|[1-9][0-9]{0,15})$/.test(size) && rest.every(Boolean), "checkpoint");
    const path = lines.map(base64);
    need(path.length <= 63 && path.every((node) => node.length === 32) && base64(root).length === 32, "hash");
    return { index: Number(index[1]), path, note, origin, size: Number(size), root: base64(root) };
  };

  // The POSIX time of a cosignature, 0 for a plain signature, null when it does not hold.
  const holds = async (key, text, value) => {
    if (key.type === 1) return (await Hash.verify(key.key, value, encoder.encode(text))) ? 0 : null;
    if (value.length !== 72) return null;
    const at = new DataView(value.buffer, value.byteOffset).getBigUint64(0);
    const message = encoder.encode(`cosignature/v1\ntime ${at}\n${text}`);
    return at > 0n && (await Hash.verify(key.key, value.slice(8), message)) ? Number(at) : null;
  };
  const linesOf = (key, note) => note.signatures.filter((s) => s.name === key.name && s.id === key.id);

  const logSigned = async (proof, policy) => {
    let found = false;
    for (const key of policy.logs.filter((k) => k.name === proof.origin)) {
      for (const line of linesOf(key, proof.note)) {
        if ((await holds(key, proof.note.text, line.value)) === null) return false;
        found = true;
      }
    }
    return found;
  };
  const witnessesOf = async (proof, policy) => {
    const found = [];
    for (const key of policy.witnesses) {
      for (const line of linesOf(key, proof.note)) {
        const at = await holds(key, proof.note.text, line.value);
        if (at === null) return null;
        found.push({ label: key.label, at });
      }
    }
    return found;
  };

  const readLeaf = (text) => {
    const leaf = JSON.parse(text);
    need(leaf && leaf.v === 1 && canonical(leaf) === text && /^[0-9a-f]{32}$/.test(leaf.r), "leaf");
    const keys = Object.keys(leaf).sort().join();
    need(keys === "c,r,t,v" || keys === "act,body,r,t,v", "leaf");
    return leaf;
  };
  const leadsTo = (field, item, commitment) => {
    try {
      const leaf = encoder.encode(canonical([field.path, field.salt, field.value]));
      let root = rootOf(leafHash(leaf), field.i, field.n, field.proof.map(base64url));
      if (root && item) root = rootOf(leafHash(root), item.i, item.n, item.path.map(base64url));
      return same(root, commitment);
    } catch (problem) { return false; }
  };
  // null when all fields match; else the paths that do not (none when it cannot be told).
  const wrongFields = (receipt) => {
    let leaf;
    try { leaf = readLeaf(receipt.leaf); } catch (problem) { return []; }
    if (leaf.r !== receipt.entry) return [];
    if (leaf.c === undefined) return receipt.fields.length || receipt.item ? [] : null;
    const paths = receipt.fields.map((field) => field.path);
    if (!paths.includes("head") || new Set(paths).size !== paths.length) return [];
    let commitment;
    try { commitment = base64url(leaf.c); } catch (problem) { return []; }
    const wrong = receipt.fields.filter((f) => !leadsTo(f, receipt.item, commitment)).map((f) => f.path);
    return wrong.length ? wrong : null;
  };

  const read = (text) => {
    const receipt = JSON.parse(text);
    need(receipt && receipt.kind === "yuxin-receipt" && receipt.v === 1 && Array.isArray(receipt.fields)
      && typeof receipt.leaf === "string" && typeof receipt.entry === "string"
      && (receipt.proof === null || typeof receipt.proof === "string"), "receipt");
    return receipt;
  };

  /* Returns {states, wrong, fields, entry, index, size, origin, witnesses, known, needed}.
     Throws when the text is no receipt at all. */
  const check = async (text, policyText) => {
    const receipt = read(text), policy = readPolicy(policyText), wrong = wrongFields(receipt);
    const states = { fields: wrong === null ? "holds" : "fails", in_tree: "not_yet", log_signed: "not_yet", witnessed: "not_yet", anchored: "not_yet" };
    const result = { states, wrong: wrong || [], fields: receipt.fields, entry: receipt.entry, index: null, size: null, origin: "",
      witnesses: [], known: policy.witnesses.length, needed: least(policy, policy.quorum), witnessing: policy.quorum !== "none" };
    if (receipt.proof === null) return result;
    let proof;
    try { proof = readProof(receipt.proof); } catch (problem) {
      return Object.assign(result, { states: { ...states, in_tree: "fails", log_signed: "fails", witnessed: "fails" } });
    }
    const say = (truth) => (truth ? "holds" : "fails");
    states.in_tree = say(same(rootOf(leafHash(encoder.encode(receipt.leaf)), proof.index, proof.size, proof.path), proof.root));
    states.log_signed = say(await logSigned(proof, policy));
    const witnesses = await witnessesOf(proof, policy);
    if (result.witnessing) {
      states.witnessed = say(witnesses && met(policy, policy.quorum, witnesses.map((w) => w.label)));
    }
    return Object.assign(result, { index: proof.index, size: proof.size, origin: proof.origin, witnesses: witnesses || [] });
  };
  return { check, canonical };
})();
if (typeof module !== "undefined") module.exports = YuxinReceipt;
