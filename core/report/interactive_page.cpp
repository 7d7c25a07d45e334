#include "core/report/interactive_page.h"

namespace espalier {

namespace {

constexpr const char* kHead = R"page(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%TITLE%</title>
<style>
:root { color-scheme: light dark; --ink: #1c2024; --muted: #5f6671; --base: #ffffff; --area: #f3f4f6;
  --line: #d9dce1; --right: #007a59; --wrong: #b84300; --accent: #0b62a8; --c0: #0072b2; --c1: #b35c00; --c2: #007a59;
  --c3: #a8497d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --muted: #a7aeb9; --base: #17191c; --area: #22252a;
  --line: #3a3f47; --right: #3ec79c; --wrong: #ff9a57; --accent: #6cb6f2; --c0: #56b4e9; --c1: #e69f00; --c2: #3ec79c;
  --c3: #d98cb6; } }
* { box-sizing: border-box; }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--base); margin: 0 auto;
  max-width: 1240px; padding: 20px 24px 40px; }
h1 { font-size: 24px; margin: 0 0 2px; } h2 { font-size: 15px; margin: 0 0 6px; } h2 .muted { font-weight: 400; }
button:disabled { opacity: 0.4; }
.muted { color: var(--muted); } .right { color: var(--right); } .wrong { color: var(--wrong); }
.controls { display: flex; flex-wrap: wrap; gap: 14px 32px; align-items: center; margin: 16px 0;
  padding: 12px 16px; background: var(--area); border-radius: 8px; position: sticky; top: 0; z-index: 1; }
.controls label { font-weight: 600; } #target { width: 240px; vertical-align: middle; accent-color: var(--accent); }
.value { font-variant-numeric: tabular-nums; display: inline-block; min-width: 4.5em; }
.count { font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: 3fr 2fr; gap: 18px; }
@media (max-width: 800px) { .charts { grid-template-columns: 1fr; } }
figure { margin: 0; } svg { width: 100%; height: auto; display: block; } svg text { fill: var(--ink); font-size: 12px; }
svg .soft { fill: var(--muted); } .handle { cursor: ns-resize; } .handle:focus { outline: 3px solid var(--accent); }
.point { cursor: pointer; }
button, select { font: inherit; color: inherit; background: var(--base); border: 1px solid var(--line);
  border-radius: 6px; padding: 3px 10px; } button:focus-visible, select:focus-visible, input:focus-visible {
  outline: 3px solid var(--accent); outline-offset: 1px; }
#pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); gap: 10px; margin-top: 10px; }
.pair { display: flex; gap: 10px; border: 1px solid var(--line); border-radius: 8px; padding: 8px; min-width: 0; }
.pair.flipped { border-color: var(--wrong); border-width: 2px; padding: 7px; }
.pair.mended { border-color: var(--right); border-width: 2px; padding: 7px; }
.pair img { width: 72px; height: 72px; object-fit: contain; flex: none; }
.said { min-width: 0; overflow-wrap: anywhere; } .said div { line-height: 1.35; }
</style></head><body>
<h1 id="title"></h1><p class="muted" id="about"></p>
<div class="controls">
<span><label for="target">Target</label> <input type="range" id="target" min="0" step="1"
 aria-describedby="achieved"> <span class="value" id="targetValue"></span></span>
<span id="shifts"></span>
<button id="reset" type="button">Reset</button>
<span><span class="count" id="count" role="status"></span> <span class="muted" id="achieved"></span></span>
</div>
<div class="charts">
<figure><h2>Plan <span class="muted">&middot; drag a bar, or choose one and press Up or Down: its component moves</span></h2>
<svg id="plan" viewBox="0 0 720 300" role="group" aria-label="Sparsity of each block"></svg></figure>
<div><figure><h2 id="sweepTitle"></h2><svg id="sweep" viewBox="0 0 480 190" role="img"
 aria-label="Result against target"></svg></figure>
<figure><h2>All plans <span class="muted">&middot; no plan beats those on the line; click one</span></h2>
<svg id="pareto" viewBox="0 0 480 190" role="group" aria-label="Result against sparsity of all plans"></svg></figure></div>
</div>
<p><label for="show">Answers</label> <select id="show"><option value="all">all</option>
<option value="flipped">flipped</option><option value="wrong">right &rarr; wrong</option>
<option value="mended">wrong &rarr; right</option></select> <span class="muted" id="shown"></span></p>
<div id="pairs"></div>
<p class="muted" id="foot"></p>
<script type="application/json" id="data">%DATA%</script>
)page";

