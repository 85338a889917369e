'use strict';
// What this step did, who stands where, iterations, the collector, and the bytes of one object.
const DrawSide = (() => {
  const $ = id => document.getElementById(id);
  const Window = 512;
  const Status = { r: 'can go on', w: 'waits', e: 'has ended', f: 'died' };

  function now() {
    const k = World.position, f = World.frame;
    if (k === 0) {
      $('now').innerHTML = '<div><div class="who">Before the first step</div><p class="quiet">The maps are made, nobody has moved.</p></div>';
      return;
    }
    const o = f.o >= 0 ? World.objects[f.o] : null, field = o ? World.fieldAt(o, f.at) : null;
    const access = f.kind === 0 ? 'touches nothing shared'
      : `<b>${Kind[f.kind]}</b> <span class="field" tabindex="-1" ${o ? place(o.n, f.at, f.size) : ''}>${o ? esc(f.size > field.size ? World.placeName(o, f.at) : field.name) : 'memory of its own'}</span> <span class="quiet">${f.size} byte${f.size === 1 ? '' : 's'}${o ? ' at 0x' + (o.start + f.at).toString(16) : ''}</span>`;
    const line = f.line ? `<p>line ${f.line}: <code>${esc(data.program[f.line - 1].trim())}</code></p>` : '';
    const results = (f.more.r ?? []).map(r => `<p>ends: <code>${esc(r)}</code></p>`).join('');
    const events = (f.more.e ?? []).map(e => `<kbd>${esc(data.words[e])}</kbd>`).join(' ');
    const stack = f.more.k === undefined ? '' : `<p class="quiet mono">then at ${esc(data.words[f.more.k]) || 'its end'}</p>`;
    $('now').innerHTML = `<div><div class="who"><span style="color:var(--g${f.mover % 6})">■</span> ${esc(data.goroutines[f.mover])} ${esc(f.label)}</div><p>${access}</p>${line}${results}${stack}<p>${events}</p></div>`
      + `<div class="diff">${diff(k)}</div>`;
  }

  /** Old and new of every field that the step changed. */
  function diff(k) {
    const rows = [], seen = new Set();
    for (const [n, at, old] of World.old(k)?.m ?? []) {
      for (let i = 0; i < old.length; i++) {
        const o = World.objects[n], field = World.fieldAt(o, at + i), id = n + ':' + field.at;
        if (seen.has(id)) continue;
        seen.add(id);
        if (rows.length === 40) { rows.push('<tr><td class="quiet">and more</td></tr>'); return table(rows); }
        const after = [...World.memory[n].subarray(field.at, field.at + field.size)];
        const before = after.slice();
        for (const [n2, at2, old2] of World.old(k).m) if (n2 === n) old2.forEach((b, j) => { if (at2 + j >= field.at && at2 + j < field.at + field.size) before[at2 + j - field.at] = b; });
        rows.push(`<tr ${place(n, field.at, field.size)}><td>${esc(field.name)}</td><td class="old mono">${esc(show(before))}</td><td class="new mono">${esc(show(after))}</td></tr>`);
      }
    }
    return rows.length ? table(rows) : '<p class="quiet">No byte changed.</p>';
  }

  function table(rows) { return `<table><tr><th>changed</th><th>before</th><th>after</th></tr>${rows.join('')}</table>`; }

  function show(bytes) {
    if (bytes.length === 1) return bytes[0].toString(16).padStart(2, '0');
    if (bytes.length <= 8) {
      const n = bytes.reduceRight((all, b) => all * 256 + b, 0), there = n > 4096 && World.find(n);
      return there ? World.nameOf(n) : n < 2 ** 32 ? String(n) : '0x' + n.toString(16);
    }
    return bytes.slice(0, 16).map(b => b.toString(16).padStart(2, '0')).join(' ') + (bytes.length > 16 ? ' …' : '');
  }

  /** How the program can end if a mover makes the next step. */
  function fate(name) {
    const fates = data.fates, m = fates ? fates.movers.indexOf(name) : -1, set = m < 0 ? -1 : fates.after[World.position][m];
    if (set < 0) return '';
    const ends = fates.sets[set], wrong = ends.map(e => fates.kinds[e]).filter(e => e);
    const text = !wrong.length ? 'always ends well' : ends.includes(0) ? `can end well, and in ${wrong.length} other way${wrong.length > 1 ? 's' : ''}` : wrong.length < 4 ? `always ends in ${wrong.join(' or ')}` : `goes wrong in one of ${wrong.length} ways`;
    return `<div class="fate ${ends.includes(0) ? 'well' : 'wrong'}" title="${esc(wrong.join('\n'))}">if it goes next: ${esc(text)}</div>`;
  }

  function goroutines() {
    const status = World.status(), last = data.goroutines.map(() => null);
    for (let k = World.position, left = last.length; k > 0 && left; k--) {
      const f = World.frames[k];
      if (!last[f.mover]) { last[f.mover] = f; left--; }
    }
    $('goroutines').innerHTML = '<h2>Goroutines</h2>' + data.goroutines.map((name, g) => {
      const f = last[g], at = f && f.more.k !== undefined ? data.words[f.more.k].split(' < ')[0] : '';
      return `<div class="goroutine ${status[g]}"><i style="background:var(--g${g % 6})"></i><b>${esc(name)}</b> <span class="quiet">${Status[status[g]]}${at && status[g] !== 'e' ? ', at ' + esc(at) : ''}${f && f.line ? ', line ' + f.line : ''}</span>${fate(name)}</div>`;
    }).join('');
  }

  function iterators() {
    const all = World.iterators();
    $('iterators').innerHTML = all.length === 0 ? '' : '<h2>Iterations</h2>' + all.map(it => {
      const live = keysOf(it.map), seen = new Set(it.yielded), rest = live.filter(k => !seen.has(k));
      const fields = ['startBucket', 'offset', 'B', 'bucket', 'i', 'wrapped', 'checkBucket'].map(name => {
        const l = data.layouts.Hiter.find(x => x[0] === name), n = it.get(name);
        return `<button class="field" ${place(it.o.n, l[1], l[2])}><small>${name}</small><b>${name === 'checkBucket' && n >= 2 ** 31 ? '-' : n}</b></button>`;
      }).join('');
      return `<p><b>${esc(it.name)}</b> over ${esc(it.map.name)}, stands in ${esc(World.nameOf(it.get('bptr')))}</p><div class="struct">${fields}</div>`
        + `<p class="quiet">yielded ${it.yielded.length}, in the map and not yielded ${rest.length}</p><div class="keys">${it.yielded.map(k => `<span class="y">✓ ${esc(k)}</span>`).join('')}</div>`
        + `<div class="keys">${rest.map(k => `<span class="r">${esc(k)}</span>`).join('')}</div>`;
    }).join('');
  }

  /** The keys that are in a map now. */
  function keysOf(hmap) {
    const keys = [], h = data.layouts.Hmap, get = name => { const l = h.find(x => x[0] === name); return World.number(hmap.n, l[1], l[2]); };
    for (const name of ['oldbuckets', 'buckets']) {
      const array = World.find(get(name));
      if (!array || !array.o.type) continue;
      const t = array.o.type, seen = new Set();
      for (let b = 0; b < Math.min(2 ** get('B'), Math.floor(array.o.size / t.size)); b++) {
        for (let link = { o: array.o, at: b * t.size }; link && World.isLive(link.o) && !seen.has(link.o.n + ':' + link.at) && link.at + t.size <= link.o.size; link = World.find(World.number(link.o.n, link.at + t.overflow, data.word))) {
          seen.add(link.o.n + ':' + link.at);
          for (let i = 0; i < 8; i++) if (World.memory[link.o.n][link.at + i] >= 5) keys.push(World.text(link.o.n, link.at + 8 + i * t.key) ?? '');
        }
      }
    }
    return keys;
  }

  function collector() {
    if (!data.collector) { $('collector').innerHTML = ''; return; }
    const colours = World.colours();
    const dots = [...colours].map(([n, c]) => `<span><i class="colour ${c}"></i> ${esc(World.objects[n].name)}</span>`).join('');
    const count = c => [...colours.values()].filter(x => x === c).length;
    $('collector').innerHTML = `<h2>Collector: ${colours.phase === 'm' ? 'marking' : 'off'} <span class="quiet">${count('w')} white, ${count('g')} grey, ${count('b')} black</span></h2><div class="objects">${dots}</div>`;
  }

  function bytes(selection) {
    const f = World.frame, n = selection ? selection.o : f.o;
    if (n === undefined || n < 0) { $('bytes').innerHTML = '<h2>Bytes</h2><p class="quiet">Select a field to see its bytes.</p>'; return; }
    const o = World.objects[n], focus = selection ? selection.at : f.at;
    const from = o.size <= Window ? 0 : Math.max(0, Math.min(o.size - Window, focus - focus % 16 - 128)) & ~15, to = Math.min(o.size, from + Window);
    let rows = '';
    for (let at = from; at < to; at += 16) {
      let line = '', chars = '';
      for (let i = at; i < Math.min(to, at + 16); i++) {
        const b = World.memory[n][i];
        line += `<span ${place(n, i, 1)}>${b.toString(16).padStart(2, '0')}</span>${i % 8 === 7 ? ' ' : ''}`;
        chars += b > 32 && b < 127 ? esc(String.fromCharCode(b)) : '·';
      }
      rows += `<tr><td class="quiet">+${at}</td><td>${line}</td><td class="quiet">${chars}</td></tr>`;
    }
    const said = selection ? picked(o, selection) : '';
    $('bytes').innerHTML = `<h2>Bytes of ${esc(o.name)} <span class="quiet">0x${o.start.toString(16)}, ${o.size} bytes${World.isLive(o) ? '' : o.born > World.position ? ', not allocated yet' : ', freed'}</span></h2>${said}<div class="hex" tabindex="0"><table>${rows}</table></div>`;
  }

  function picked(o, s) {
    const field = World.fieldAt(o, s.at), k = World.position;
    const before = World.changes(k, s.o, s.at, s.size) ? k : World.changeOf(s.o, s.at, s.size, k, -1), back = World.changeOf(s.o, s.at, s.size, k, -1), on = World.changeOf(s.o, s.at, s.size, k, 1);
    return `<p><b>${esc(field.name)}</b>, +${s.at}, ${s.size} bytes: ${before ? `last changed in step ${before}` : 'not changed so far'}</p>`
      + `<p><button data-go="${back}" ${back ? '' : 'disabled'} id="prevchange">↤ previous step where this changed${back ? ` (${back})` : ''}</button> <button data-go="${on}" ${on ? '' : 'disabled'} id="nextchange">next ↦</button></p>`;
  }

  return { now, goroutines, iterators, collector, bytes };
})();
