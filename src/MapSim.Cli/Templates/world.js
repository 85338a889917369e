'use strict';
// The simulated memory at one step, computed from the first frame and what each step changed. Going forward keeps the old
// bytes, so that going back needs nothing else. Nothing here draws.
const data = JSON.parse(document.getElementById('data').textContent);
const Kind = ['none', 'load', 'store', 'atomic', 'alloc', 'collector', 'buffer', 'forward'];

const World = (() => {
  const objects = data.objects.map((o, n) => ({ n, name: o[0], kind: o[1], start: o[2], size: o[3], born: o[4], freed: o[5], map: o[6], type: data.types[o[7]] }));
  const memory = data.memory.map((hex, n) => write(new Uint8Array(objects[n].size), 0, hex, null));
  const sorted = objects.map(o => o.n).sort((a, b) => objects[a].start - objects[b].start);
  const frames = data.frames.map(f => ({ mover: f[0], label: data.words[f[1]], kind: f[2], o: f[3], at: f[4], size: f[5], line: f[6], op: f[7], more: f[8] }));
  const undo = [];
  const texts = new Map();
  const status = [], colourFrame = [];
  let position = 0;

  frames.forEach((f, k) => {
    status[k] = f.more.s ?? status[k - 1] ?? '';
    colourFrame[k] = f.more.c !== undefined ? k : colourFrame[k - 1] ?? -1;
  });
  texts0();

  function texts0() {
    const t = frames[0].more.t ?? [];
    for (let i = 0; i < t.length; i += 3) texts.set(t[i] + ':' + t[i + 1], t[i + 2]);
  }

  function write(bytes, at, hex, old) {
    for (let i = 0; i < hex.length / 2; i++) {
      if (old) old.push(bytes[at + i]);
      bytes[at + i] = parseInt(hex.substr(2 * i, 2), 16);
    }
    return bytes;
  }

  function forward() {
    const f = frames[position + 1], m = f.more.m ?? [], t = f.more.t ?? [], back = { m: [], t: [] };
    for (let i = 0; i < m.length; i += 3) {
      const old = [];
      write(memory[m[i]], m[i + 1], m[i + 2], old);
      back.m.push([m[i], m[i + 1], old]);
    }
    for (let i = 0; i < t.length; i += 3) {
      const key = t[i] + ':' + t[i + 1];
      back.t.push([key, texts.get(key)]);
      texts.set(key, t[i + 2]);
    }
    undo[++position] = back;
  }

  function backward() {
    const back = undo[position--];
    for (let i = back.m.length - 1; i >= 0; i--) memory[back.m[i][0]].set(back.m[i][2], back.m[i][1]);
    for (let i = back.t.length - 1; i >= 0; i--) back.t[i][1] === undefined ? texts.delete(back.t[i][0]) : texts.set(back.t[i][0], back.t[i][1]);
  }

  /** The object that contains an address, and how far into it; null for none. */
  function find(address) {
    let low = 0, high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (objects[sorted[middle]].start <= address) low = middle + 1; else high = middle;
    }
    const o = low ? objects[sorted[low - 1]] : null;
    return o && address < o.start + o.size ? { o, at: address - o.start } : null;
  }

  function number(o, at, size) {
    let n = 0;
    for (let i = Math.min(size, 8) - 1; i >= 0; i--) n = n * 256 + (memory[o][at + i] ?? 0);
    return n;
  }

  /** What an address leads to, for people. */
  function nameOf(address) {
    if (!address) return 'nil';
    const there = find(address);
    return there ? placeName(there.o, there.at) : '0x' + address.toString(16);
  }

  function placeName(o, at) {
    if (o.type && o.kind === 'BucketArray') {
      const bucket = Math.floor(at / o.type.size), rest = at % o.type.size;
      return o.name + ':' + bucket + (rest ? '+' + rest : '');
    }
    return o.name + (at ? '+' + at : '');
  }

  /** The field that a byte belongs to: its name, where it begins and how long it is. */
  function fieldAt(o, at) {
    const layout = data.layouts[o.kind];
    if (layout) {
      for (const [name, offset, size] of layout) if (at >= offset && at < offset + size) return { name: o.name + '.' + name, at: offset, size };
    }
    if (o.type && (o.kind === 'BucketArray' || o.kind === 'OverflowBucket')) {
      const t = o.type, base = at - at % t.size, rest = at % t.size, bucket = placeName(o, base);
      if (rest < 8) return { name: `${bucket} tophash[${rest}]`, at, size: 1 };
      if (rest >= t.overflow) return { name: `${bucket} overflow`, at: base + t.overflow, size: data.word };
      if (rest < t.elems) { const i = Math.floor((rest - 8) / t.key); return { name: `${bucket} keys[${i}]`, at: base + 8 + i * t.key, size: t.key }; }
      const i = Math.floor((rest - t.elems) / t.elem);
      return { name: `${bucket} elems[${i}]`, at: base + t.elems + i * t.elem, size: t.elem };
    }
    const word = at - at % data.word;
    return { name: placeName(o, word), at: word, size: Math.min(data.word, o.size - word) };
  }

  function goTo(k) {
    k = Math.max(0, Math.min(frames.length - 1, k));
    while (position < k) forward();
    while (position > k) backward();
    return position;
  }

  /** Whether a step changed one of these bytes. */
  function changes(k, o, at, size) {
    const m = frames[k].more.m ?? [];
    for (let i = 0; i < m.length; i += 3) if (m[i] === o && m[i + 1] < at + size && at < m[i + 1] + m[i + 2].length / 2) return true;
    return false;
  }

  /** The nearest step before (way -1) or after (way 1) k that changed these bytes; 0 for none. */
  function changeOf(o, at, size, k, way) {
    for (k += way; k > 0 && k < frames.length; k += way) if (changes(k, o, at, size)) return k;
    return 0;
  }

  function isLive(o) { return o.born <= position && (!o.freed || position < o.freed); }

  function colours() {
    const k = colourFrame[position], all = new Map();
    if (k >= 0) {
      let owners = k;
      while (owners > 0 && frames[owners].more.o === undefined) owners--;
      (frames[owners].more.o ?? []).forEach((o, i) => all.set(o, frames[k].more.c[i + 1]));
      all.phase = frames[k].more.c[0];
    }
    return all;
  }

  /** The iterations that have begun and not ended, with what they have yielded. */
  function iterators() {
    const found = [];
    for (const o of objects) {
      if (o.kind !== 'Hiter' || !isLive(o)) continue;
      const get = name => { const f = data.layouts.Hiter.find(l => l[0] === name); return number(o.n, f[1], f[2]); };
      const map = find(get('h'));
      if (!map) continue;
      let start = 0;
      for (let i = 0; i < data.starts.length; i += 2) if (data.starts[i + 1] === o.n && data.starts[i] <= position) start = data.starts[i];
      const yielded = [];
      let called = o.name;
      for (let i = 0; i < data.yields.length; i += 4) {
        if (data.yields[i + 1] !== o.n || data.yields[i] < start) continue;
        called = yielded.length ? called : data.yields[i + 3];
        if (data.yields[i] > position) break;
        yielded.push(data.yields[i + 2]);
      }
      found.push({ o, name: called, map: map.o, get, yielded });
    }
    return found;
  }

  return {
    objects, memory, frames, find, number, nameOf, placeName, fieldAt, goTo, changes, changeOf, isLive, colours, iterators,
    text: (o, at) => texts.get(o + ':' + at), status: () => status[position], last: frames.length - 1,
    get position() { return position; }, get frame() { return frames[position]; }, old: k => undo[k],
  };
})();

/** Text that is safe inside an element or an attribute. */
function esc(text) {
  return String(text).replace(/[&<>"']/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]);
}

/** The attributes that tie something drawn to its bytes. */
function place(o, at, size) { return `data-o="${o}" data-at="${at}" data-size="${size}"`; }