constexpr const char* kScript = R"page(<script>
'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const by = id => document.getElementById(id);
const percent = (x, digits = 1) => (100 * x).toFixed(digits) + ' %';
const targets = [...new Set(data.plans.map(p => p.target))];
const plans = new Map(data.plans.map(p => [p.target + ':' + p.shifts.join(','), p]));
const state = { target: targets.reduce((best, t, i) => Math.abs(t - 0.6) < Math.abs(targets[best] - 0.6) ? i : best, 0),
  shifts: data.components.map(() => 0) };
const planOf = (t, shifts) => plans.get(targets[t] + ':' + shifts.join(','));
const current = () => planOf(state.target, state.shifts);
const total = data.pairs.length;
const measure = p => data.judged ? (total ? p.count / total : 0) : p.meanLoss;
const better = (a, b) => data.judged ? a > b : a < b;
const colour = c => 'var(--c' + Math.max(0, [...new Set(data.groups.map(g => g.component))].indexOf(c)) % 4 + ')';

function element(name, attributes, parent, text) {
  const e = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const k in attributes) e.setAttribute(k, attributes[k]);
  if (text !== undefined) e.textContent = text;
  if (parent) parent.appendChild(e);
  return e;
}
function wilson(right, n) {
  if (!n) return [0, 1];
  const z = 1.959963984540054, p = right / n, d = 1 + z * z / n, m = p + z * z / (2 * n);
  const s = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return [(m - s) / d, (m + s) / d];
}
function scale() {
  const all = data.plans.map(measure).concat([dense()]);
  if (data.judged) return [0, 1];
  const low = Math.min(...all), high = Math.max(...all);
  return [Math.max(0, low - 0.05 * (high - low)), high + 0.05 * (high - low) || 1];
}
const dense = () => data.judged ? [...data.dense.right].filter(c => c === '1').length / Math.max(1, total)
                                : data.dense.meanLoss;
const written = v => data.judged ? percent(v) : v.toFixed(3);

function move(component, by) {
  const now = state.shifts[component], next = Math.max(-1, Math.min(1, now + by));
  if (next === now) return;
  state.shifts[component] = next;
  show();
}

function drawPlan() {
  const svg = by('plan'), p = current(), focused = document.activeElement && document.activeElement.dataset
    ? document.activeElement.dataset.group : undefined;
  svg.replaceChildren();
  const left = 44, top = 10, bottom = 250, width = 720 - left - 8, n = data.groups.length, each = width / n;
  for (let s = 0; s <= 1; s += 0.25) {
    const y = bottom - s * (bottom - top);
    element('line', { x1: left, x2: 712, y1: y, y2: y, stroke: 'var(--line)' }, svg);
    element('text', { x: left - 6, y: y + 4, 'text-anchor': 'end', class: 'soft' }, svg, percent(s, 0));
  }
  let start = 0;
  data.groups.forEach((g, i) => {
    const s = p.sparsities[i], h = s * (bottom - top), moves = data.components.indexOf(g.component);
    const bar = element('rect', { x: left + i * each + 0.1 * each, width: Math.max(1, 0.8 * each), y: bottom - Math.max(h, 1),
      height: Math.max(h, 1), fill: colour(g.component), 'data-group': i }, svg);
    element('title', {}, bar, g.name + ': ' + percent(s));
    if (moves >= 0) {
      bar.setAttribute('class', 'handle'), bar.setAttribute('tabindex', 0), bar.setAttribute('role', 'slider');
      bar.setAttribute('aria-label', g.name), bar.setAttribute('aria-valuenow', Math.round(100 * s));
      bar.setAttribute('aria-valuemin', 0), bar.setAttribute('aria-valuemax', 100);
      bar.addEventListener('keydown', e => {
        if (e.key === 'ArrowUp' || e.key === 'ArrowDown') e.preventDefault(), move(moves, e.key === 'ArrowUp' ? 1 : -1);
      });
      bar.addEventListener('pointerdown', e => beginDrag(e, moves));
      if (String(i) === focused) bar.focus();
    }
    if (i + 1 === n || data.groups[i + 1].component !== g.component) {
      const middle = left + (start + i + 1) / 2 * each;
      element('text', { x: middle, y: bottom + 18, 'text-anchor': 'middle' }, svg, g.component);
      if (moves >= 0 && state.shifts[moves])
        element('text', { x: middle, y: bottom + 34, 'text-anchor': 'middle', class: 'soft' }, svg,
          (state.shifts[moves] > 0 ? '+' : '\u2212') + Math.round(100 * data.step) + ' points');
      start = i + 1;
    }
  });
  const y = bottom - p.achieved * (bottom - top);
  element('line', { x1: left, x2: 712, y1: y, y2: y, stroke: 'var(--ink)', 'stroke-dasharray': '5 4' }, svg);
}

