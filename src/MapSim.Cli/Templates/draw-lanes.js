'use strict';
// A lane for each goroutine, time going down: the steps around this one, and what happened before what. And the narrow
// overview of the whole run above the slider.
const DrawLanes = (() => {
  const Before = 11, After = 10, Row = 24, Left = 54;
  const host = document.getElementById('lanes');
  const edges = [];
  for (let i = 0; i < data.edges.length; i += 3) edges.push({ from: data.edges[i], to: data.edges[i + 1], decisive: data.edges[i + 2] === 1 });
  const decisive = edges.filter(e => e.decisive);
  const byStep = new Map();
  for (const e of edges) for (const k of [e.from, e.to]) byStep.set(k, [...(byStep.get(k) ?? []), e]);

  function draw() {
    const k = World.position, lanes = data.goroutines.length;
    const first = Math.max(1, Math.min(k - Before, World.last - Before - After)), last = Math.min(World.last, first + Before + After);
    const width = Math.max(260, Math.floor((host.parentElement.clientWidth - 34 - Left) / lanes)), x = g => Left + g * width, y = s => 24 + (s - first) * Row;
    let svg = data.goroutines.map((name, g) => `<text x="${x(g) + 6}" y="14" style="font-weight:600;fill:var(--g${g % 6})">${esc(name)}</text><line x1="${x(g) + 2}" x2="${x(g) + 2}" y1="20" y2="${y(last) + Row}" stroke="var(--line)"/>`).join('');
    for (let s = first; s <= last; s++) svg += step(s, x, y, width, s === k);
    const shown = new Set();
    for (let s = first; s <= last; s++) (byStep.get(s) ?? []).forEach(e => shown.add(e));
    for (const e of [...shown].sort((a, b) => a.decisive - b.decisive)) svg += edge(e, first, last, x, y, width);
    const key = decisive.length ? `<p>${decisive.map(e => `<button data-go="${e.to}" class="bad">decisive: step ${e.from} before step ${e.to}</button>`).join(' ')} <span class="quiet">the other way round it does not go wrong like this</span></p>` : '';
    host.innerHTML = `<h2>Lanes <span class="quiet">filled writes, outlined reads; lines: happens before</span></h2>${key}`
      + `<svg width="${Left + lanes * width}" height="${y(last) + Row + 4}" role="img" aria-label="Steps of each goroutine around step ${k}">${svg}</svg>`;
  }

  function step(s, x, y, width, isNow) {
    const f = World.frames[s], colour = `var(--g${f.mover % 6})`, writes = f.kind === 2 || f.kind === 3 || f.kind === 4, o = f.o >= 0 ? World.objects[f.o] : null;
    const where = f.kind === 0 ? '' : `${Kind[f.kind]} ${o ? (f.kind === 4 ? o.name : World.fieldAt(o, f.at).name) : ''}`;
    const text = `${f.label.replace(/^(.*\.)?(.*)$/, (_, a, b) => (a ?? '') + b)}  ${where}`, room = Math.floor((width - 30) / 6.7), mark = s === data.findingStep ? '✖ ' : '';
    return `<g class="step" data-go="${s}"><rect x="${x(f.mover) - (isNow ? 2 : 0)}" y="${y(s) - 2}" width="${width - 6}" height="${Row - 3}" rx="4" fill="${isNow ? 'var(--change)' : 'transparent'}"/>`
      + `<text class="quiet" x="4" y="${y(s) + 13}">${s}</text>`
      + `<rect x="${x(f.mover) + 6}" y="${y(s) + 3}" width="11" height="11" rx="${f.kind === 5 ? 6 : 2}" fill="${writes ? colour : 'none'}" stroke="${f.kind ? colour : 'var(--line)'}" stroke-width="2" ${f.kind === 6 || f.kind === 7 ? 'stroke-dasharray="3 2"' : ''}/>`
      + `<text x="${x(f.mover) + 24}" y="${y(s) + 13}" ${mark ? 'style="fill:var(--bad);font-weight:700"' : ''}>${esc(mark + (text.length > room ? text.slice(0, room - 1) + '…' : text))}</text><title>step ${s}: ${esc(data.goroutines[f.mover])} ${esc(text)}</title></g>`;
  }

  function edge(e, first, last, x, y, width) {
    const a = World.frames[e.from].mover, b = World.frames[e.to].mover, clamp = s => Math.max(first - 1, Math.min(last + 1, s));
    const [x1, y1, x2, y2] = [x(a) + 11, y(clamp(e.from)) + 9, x(b) + 11, y(clamp(e.to)) + 9];
    const bend = a === b ? -30 : (x2 - x1) / 3;
    return `<path class="edge${e.decisive ? ' decisive' : ''}" d="M${x1} ${y1} C${x1 + bend} ${y1 + 8} ${x2 - bend} ${y2 - 8} ${x2} ${y2}"/><circle cx="${x2}" cy="${y2}" r="${e.decisive ? 4 : 2.5}" fill="${e.decisive ? 'var(--bad)' : 'var(--quiet)'}"/>`;
  }

  const canvas = document.getElementById('overview');

  const strip = document.createElement('canvas');
  let drawnAs = '';

  /** All steps at a glance: who moved, where writes, grows and yields are, and what went wrong. Drawn once for a width and a colour scheme. */
  function overview() {
    const css = getComputedStyle(document.documentElement), colour = name => css.getPropertyValue(name).trim();
    const w = Math.round(canvas.clientWidth * devicePixelRatio), h = Math.round(28 * devicePixelRatio), as = `${w} ${h} ${colour('--ink')}`;
    if (as !== drawnAs) {
      drawnAs = as;
      [canvas.width, canvas.height, strip.width, strip.height] = [w, h, w, h];
      drawStrip(w, h, colour);
    }
    const c = canvas.getContext('2d');
    c.clearRect(0, 0, w, h);
    if (w) c.drawImage(strip, 0, 0);
    c.fillStyle = colour('--ink');
    c.fillRect(Math.max(0, World.position - 0.5) / Math.max(1, World.last) * w - 1, 0, 2, h);
  }

  function drawStrip(w, h, colour) {
    const c = strip.getContext('2d'), n = Math.max(1, World.last), lanes = data.goroutines.length;
    const high = Math.min(8 * devicePixelRatio, (h - 8) / lanes), ids = Object.fromEntries(data.words.map((word, i) => [word, i]));
    const own = data.goroutines.map((_, g) => colour('--g' + g % 6)), marks = { [ids.grow]: '--touch', [ids.grown]: '--touch', [ids.gc]: '--quiet', [ids.finding]: '--bad' };
    for (let k = 1; k <= World.last; k++) {
      const f = World.frames[k], at = (k - 1) / n * w, wide = Math.max(1, w / n);
      c.globalAlpha = f.kind === 2 || f.kind === 3 || f.kind === 4 ? 1 : 0.45;
      c.fillStyle = own[f.mover];
      c.fillRect(at, f.mover * high, wide, high - 1);
    }
    c.globalAlpha = 1;
    for (let k = 1; k <= World.last; k++) {
      for (const e of World.frames[k].more.e ?? []) {
        if (marks[e]) { c.fillStyle = colour(marks[e]); c.fillRect((k - 1) / n * w, 0, Math.max(2, Math.min(4, w / n)), h); }
      }
    }
  }

  return { draw, overview, canvas };
})();
