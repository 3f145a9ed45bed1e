/* SHA-256, SHA-512 and the check of an Ed25519 signature, so that a receipt can be checked where
   the browser brings none of them. The round constants are computed from their definition
   (roots of the first primes), so there is no table to mistype. FIPS 180-4, RFC 8032. */
"use strict";

const YuxinHash = (() => {
  const primes = [];
  for (let n = 2; primes.length < 80; n += 1) if (primes.every((p) => n % p)) primes.push(n);

  // The integer part of the k-th root of n.
  const root = (n, k) => {
    let low = 0n, high = 1n << (BigInt(n.toString(2).length) / k + 1n);
    while (high - low > 1n) {
      const middle = (low + high) >> 1n;
      if (middle ** k <= n) low = middle; else high = middle;
    }
    return low;
  };
  const MASK = (1n << 64n) - 1n;
  const K512 = primes.map((p) => root(BigInt(p) << 192n, 3n) & MASK);
  const H512 = primes.slice(0, 8).map((p) => root(BigInt(p) << 128n, 2n) & MASK);
  const K256 = K512.slice(0, 64).map((k) => Number(k >> 32n));
  const H256 = H512.map((h) => Number(h >> 32n));

  const padded = (data, block, lengthBytes) => {
    const size = Math.ceil((data.length + 1 + lengthBytes) / block) * block;
    const out = new Uint8Array(size);
    out.set(data);
    out[data.length] = 0x80;
    new DataView(out.buffer).setBigUint64(size - 8, BigInt(data.length) * 8n);
    return out;
  };

  const sha256 = (data) => {
    const bytes = padded(data, 64, 8), view = new DataView(bytes.buffer), h = H256.slice();
    const w = new Uint32Array(64), turn = (x, n) => (x >>> n) | (x << (32 - n));
    for (let at = 0; at < bytes.length; at += 64) {
      for (let i = 0; i < 16; i += 1) w[i] = view.getUint32(at + i * 4);
      for (let i = 16; i < 64; i += 1) {
        const x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3))
          + w[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
      }
      let [a, b, c, d, e, f, g, j] = h;
      for (let i = 0; i < 64; i += 1) {
        const one = (j + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K256[i] + w[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        j = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, j].forEach((x, i) => { h[i] = (h[i] + x) | 0; });
    }
    const out = new DataView(new ArrayBuffer(32));
    h.forEach((x, i) => out.setUint32(i * 4, x >>> 0));
    return new Uint8Array(out.buffer);
  };

  const sha512 = (data) => {
    const bytes = padded(data, 128, 16), view = new DataView(bytes.buffer), h = H512.slice();
    const turn = (x, n) => ((x >> n) | (x << (64n - n))) & MASK;
    for (let at = 0; at < bytes.length; at += 128) {
      const w = [];
      for (let i = 0; i < 16; i += 1) w.push(view.getBigUint64(at + i * 8));
      for (let i = 16; i < 80; i += 1) {
        const x = w[i - 15], y = w[i - 2];
        w.push((w[i - 16] + (turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n))
          + w[i - 7] + (turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n))) & MASK);
      }
      let [a, b, c, d, e, f, g, j] = h;
      for (let i = 0; i < 80; i += 1) {
        const one = j + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & MASK & g)) + K512[i] + w[i];
        const two = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
        j = g; g = f; f = e; e = (d + one) & MASK; d = c; c = b; b = a; a = (one + two) & MASK;
      }
      [a, b, c, d, e, f, g, j].forEach((x, i) => { h[i] = (h[i] + x) & MASK; });
    }
    const out = new DataView(new ArrayBuffer(64));
    h.forEach((x, i) => out.setBigUint64(i * 8, x));
    return new Uint8Array(out.buffer);
  };

  // Ed25519: the curve -x^2 + y^2 = 1 + d x^2 y^2 over the integers modulo P, points as X, Y, Z, T.
  const P = (1n << 255n) - 19n, L = (1n << 252n) + 27742317777372353535851937790883648493n;
  const mod = (x) => ((x % P) + P) % P;
  const power = (base, exponent) => {
    let result = 1n;
    for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = (b * b) % P) if (e & 1n) result = (result * b) % P;
    return result;
  };
  const D = mod(-121665n * power(121666n, P - 2n)), I = power(2n, (P - 1n) / 4n);
  const recover = (y, odd) => {
    const above = mod(y * y - 1n), below = mod(D * y * y + 1n);
    let x = mod(above * below ** 3n * power(above * below ** 7n, (P - 5n) / 8n));
    if (mod(below * x * x) === mod(-above)) x = mod(x * I);
    if (mod(below * x * x) !== above || (x === 0n && odd)) return null;
    return (x & 1n) === (odd ? 1n : 0n) ? x : mod(-x);
  };
  const point = (x, y) => [x, y, 1n, mod(x * y)];
  const add = ([x1, y1, z1, t1], [x2, y2, z2, t2]) => {
    const a = mod((y1 - x1) * (y2 - x2)), b = mod((y1 + x1) * (y2 + x2)), c = mod(2n * D * t1 * t2), d = mod(2n * z1 * z2);
    const e = b - a, f = d - c, g = d + c, h = b + a;
    return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
  };
  const times = (scalar, of) => {
    let result = [0n, 1n, 1n, 0n];
    for (let s = scalar, q = of; s > 0n; s >>= 1n, q = add(q, q)) if (s & 1n) result = add(result, q);
    return result;
  };
  const number = (bytes) => bytes.reduceRight((n, byte) => (n << 8n) | BigInt(byte), 0n);
  const decode = (bytes) => {
    const n = number(bytes), y = n & ((1n << 255n) - 1n);
    const x = y < P ? recover(y, n >> 255n === 1n) : null;
    return x === null ? null : point(x, y);
  };
  const B = (() => { const y = mod(4n * power(5n, P - 2n)); return point(recover(y, false), y); })();

  const verifyHere = (publicKey, signature, message) => {
    const a = decode(publicKey), s = number(signature.slice(32));
    if (!a || signature.length !== 64 || s >= L) return false;
    const all = new Uint8Array(64 + message.length);
    all.set(signature.slice(0, 32));
    all.set(publicKey, 32);
    all.set(message, 64);
    const k = number(sha512(all)) % L, minusA = [mod(-a[0]), a[1], a[2], mod(-a[3])];
    const [x, y, z] = add(times(s, B), times(k, minusA)), inverse = power(z, P - 2n);
    const affine = mod(y * inverse) | ((mod(x * inverse) & 1n) << 255n);
    return affine === number(signature.slice(0, 32));
  };

  // The browser's own Ed25519 where it has one; ours where it has none.
  const verify = async (publicKey, signature, message) => {
    if (globalThis.crypto && crypto.subtle) {
      try {
        const key = await crypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
        return await crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
      } catch (unsupported) { /* fall through to our own */ }
    }
    return verifyHere(publicKey, signature, message);
  };
  return { sha256, sha512, verify, verifyHere };
})();
if (typeof module !== "undefined") module.exports = YuxinHash;