let drag = null;
function beginDrag(e, component) {
  e.preventDefault();
  drag = { component, y: e.clientY, shift: state.shifts[component], unit: by('plan').getBoundingClientRect().height / 300 };
}
window.addEventListener('pointermove', e => {
  if (!drag) return;
  // One step of the grid is data.step of the bar's full height of 240.
  const steps = Math.round((drag.y - e.clientY) / drag.unit / 240 / Math.max(data.step, 0.01));
  const next = Math.max(-1, Math.min(1, drag.shift + steps));
  if (next !== state.shifts[drag.component]) state.shifts[drag.component] = next, show();
});
window.addEventListener('pointerup', () => { drag = null; });
window.addEventListener('keydown', e => {
  if (e.key === 'Escape' && drag) state.shifts[drag.component] = drag.shift, drag = null, show();
});

function axes(svg, low, high, x0, x1) {
  const place = { left: 52, right: 458, top: 8, bottom: 160 };
  const x = s => place.left + (s - x0) / Math.max(1e-9, x1 - x0) * (place.right - place.left);
  const y = v => place.bottom - (v - low) / Math.max(1e-9, high - low) * (place.bottom - place.top);
  for (let i = 0; i <= 4; ++i) {
    const v = low + (high - low) * i / 4;
    element('line', { x1: place.left, x2: place.right, y1: y(v), y2: y(v), stroke: 'var(--line)' }, svg);
    element('text', { x: place.left - 6, y: y(v) + 4, 'text-anchor': 'end', class: 'soft' }, svg,
      data.judged ? percent(v, 0) : v.toFixed(2));
    const s = x0 + (x1 - x0) * i / 4;
    element('text', { x: x(s), y: place.bottom + 18, 'text-anchor': 'middle', class: 'soft' }, svg, percent(s, 0));
  }
  element('line', { x1: place.left, x2: place.right, y1: y(dense()), y2: y(dense()), stroke: 'var(--muted)',
    'stroke-dasharray': '2 3' }, svg);
  return { x, y };
}

function drawSweep() {
  const svg = by('sweep'), [low, high] = scale();
  svg.replaceChildren();
  by('sweepTitle').textContent = (data.judged ? 'Right answers' : 'Loss') + ' against the target';
  const { x, y } = axes(svg, low, high, targets[0], targets[targets.length - 1]);
  const line = targets.map((t, i) => [t, planOf(i, state.shifts)]);
  if (data.judged) for (const [t, p] of line) {
    const [a, b] = wilson(p.count, total);
    element('line', { x1: x(t), x2: x(t), y1: y(a), y2: y(b), stroke: 'var(--accent)', opacity: 0.5 }, svg);
  }
  element('polyline', { points: line.map(([t, p]) => x(t) + ',' + y(measure(p))).join(' '), fill: 'none',
    stroke: 'var(--accent)', 'stroke-width': 2 }, svg);
  line.forEach(([t, p], i) => element('circle', { cx: x(t), cy: y(measure(p)), r: i === state.target ? 6 : 3,
    fill: 'var(--accent)' }, svg));
}

function drawPareto() {
  const svg = by('pareto'), [low, high] = scale();
  svg.replaceChildren();
  const from = Math.min(...data.plans.map(p => p.achieved)), to = Math.max(...data.plans.map(p => p.achieved));
  const { x, y } = axes(svg, low, high, from, to);
  const front = [];
  for (const p of [...data.plans].sort((a, b) => b.achieved - a.achieved || (better(measure(a), measure(b)) ? -1 : 1)))
    if (!front.length || better(measure(p), measure(front[front.length - 1]))) front.push(p);
  element('polyline', { points: front.map(p => x(p.achieved) + ',' + y(measure(p))).join(' '), fill: 'none',
    stroke: 'var(--muted)' }, svg);
  for (const p of data.plans) {
    const now = p === current();
    const dot = element('circle', { cx: x(p.achieved), cy: y(measure(p)), r: now ? 7 : 3.5, class: 'point',
      fill: now ? 'var(--accent)' : 'var(--muted)', opacity: now ? 1 : 0.45 }, svg);
    element('title', {}, dot, percent(p.achieved) + ' sparse, ' + written(measure(p)));
    dot.addEventListener('click', () => { state.target = targets.indexOf(p.target), state.shifts = [...p.shifts], show(); });
  }
  const p = current();
  element('circle', { cx: x(p.achieved), cy: y(measure(p)), r: 7, fill: 'var(--accent)', 'pointer-events': 'none' }, svg);
}

