/* A QR code of version 2, level M, for up to 38 capitals and figures: rows of true and false. */
"use strict";
(() => {
  const SIZE = 25;
  const DATA = 28;
  const CHECK = 16;
  const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  const FORMAT = 0b101010000010010; // level M, mask 0

  const power = [];
  const log = [];
  for (let i = 0, x = 1; i < 255; i += 1) {
    power[i] = x;
    log[x] = i;
    x = x < 128 ? x * 2 : (x * 2) ^ 0x11d;
  }
  const times = (a, b) => (a && b ? power[(log[a] + log[b]) % 255] : 0);

  function words(text) {
    let bits = "0010" + text.length.toString(2).padStart(9, "0");
    for (let i = 0; i < text.length; i += 2) {
      const first = LETTERS.indexOf(text[i]);
      bits += i + 1 < text.length
        ? (first * 45 + LETTERS.indexOf(text[i + 1])).toString(2).padStart(11, "0")
        : first.toString(2).padStart(6, "0");
    }
    bits += "0".repeat(Math.min(4, DATA * 8 - bits.length));
    bits += "0".repeat((8 - (bits.length % 8)) % 8);
    const found = bits.match(/.{8}/g).map((each) => parseInt(each, 2));
    for (let pad = 0; found.length < DATA; pad ^= 1) found.push(pad ? 17 : 236);
    return found;
  }

  function checks(data) {
    let generator = [1];
    for (let i = 0; i < CHECK; i += 1) {
      const next = Array(generator.length + 1).fill(0);
      generator.forEach((each, at) => {
        next[at] ^= each;
        next[at + 1] ^= times(each, power[i]);
      });
      generator = next;
    }
    const rest = [...data, ...Array(CHECK).fill(0)];
    for (let i = 0; i < data.length; i += 1) {
      const lead = rest[i];
      generator.forEach((each, at) => { rest[i + at] ^= times(each, lead); });
    }
    return rest.slice(data.length);
  }

  function frame() {
    const rows = Array.from({ length: SIZE }, () => Array(SIZE).fill(null));
    const eye = (top, left) => {
      for (let y = -1; y <= 7; y += 1) {
        for (let x = -1; x <= 7; x += 1) {
          if (rows[top + y]?.[left + x] === undefined) continue;
          const ring = Math.max(Math.abs(y - 3), Math.abs(x - 3));
          rows[top + y][left + x] = ring <= 3 && ring !== 2;
        }
      }
    };
    eye(0, 0);
    eye(0, SIZE - 7);
    eye(SIZE - 7, 0);
    for (let y = -2; y <= 2; y += 1) {
      for (let x = -2; x <= 2; x += 1) {
        rows[18 + y][18 + x] = Math.max(Math.abs(y), Math.abs(x)) !== 1;
      }
    }
    for (let i = 8; i < SIZE - 8; i += 1) {
      rows[6][i] = i % 2 === 0;
      rows[i][6] = i % 2 === 0;
    }
    const bit = (n) => ((FORMAT >> n) & 1) === 1;
    for (let i = 0; i < 6; i += 1) {
      rows[i][8] = bit(i);
      rows[8][i] = bit(14 - i);
    }
    rows[7][8] = bit(6);
    rows[8][8] = bit(7);
    rows[8][7] = bit(8);
    for (let i = 0; i < 8; i += 1) rows[8][SIZE - 1 - i] = bit(i);
    for (let i = 8; i < 15; i += 1) rows[SIZE - 15 + i][8] = bit(i);
    rows[SIZE - 8][8] = true;
    return rows;
  }

  window.yuxinQr = (text) => {
    const data = words(text);
    const bits = [...data, ...checks(data)].flatMap((each) => (
      each.toString(2).padStart(8, "0").split("")));
    const rows = frame();
    let next = 0;
    let up = true;
    for (let right = SIZE - 1; right > 0; right -= 2) {
      if (right === 6) right -= 1;
      for (let i = 0; i < SIZE; i += 1) {
        const y = up ? SIZE - 1 - i : i;
        for (const x of [right, right - 1]) {
          if (rows[y][x] !== null) continue;
          const on = bits[next] === "1";
          next += 1;
          rows[y][x] = on !== ((y + x) % 2 === 0);
        }
      }
      up = !up;
    }
    return rows;
  };
})();
