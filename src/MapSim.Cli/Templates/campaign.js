'use strict';
// The page of a campaign: everything is drawn once, from what it wrote into its folder.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent), s = data.status, $ = id => document.getElementById(id);
  const esc = text => String(text).replace(/[&<>"']/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]);
  const n = x => Math.round(x).toLocaleString('en-US');
  const time = t => t < 120 ? t.toFixed(0) + ' s' : t < 7200 ? (t / 60).toFixed(0) + ' min' : (t / 3600).toFixed(1) + ' h';

  $('title').textContent = `Campaign ${data.folder}`;
  $('setting').textContent = `${data.running ? 'running' : 'stopped'}, ${time(s.seconds)}, seed ${s.seed}, ${s.workers} workers: ${data.commandLine}`;
  $('warnings').innerHTML = data.warnings.map(w => `<p class="warning">${esc(w)}</p>`).join('');
  const reached = s.milestones.filter(m => m.executions > 0), never = s.milestones.filter(m => m.executions === 0);
  $('numbers').innerHTML = [
    [n(s.executions), 'executions'], [n(s.executions / Math.max(0.001, s.seconds)), 'executions a second'], [n(s.operations), 'operations'], [n(s.features), 'features (states seen)'],
    [n(s.entries), 'programs in the corpus'], [`${reached.length} of ${s.milestones.length}`, 'milestones reached'], [data.newFindings, 'new findings'], [data.knownFindings, 'known defects seen'],
    [data.chanceOfNew.toExponential(1), 'chance of something new an execution'], [time(Math.max(0, s.seconds - s.lastNewAt)), 'since something new'],
  ].map(([value, name]) => `<div class="number"><b>${value}</b><span class="quiet">${name}</span></div>`).join('');

  $('findings').innerHTML = '<h2>Findings</h2>' + (data.findings.length ? '' : '<p class="quiet">None.</p>') + data.findings.map((f, i) =>
    `<div class="finding${f.known ? ' known' : ''}" id="finding-${i}"><h3>${esc(f.key)}</h3><p class="quiet">${f.known ? `known defect ${esc(f.known)}; ` : ''}${n(f.times)} times, first at execution ${n(f.foundAt)}; shrinking: ${esc(f.shrinking)}${f.before ? `, ${f.before} operations to ${f.after}` : ''}</p>`
    + [f.command, f.report].map(c => `<div class="command"><button data-copy="${esc(c)}">Copy</button><code>${esc(c)}</code></div>`).join('')
    + (f.program ? `<details><summary>The program</summary><pre>${esc(f.program)}</pre></details>` : '') + (f.page ? `<details><summary>The page</summary><pre>${esc(f.page)}</pre></details>` : '') + '</div>').join('');

  $('milestones').innerHTML = `<h2>Milestones: ${never.length} never reached, ${reached.length} reached</h2>`
    + never.map(m => `<div class="milestone never"><i>✖</i><div>${esc(m.name)}${m.witness ? `<br><small class="quiet">nearest: ${esc(m.witness)}</small>` : ''}</div><span>never</span></div>`).join('')
    + reached.map(m => `<div class="milestone"><i>✓</i><div>${esc(m.name)}</div><span>${n(m.executions)}</span></div>`).join('');

  const bars = (rows, title, unit) => {
    const most = Math.max(1, ...rows.map(r => r[1]));
    return `<h2>${title}</h2><table>${rows.map(r => `<tr><td>${esc(r[0])}</td><td class="n">${n(r[1])}</td><td><i class="share" style="width:${Math.max(1, 120 * r[1] / most)}px"></i></td>${r[2] === undefined ? '' : `<td class="quiet">${n(r[2])} ${unit}</td>`}</tr>`).join('')}</table>`;
  };
  $('domains').innerHTML = bars(s.domains.map(d => [d.name, d.features, d.admissions]), 'Features by domain', 'admissions');
  $('ops').innerHTML = bars(s.ops.map(o => [o.key, o.value]), 'Operations of all programs', '');

  const points = data.curves;
  $('curves').innerHTML = '<h2>Growth <span class="quiet">over time; hover or use the arrow keys on a chart</span></h2><div class="charts">'
    + [['executions', 1], ['features', 3], ['corpus', 2], ['findings', 4], ['executions a second', 5]].map(([name, column]) => chart(name, column)).join('') + '</div>';

  function chart(name, column) {
    if (points.length < 2) return `<div class="chart"><b>${name}</b><p class="quiet">Too short for a curve.</p></div>`;
    const end = points.at(-1)[0] || 1, most = Math.max(1, ...points.map(p => p[column]));
    const xy = points.map(p => `${(1000 * p[0] / end).toFixed(1)} ${(95 - 90 * p[column] / most).toFixed(1)}`);
    return `<div class="chart" data-column="${column}"><b>${name}</b> <output class="quiet">${n(points.at(-1)[column])} after ${time(end)}</output>`
      + `<svg viewBox="0 0 1000 100" preserveAspectRatio="none" tabindex="0" role="img" aria-label="${name} over time, ${n(points[0][column])} to ${n(points.at(-1)[column])}"><path class="area" d="M0 95 L${xy.join(' L')} L1000 95Z"/><path class="line" d="M${xy.join(' L')}"/><line class="cursor" y1="0" y2="100" x1="-9" x2="-9"/></svg></div>`;
  }

  function point(element, i) {
    const p = points[Math.max(0, Math.min(points.length - 1, i))], x = 1000 * p[0] / (points.at(-1)[0] || 1), line = element.querySelector('.cursor');
    element.dataset.i = points.indexOf(p);
    line.setAttribute('x1', x);
    line.setAttribute('x2', x);
    element.querySelector('output').textContent = `${n(p[+element.dataset.column])} after ${time(p[0])}`;
  }

  document.querySelectorAll('.chart[data-column]').forEach(element => {
    const svg = element.querySelector('svg');
    svg.addEventListener('mousemove', e => {
      const at = e.offsetX / svg.clientWidth * points.at(-1)[0];
      point(element, points.findIndex(p => p[0] >= at));
    });
    svg.addEventListener('keydown', e => {
      const way = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
      if (way) { point(element, (+(element.dataset.i ?? points.length - 1)) + way); e.preventDefault(); }
    });
  });
  document.addEventListener('click', e => {
    const button = e.target.closest('[data-copy]');
    if (button) { navigator.clipboard?.writeText(button.dataset.copy); button.textContent = 'Copied'; }
  });
})();