function drawPairs() {
  const p = current(), list = by('pairs'), wanted = by('show').value;
  list.replaceChildren();
  let shown = 0, flips = 0;
  const order = data.pairs.map((pair, i) => i);
  const rank = i => data.dense.right[i] === p.right[i] ? 2 : data.dense.right[i] === '1' ? 0 : 1;
  order.sort((a, b) => rank(a) - rank(b) || a - b);
  for (const i of order) {
    const pair = data.pairs[i], before = data.dense.right[i] === '1', after = p.right[i] === '1';
    const kind = !data.judged || before === after ? '' : before ? 'flipped' : 'mended';
    flips += kind !== '';
    if (wanted !== 'all' && !(wanted === 'flipped' && kind) && !(wanted === 'wrong' && kind === 'flipped') &&
        !(wanted === 'mended' && kind === 'mended')) continue;
    ++shown;
    const card = document.createElement('div');
    card.className = 'pair ' + kind;
    card.dataset.pair = i;
    if (pair.picture >= 0) {
      const picture = document.createElement('img');
      picture.src = data.pictures[pair.picture], picture.alt = '';
      card.appendChild(picture);
    }
    const said = document.createElement('div');
    said.className = 'said';
    const line = (who, text, right) => {
      const d = document.createElement('div'), name = document.createElement('span'), what = document.createElement('span');
      name.className = 'muted', name.textContent = who + ' ';
      if (right !== undefined) what.className = (right ? 'right' : 'wrong') + ' answer';
      what.textContent = (right === undefined ? '' : right ? '\u2713 ' : '\u2717 ') + (text || '(nothing)');
      d.append(name, what), said.appendChild(d);
    };
    if (pair.question) { const q = document.createElement('b'); q.textContent = pair.question; said.appendChild(q); }
    if (pair.expected) line('expected', pair.expected);
    if (data.judged) line('dense', data.texts[data.dense.answers[i]], before),
      line('pruned', data.texts[p.answers[i]], after);
    else line('loss', data.dense.losses[i].toFixed(3) + ' \u2192 ' + p.losses[i].toFixed(3));
    card.appendChild(said), list.appendChild(card);
  }
  by('shown').textContent = shown + ' of ' + total + (data.judged ? ', ' + flips + ' flipped' : '');
}

function drawControls() {
  const p = current();
  by('target').value = state.target;
  by('target').setAttribute('aria-valuetext', percent(targets[state.target], 0));
  by('targetValue').textContent = percent(targets[state.target], 0);
  by('count').textContent = data.judged ? p.count + ' of ' + total + ' ' + data.counted : 'loss ' + p.meanLoss.toFixed(3);
  by('achieved').textContent = percent(p.achieved) + ' of the weights are zero' +
    (data.judged ? ' \u00b7 dense: ' + Math.round(dense() * total) + ' of ' + total : ' \u00b7 dense: ' + written(dense()));
  data.components.forEach((c, i) => {
    by('shift' + i).textContent = state.shifts[i] === 0 ? 'as planned'
      : (state.shifts[i] > 0 ? '+' : '\u2212') + Math.round(100 * data.step) + ' points';
    by('less' + i).disabled = state.shifts[i] < 0, by('more' + i).disabled = state.shifts[i] > 0;
  });
}

function show() { drawControls(), drawPlan(), drawSweep(), drawPareto(), drawPairs(); }

by('title').textContent = data.title;
by('about').textContent = [data.model, data.family, data.date, data.plans.length + ' plans measured by Espalier'].join(' \u00b7 ');
by('foot').textContent = 'Every answer on this page was measured when the page was written; nothing is computed or fetched here.' +
  (data.picturesLeftOut ? ' Some pictures are left out to keep the page small.' : '');
by('target').max = targets.length - 1;
by('target').addEventListener('input', e => { state.target = Number(e.target.value), show(); });
by('show').addEventListener('change', show);
by('reset').addEventListener('click', () => { state.shifts = state.shifts.map(() => 0), show(); });
data.components.forEach((c, i) => {
  const span = document.createElement('span'), name = document.createElement('span'), value = document.createElement('span');
  const button = (id, text, label, step) => {
    const b = document.createElement('button');
    b.type = 'button', b.id = id, b.textContent = text, b.setAttribute('aria-label', label);
    b.addEventListener('click', () => move(i, step));
    return b;
  };
  name.textContent = c + ' ', value.id = 'shift' + i, value.className = 'value muted';
  span.style.marginRight = '14px', value.style.marginLeft = '6px';
  span.append(name, button('less' + i, '\u2212', 'prune ' + c + ' less', -1), button('more' + i, '+', 'prune ' + c + ' more', 1), value);
  by('shifts').appendChild(span);
});
show();
</script></body></html>
)page";

}  // namespace

const std::string& interactivePage() {
  static const std::string page = std::string(kHead) + kScript;
  return page;
}

}  // namespace espalier
