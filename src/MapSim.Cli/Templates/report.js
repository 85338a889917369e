'use strict';
// Keys, buttons, the address of the page, and what is selected.
(() => {
  const $ = id => document.getElementById(id);
  const critical = data.fates ? data.fates.critical : -1;
  const Events = ['operation', 'switch', 'grow', 'grown', 'evacuated', 'overflow', 'yield', 'alloc', 'gc', 'freed', 'finding'];
  let selection = null, pending = 0, timer = 0;

  head();
  program();
  $('slider').max = World.last;
  const has = new Set(World.frames.flatMap(f => (f.more.e ?? []).map(e => data.words[e])));
  $('event').innerHTML = Events.filter(e => has.has(e)).map(e => `<option>${e}</option>`).join('');

  function head() {
    $('title').textContent = data.title;
    $('setting').textContent = data.setting;
    const box = $('finding');
    box.hidden = !data.key && !data.sentence && !data.commands.length;
    box.className = data.key ? '' : 'fine';
    const commands = data.commands.map((c, i) => `<div class="command"><button data-copy="${i}">Copy</button><code>${esc(c)}</code></div>`).join('');
    const note = data.note ? `<p class="quiet">${esc(data.note)}</p>` : '';
    box.innerHTML = (data.key ? `<h2>${esc(data.key)}</h2>` : '') + (data.sentence ? `<p>${esc(data.sentence)}</p>` : '')
      + (data.findingStep ? `<p><button data-go="${data.findingStep}">Go to step ${data.findingStep}, where it was seen (f)</button></p>` : '')
      + (critical > 0 ? `<p><button data-go="${critical}">Go to step ${critical}: after it no schedule ends well (c)</button></p>` : critical === 0 ? '<p>No schedule ends well.</p>' : '')
      + (data.key ? '<p class="quiet">Show it again:</p>' : '') + commands + note + (data.page ? `<details><summary>The finding as text</summary><pre>${esc(data.page)}</pre></details>` : '');
  }

  function program() {
    $('program').innerHTML = '<h2>Program <span class="quiet">a click goes to the line’s next step</span></h2><pre>' + data.program.map((line, i) =>
      `<div data-line="${i + 1}" class="${i + 1 === data.findingLine && data.key ? 'wrong' : ''}"><span class="no">${i + 1}</span>${esc(line) || ' '}</div>`).join('') + '</pre>';
  }

  function go(k, fromAddress) {
    k = World.goTo(k);
    $('slider').value = k;
    $('where').textContent = `${k} / ${World.last}`;
    if (!fromAddress) history.replaceState(null, '', '#step=' + k);
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(draw);
  }

  function draw() {
    DrawMap.draw();
    DrawSide.now();
    DrawSide.goroutines();
    DrawSide.iterators();
    DrawSide.collector();
    DrawSide.bytes(selection);
    DrawLanes.draw();
    DrawLanes.overview();
    const line = World.frame.line;
    document.querySelectorAll('#program .cur').forEach(e => e.classList.remove('cur'));
    const current = line && document.querySelector(`#program [data-line="${line}"]`);
    if (current) { current.classList.add('cur'); const box = current.parentElement; box.scrollTop = current.offsetTop - box.offsetTop - box.clientHeight / 2; }
    highlight();
    document.documentElement.dataset.step = World.position;
  }

  /** Whatever is drawn of touched, changed and selected bytes is marked, wherever it is drawn. */
  function highlight() {
    const f = World.frame, k = World.position;
    for (const e of document.querySelectorAll('main [data-o]')) {
      const o = +e.dataset.o, at = +e.dataset.at, size = +e.dataset.size;
      e.classList.toggle('sel', !!selection && selection.o === o && at < selection.at + selection.size && selection.at < at + size);
      e.classList.toggle('touch', f.o === o && f.kind !== 4 && size <= 256 && at < f.at + f.size && f.at < at + size && e.closest('#now') === null);
      e.classList.toggle('changed', k > 0 && f.more.m !== undefined && e.closest('#now') === null && World.changes(k, o, at, size));
    }
  }

  function select(o, at, size, scroll) {
    selection = { o, at, size };
    DrawSide.bytes(selection);
    highlight();
    if (scroll) document.querySelector('#bytes .sel')?.scrollIntoView({ block: 'nearest' });
  }

  /** The next step, in a direction, for which something is true. */
  function seek(way, isIt) {
    for (let k = World.position + way; k > 0 && k <= World.last; k += way) if (isIt(World.frames[k], k)) return go(k);
    go(way > 0 ? World.last : 0);
  }

  const event = name => f => (f.more.e ?? []).some(e => data.words[e] === name);
  const operation = way => seek(way, event('operation'));
  const chosen = way => seek(way, event($('event').value));

  function selectChanged() {
    const m = World.old(World.position)?.m ?? [];
    if (!m.length) return;
    const at = selection ? m.findIndex(([o, from, old]) => o === selection.o && from < selection.at + selection.size && selection.at < from + old.length) : -1;
    const [o, from] = m[(at + 1) % m.length], field = World.fieldAt(World.objects[o], from);
    select(o, field.at, field.size, true);
  }

  function selectBeside(way) {
    if (!selection) return selectChanged();
    const o = World.objects[selection.o], at = way < 0 ? selection.at - 1 : selection.at + selection.size;
    if (at < 0 || at >= o.size) return;
    const field = World.fieldAt(o, at);
    select(o.n, field.at, field.size, true);
  }

  function changed(way) {
    const k = selection ? World.changeOf(selection.o, selection.at, selection.size, World.position, way) : 0;
    if (k) go(k);
  }

  function play() {
    if (timer) { clearInterval(timer); timer = 0; } else timer = setInterval(() => World.position < World.last ? go(World.position + 1) : play(), 120);
    $('play').textContent = timer ? 'Stop' : 'Play';
  }

  function help() { $('help').open ? $('help').close() : $('help').showModal(); }

  document.addEventListener('keydown', e => {
    if (e.ctrlKey || e.altKey || e.metaKey || e.target.tagName === 'SELECT') return;
    const keys = {
      ArrowLeft: () => e.shiftKey ? operation(-1) : go(World.position - 1), ArrowRight: () => e.shiftKey ? operation(1) : go(World.position + 1),
      Home: () => go(0), End: () => go(World.last), '[': () => chosen(-1), ']': () => chosen(1), f: () => data.findingStep && go(data.findingStep), c: () => critical > 0 && go(critical),
      d: selectChanged, ',': () => selectBeside(-1), '.': () => selectBeside(1), p: () => changed(-1), n: () => changed(1), '/': help, '?': help,
      ' ': () => e.target.tagName === 'BUTTON' || e.target.tagName === 'SUMMARY' ? null : (play(), true),
    };
    const act = keys[e.key];
    if (!act || (e.key === ' ' && act() === null)) return;
    e.preventDefault();
    if (e.key !== ' ') act();
  });

  document.addEventListener('click', e => {
    const target = e.target.closest('[data-go], [data-copy], [data-o], [data-line]');
    if (!target) return;
    const d = target.dataset;
    if (d.copy) { navigator.clipboard?.writeText(data.commands[d.copy]); target.textContent = 'Copied'; }
    else if (d.go) go(+d.go);
    else if (d.o) select(+d.o, +d.at, +d.size, e.target.closest('#bytes') === null);
    else if (d.line) seek(1, f => f.line === +d.line);
  });

  $('slider').addEventListener('input', e => go(+e.target.value));
  DrawLanes.canvas.addEventListener('click', e => go(Math.round((e.offsetX / e.target.clientWidth) * World.last)));
  for (const [id, act] of Object.entries({
    first: () => go(0), last: () => go(World.last), back: () => go(World.position - 1), forward: () => go(World.position + 1), prevop: () => operation(-1), nextop: () => operation(1),
    prevevent: () => chosen(-1), nextevent: () => chosen(1), play, helpbutton: help,
  })) $(id).addEventListener('click', act);

  const asked = () => { const m = /^#step=(\d+)$/.exec(location.hash); return m ? +m[1] : null; };
  addEventListener('hashchange', () => { const k = asked(); if (k !== null && k !== World.position) go(k, true); });
  addEventListener('resize', () => { cancelAnimationFrame(pending); pending = requestAnimationFrame(draw); });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  World.goTo(asked() ?? data.findingStep);
  go(World.position, true);
})();
