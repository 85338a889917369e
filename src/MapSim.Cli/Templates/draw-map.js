'use strict';
// hmap, bucket arrays and overflow chains. A coloured bar shows the bytes of a struct or bucket to scale; the cells below it
// show what they mean.
const DrawMap = (() => {
  const Flags = ['iterator', 'oldIterator', 'hashWriting', 'sameSizeGrow'];
  const MostRows = 96, MinTop = 5;
  const host = document.getElementById('maps');
  let signature = '', drawn = new Map();

  function draw() {
    const colours = World.colours(), marks = marksOf();
    const parts = data.maps.map((m, n) => mapOf(m, n, colours, marks));
    const now = parts.map(p => p.map(x => x.key).join('|')).join('||');
    if (now !== signature) {
      host.innerHTML = parts.map(p => `<div class="map">${p.map(x => x.open ?? wrap(x)).join('')}</div>`).join('');
      drawn = new Map([...host.querySelectorAll('[data-part]')].map(e => [e.dataset.part, { element: e, html: null }]));
      signature = now;
    }
    for (const part of parts.flat()) {
      const there = part.html === undefined ? null : drawn.get(part.key);
      if (there && there.html !== part.html) {
        there.element.innerHTML = there.html = part.html;
        there.element.className = part.css ?? '';
        if (part.style) there.element.style.width = part.style;
      }
    }
  }

  function wrap(x) { return `<div data-part="${x.key}" class="${x.css ?? ''}">${x.html}</div>`; }

  function mapOf([name, type, n], number, colours, marks) {
    const o = World.objects[n];
    if (!o || !World.isLive(o)) return [{ key: 'h' + number, html: `<h2>${esc(name)} <span class="quiet">${esc(type)}, nil</span></h2>` }];
    const f = {};
    for (const [field, at, size] of data.layouts.Hmap) f[field] = { at, size, value: World.number(n, at, size) };
    const parts = [{ key: 'h' + number, html: header(name, type, o, f, colours) }];
    const present = World.find(f.buckets.value), old = World.find(f.oldbuckets.value);
    const same = (f.flags.value & 8) !== 0, main = 2 ** Math.min(f.B.value, 20);
    if (present) array(parts, present, main, 'buckets', colours, marks);
    if (old) array(parts, old, same ? main : Math.max(1, main / 2), 'oldbuckets', colours, marks);
    return parts;
  }

  function header(name, type, o, f, colours) {
    const size = data.layouts.Hmap.reduce((all, l) => Math.max(all, l[1] + l[2]), 0);
    const scale = data.layouts.Hmap.map(l => `<i class="he" style="flex:${l[2]}" title="${l[0]}: ${l[2]} bytes" ${place(o.n, l[1], l[2])}></i>`).join('');
    const fields = data.layouts.Hmap.map(([field, at, bytes]) => fieldBox(o, field, at, bytes, value(field, f[field].value))).join('');
    let extra = '';
    const x = World.find(f.extra.value);
    if (x && data.layouts.MapExtra) extra = '<div class="struct">' + data.layouts.MapExtra.map(([field, at, bytes]) => {
      const to = World.number(x.o.n, at, bytes), list = field === 'nextOverflow' ? null : World.find(to);
      const shown = list && data.layouts.OverflowSlice ? `${World.number(list.o.n, data.word, data.word)} buckets` : World.nameOf(to);
      return fieldBox(x.o, 'extra.' + field, at, bytes, shown);
    }).join('') + '</div>';
    return `<h2>${esc(name)} <span class="quiet">${esc(type)} · hmap ${size} bytes ${dot(o, colours)}</span></h2>`
      + `<div class="scale" style="width:${2 * size}px" aria-hidden="true">${scale}</div><div class="struct">${fields}</div>${extra}`;
  }

  function fieldBox(o, name, at, size, text) {
    return `<button class="field" ${place(o.n, at, size)} title="${esc(o.name)}, offset ${at}, ${size} bytes"><small>${esc(name)} +${at}</small><b>${esc(text)}</b></button>`;
  }

  function value(field, n) {
    if (field === 'flags') return Flags.filter((_, i) => n & 1 << i).join(' ') || '-';
    if (field === 'hash0') return '0x' + n.toString(16);
    if (field === 'buckets' || field === 'oldbuckets') { const there = World.find(n); return there ? there.o.name : World.nameOf(n); }
    return field === 'extra' ? World.nameOf(n) : String(n);
  }

  function array(parts, { o, at }, main, role, colours, marks) {
    const t = o.type;
    if (!t) return;
    main = Math.min(main, Math.floor((o.size - at) / t.size));
    const isOld = role === 'oldbuckets', rows = [];
    let evacuated = 0, empty = [];
    const flush = () => {
      if (empty.length) rows.push({ key: `e${o.n}.${empty[0]}.${empty.length}`, css: 'quiet mono', html: `${esc(o.name)}:${empty[0]}${empty.length > 1 ? ` to ${esc(o.name)}:${empty.at(-1)}` : ''} empty` });
      empty = [];
    };
    let shown = 0;
    for (let b = 0; b < main; b++) {
      const from = at + b * t.size, bytes = World.memory[o.n].subarray(from, from + t.size);
      if (bytes[0] > 1 && bytes[0] < MinTop) evacuated++;
      if (!bytes.some(x => x) && !isTouched(o.n, from, t.size)) { empty.push(b); continue; }
      flush();
      if (++shown > MostRows && !isTouched(o.n, from, t.size)) continue;
      rows.push({ key: `r${o.n}.${b}`, open: `<div class="row">` });
      chain(rows, o, from, colours, marks);
      rows.push({ key: 'c', open: '</div>' });
    }
    flush();
    if (shown > MostRows) rows.push({ key: `more${o.n}.${shown}`, css: 'quiet', html: `and ${shown - MostRows} more buckets with something in them` });
    const spare = Math.floor(o.size / t.size) - main;
    const progress = isOld ? ` · <span class="progress"><i style="width:${100 * evacuated / main}%"></i></span> ${evacuated} of ${main} evacuated` : '';
    parts.push({ key: `a${o.n}${role}`, open: `<div class="array${isOld ? ' isold' : ''}"><h3 data-part="a${o.n}${role}"></h3>`,
      html: `${esc(o.name)} <span class="quiet">${role} · ${main} × ${t.size} bytes${spare > 0 ? ` and ${spare} spare` : ''}</span> ${dot(o, colours)}${progress}` });
    parts.push(...rows, { key: 'z', open: '</div>' });
  }

  function chain(rows, o, at, colours, marks) {
    const seen = new Set();
    for (let link = { o, at }; link && World.isLive(link.o) && link.o.type;) {
      const id = link.o.n + ':' + link.at, t = link.o.type;
      if (seen.has(id) || link.at % t.size || link.at + t.size > link.o.size) {
        rows.push({ key: 'bad' + rows.length, css: 'arrow', html: seen.has(id) ? '↩ a circle' : '↯' });
        break;
      }
      rows.push({ key: 'l', open: '<div class="link">' });
      if (seen.size) rows.push({ key: 'w' + id, css: 'arrow', html: '→' });
      seen.add(id);
      rows.push(bucket(link.o, link.at, colours, marks), { key: 'l', open: '</div>' });
      link = World.find(World.number(link.o.n, link.at + t.overflow, data.word));
    }
  }

  function bucket(o, at, colours, marks) {
    const t = o.type, m = World.memory[o.n], n = o.n, tops = m.subarray(at, at + 8), evacuated = tops[0] > 1 && tops[0] < MinTop;
    let scale = `<i class="th" style="flex:8" title="tophash: 8 bytes" ${place(n, at, 8)}></i>`, cells = '';
    for (let i = 0; i < 8; i++) scale += `<i class="ke${tops[i] < MinTop ? ' off' : ''}" style="flex:${t.key}" title="keys[${i}]: ${t.key} bytes" ${place(n, at + 8 + i * t.key, t.key)}></i>`;
    for (let i = 0; i < 8 && t.elem; i++) scale += `<i class="el${tops[i] < MinTop ? ' off' : ''}" style="flex:${t.elem}" title="elems[${i}]: ${t.elem} bytes" ${place(n, at + t.elems + i * t.elem, t.elem)}></i>`;
    const to = World.number(n, at + t.overflow, data.word);
    scale += `<i class="ov${to ? '' : ' off'}" style="flex:${data.word}" title="overflow" ${place(n, at + t.overflow, data.word)}></i>`;
    for (let i = 0; i < 8; i++) {
      const keyAt = at + 8 + i * t.key, elemAt = at + t.elems + i * t.elem, live = tops[i] >= MinTop;
      const key = live ? World.text(n, keyAt) ?? '' : '', elem = live && t.elem ? named(World.text(n, elemAt) ?? '') : '';
      const mark = (marks.at.has(n + ':' + keyAt) ? ' at' : '') + (live && marks.yielded.get(o.map)?.has(key) ? ' done' : '');
      const what = ['rest empty', 'empty', 'moved to X', 'moved to Y', 'empty, evacuated'][tops[i]] ?? `${key}: ${elem}`;
      cells += `<div class="cell${live ? '' : ' none'}${mark}" title="slot ${i}: ${esc(what)}"><span class="t" ${place(n, at + i, 1)}>${tops[i].toString(16).padStart(2, '0')}</span>`
        + `<span class="k" ${place(n, keyAt, t.key)}>${esc(named(key))}</span>${t.elem ? `<span class="e" ${place(n, elemAt, t.elem)}>${esc(elem)}</span>` : ''}</div>`;
    }
    const here = marks.buckets.get(n + ':' + at);
    return {
      key: `b${n}.${at}`, css: `bucket${evacuated ? ' evacuated' : ''}${here ? ' here' : ''}`, style: Math.round(Math.max(290, Math.min(560, 2 * t.size))) + 'px',
      html: `<header><b>${esc(World.placeName(o, at))}</b>${o.kind === 'OverflowBucket' ? dot(o, colours) : ''}<span>${evacuated ? 'evacuated' : ''}</span><span>${here ? '▼ ' + esc(here) : ''}</span>`
        + `<span style="margin-left:auto" ${place(n, at + t.overflow, data.word)}>${to ? '→ ' + esc(World.nameOf(to)) : ''}</span></header><div class="scale" aria-hidden="true">${scale}</div><div class="cells">${cells}</div>`,
    };
  }

  /** A pointer by the name of what it leads to. */
  function named(text) { return /^0x[0-9a-f]+$/.test(text) && World.find(parseInt(text, 16)) ? World.nameOf(parseInt(text, 16)) : text; }

  /** Where iterations stand, and what they have yielded. */
  function marksOf() {
    const marks = { at: new Set(), buckets: new Map(), yielded: new Map() };
    for (const it of World.iterators()) {
      const key = World.find(it.get('key')), bucket = World.find(it.get('bptr'));
      if (key) marks.at.add(key.o.n + ':' + key.at);
      const stands = key && key.o.type && (key.o.kind === 'BucketArray' || key.o.kind === 'OverflowBucket') ? { o: key.o, at: key.at - key.at % key.o.type.size } : bucket;
      if (stands) marks.buckets.set(stands.o.n + ':' + stands.at, it.name);
      const seen = marks.yielded.get(it.map.n) ?? new Set();
      it.yielded.forEach(k => seen.add(k));
      marks.yielded.set(it.map.n, seen);
    }
    return marks;
  }

  function isTouched(o, at, size) {
    const f = World.frame;
    return f.o === o && f.at < at + size && at < f.at + f.size && f.kind !== 4;
  }

  function dot(o, colours) {
    const c = colours.get(o.n);
    return c ? `<i class="colour ${c}" title="${({ w: 'white: not marked', g: 'grey: marked, to be scanned', b: 'black: marked and scanned' })[c]}"></i>` : '';
  }

  return { draw, dot };
})();
