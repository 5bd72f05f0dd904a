// Charts: each fetches its own numbers; colours from the tokens, a drawing per kind, every number a way to its rows.
(function () {
  'use strict';
  var drawn = [];
  function v(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
  function solid(tone) { return tone ? v('--k-' + tone + '-solid') || v('--k-' + tone + '-ink') : ''; }
  function colour(place, at) { return solid(place.tone) || v('--k-c' + (at % 6 + 1)); }
  // States of one meaning share a tone: then shades of the series tell them apart.
  function colours(places) {
    var seen = {};
    return places.map(function (p, at) { var again = p.tone && seen[p.tone]; seen[p.tone] = true; return again || !p.tone ? v('--k-c' + (at % 6 + 1)) : solid(p.tone); });
  }
  function names(d) { return d.x.map(function (p) { return p.label; }); }
  function say(n, unit, digits) { return n === null || n === undefined ? '–' : Number(n).toLocaleString('en', digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits }) + (unit ? (unit === '%' ? '%' : ' ' + unit) : ''); }
  function go(url) { if (url) location.assign(url); }
  function months(d) {
    // 2025-12 … 2026-11 on an axis: the year where it begins.
    return names(d).map(function (name, at) { return /^\d{4}-\d{2}$/.test(name) && at && name.slice(5) !== '01' ? name.slice(5) : name; });
  }

  function base(d) {
    var many = d.series.length > 1;
    return {
      textStyle: { fontFamily: v('--k-font'), fontSize: 13, color: v('--k-muted') }, animationDuration: 250, animationDurationUpdate: 0, aria: { enabled: true },
      grid: { left: 12, right: 16, top: many ? 44 : 28, bottom: 8, containLabel: true },
      legend: { show: many, type: 'scroll', top: 8, right: 12, itemWidth: 12, itemHeight: 8, itemGap: 16, icon: 'roundRect', textStyle: { color: v('--k-text'), fontSize: 13 } },
      tooltip: { trigger: 'axis', renderMode: 'richText', confine: true, backgroundColor: v('--k-surface'), borderColor: v('--k-line-strong'), textStyle: { color: v('--k-text'), fontSize: 13 }, axisPointer: { type: 'line', lineStyle: { color: v('--k-ctl-line') } } }
    };
  }
  function cat(data) { return { type: 'category', data: data, axisTick: { show: false }, axisLine: { lineStyle: { color: v('--k-line-strong') } }, axisLabel: { color: v('--k-muted'), fontSize: 13, hideOverlap: true } }; }
  function val() { return { type: 'value', min: 0, splitNumber: 4, minInterval: 1, splitLine: { lineStyle: { color: v('--k-line') } }, axisLabel: { color: v('--k-muted'), fontSize: 12 } }; }

  var KINDS = {
    line: function (d) {
      var o = base(d); o.xAxis = cat(months(d)); o.xAxis.boundaryGap = false; o.yAxis = val(); o.grid.right = 40; o.grid.left = 20;
      o.series = d.series.map(function (s, at) {
        var c = colour(s, at), one = d.series.length === 1;
        return { name: s.label, type: 'line', data: s.data, symbol: 'circle', symbolSize: 7, showSymbol: true, color: c, lineStyle: { width: 2, type: at ? 'dashed' : 'solid' }, areaStyle: at ? undefined : { opacity: .08 }, label: { show: one, position: 'top', color: v('--k-text'), fontSize: 12, formatter: function (p) { return p.value ? say(p.value) : ''; } }, endLabel: { show: !one, color: c, fontWeight: 600, formatter: function (p) { return say(p.value, s.unit, s.digits); } }, labelLayout: { moveOverlap: 'shiftY' } };
      });
      return o;
    },
    column: function (d) { return bars(d, long(d), false); },
    stack: function (d) { return bars(d, long(d), true); },
    pie: function (d) {
      var o = base(d), one = d.series[0], cs = colours(d.x), sum = one.data.reduce(function (a, n) { return a + n; }, 0), narrow = k.phone();
      o.tooltip.trigger = 'item'; delete o.tooltip.axisPointer; o.grid = undefined;
      o.legend = Object.assign(o.legend, { show: true, orient: 'vertical', top: 'middle', left: narrow ? '58%' : '56%', right: 'auto', itemGap: 12, formatter: function (name) { var at = names(d).indexOf(name); return name + '  ' + say(one.data[at]) + (sum ? '  ' + Math.round(one.data[at] * 100 / sum) + '%' : ''); } });
      o.title = { text: say(sum), subtext: d.label, left: '28%', top: '40%', textAlign: 'center', itemGap: 2, textStyle: { color: v('--k-ink'), fontSize: 24, fontWeight: 600 }, subtextStyle: { color: v('--k-muted'), fontSize: 12, width: 90, overflow: 'truncate' } };
      o.series = [{ type: 'pie', radius: ['54%', '78%'], center: ['29%', '50%'], label: { show: false }, itemStyle: { borderColor: v('--k-surface'), borderWidth: 2 }, data: one.data.map(function (n, at) { return { name: names(d)[at], value: n, itemStyle: { color: cs[at] } }; }) }];
      return o;
    },
    funnel: function (d) {
      var steps = d.x.length > 1 ? d.x.map(function (p, at) { return { name: p.label, value: d.series[0].data[at] }; }) : d.series.map(function (s) { return { name: s.label, value: s.data[0] }; });
      var o = base({ series: [] }); o.tooltip.trigger = 'item'; delete o.tooltip.axisPointer;
      o.series = [{ type: 'funnel', left: 24, right: 24, top: 12, bottom: 12, gap: 2, sort: 'none', label: { position: 'inside', color: '#fff', formatter: '{b}  {c}' }, data: steps.map(function (s, at) { return Object.assign(s, { itemStyle: { color: v('--k-c1'), opacity: 1 - at * .12 } }); }) }];
      return o;
    },
    heat: function (d) {
      var o = base(d), top = 1, cells = []; o.xAxis = cat(months(d)); o.yAxis = cat(d.series.map(function (s) { return s.label; })); o.legend.show = false; o.tooltip.trigger = 'item'; o.grid.top = 12;
      d.series.forEach(function (s, y) { s.data.forEach(function (n, x) { cells.push([x, y, n]); top = Math.max(top, n || 0); }); });
      o.visualMap = { show: false, min: 0, max: top, inRange: { color: [v('--k-m1'), v('--k-m2'), v('--k-m3'), v('--k-m4'), v('--k-m5')] } };
      o.series = [{ type: 'heatmap', data: cells, label: { show: true, formatter: function (p) { return p.value[2] ? say(p.value[2]) : ''; } }, itemStyle: { borderColor: v('--k-surface'), borderWidth: 2 } }];
      return o;
    },
    points: function (d) {
      var o = base(d), top = Math.max.apply(null, d.series[0].data.concat(1));
      function degrees(name) { return { type: 'value', scale: true, name: name, nameTextStyle: { color: v('--k-muted') }, splitLine: { lineStyle: { color: v('--k-line') } }, axisLabel: { color: v('--k-muted'), fontSize: 12 } }; }
      o.xAxis = degrees(k.say('longitude')); o.yAxis = degrees(k.say('latitude')); o.tooltip.trigger = 'item'; delete o.tooltip.axisPointer; o.grid.right = 48; o.grid.top = 36;
      var at = [];
      d.x.forEach(function (p, i) { if (p.key) at.push({ value: p.key.split(',').map(Number).concat(d.series[0].data[i]), link: d.series[0].links[i] }); });
      if (!at.length) return null;
      o.series = [{ type: 'scatter', data: at, symbolSize: function (p) { return 10 + 14 * Math.sqrt(p[2] / top); }, itemStyle: { color: v('--k-c1'), opacity: .7, borderColor: v('--k-surface'), borderWidth: 1 } }];
      return o;
    }
  };
  function long(d) { var all = names(d); return all.some(function (n) { return n.length > 6 && !/^\d{4}-/.test(n); }) || (k.phone() && !/^\d{4}-/.test(all[0])); }
  function bars(d, lying, stacked) {
    var o = base(d), labels = lying ? names(d).reverse() : months(d), c = cat(labels), n = val(), cs = colours(d.series);
    if (lying) { o.yAxis = c; o.xAxis = n; c.axisLine.show = false; o.grid.right = 36; c.axisLabel.width = k.phone() ? 108 : 150; c.axisLabel.overflow = 'truncate'; c.axisLabel.hideOverlap = false; } else { o.xAxis = c; o.yAxis = n; }
    o.tooltip.axisPointer = { type: 'shadow', shadowStyle: { color: v('--k-hover'), opacity: .6 } };
    function shown(data) { return stacked ? data.map(function (n) { return n || null; }) : data; }
    o.series = d.series.filter(function (s) { return s.unit !== '%'; }).map(function (s, at) {
      return { name: s.label, type: 'bar', stack: stacked ? 'all' : undefined, barMaxWidth: lying ? 16 : 28, barGap: '20%', data: shown(lying ? s.data.slice().reverse() : s.data), color: cs[at], itemStyle: { borderRadius: stacked ? 0 : lying ? [0, 3, 3, 0] : [3, 3, 0, 0], borderColor: v('--k-surface'), borderWidth: stacked ? 1 : 0 }, label: { show: d.series.length === 1 || !stacked, position: lying ? 'right' : 'top', color: v('--k-text'), fontSize: 12, formatter: function (p) { return p.value ? say(p.value, s.unit, s.digits) : ''; } } };
    });
    return o;
  }
  function link(d, kind, p) {
    // From what was clicked to its address.
    if (kind === 'points') return p.data && p.data.link;
    if (kind === 'pie') return d.series[0].links[p.dataIndex];
    if (kind === 'heat') return d.series[p.value[1]].links[p.value[0]];
    if (kind === 'funnel') return d.x.length > 1 ? d.series[0].links[p.dataIndex] : d.series[p.dataIndex].links[0];
    var s = d.series.find(function (one) { return one.label === p.seriesName; });
    var back = (kind === 'column' || kind === 'stack') && long(d);
    return s && s.links[back ? d.x.length - 1 - p.dataIndex : p.dataIndex];
  }

  // These are plain HTML: they can be read without seeing.
  function number(s, at) { var text = say(s.data[at], s.unit, s.digits); return s.links[at] ? k.el('a', { href: s.links[at], text: text }) : text; }
  // A node that has others below it: the board under the condition that leads there.
  function into(p) { var at = new URL(location.href); at.searchParams.set(p.into, p.key); return at.search; }
  function rank(box, d) {
    if (d.series.length > 1) { table(box, d); return; }
    var one = d.series[0], top = Math.max.apply(null, one.data.concat(1));
    box.replaceChildren(k.el('ol', { 'class': 'k-rank' }, d.x.map(function (p, at) {
      var place = d.places ? d.places[at] : at + 1;
      return k.el('li', {}, [k.el('span', { 'class': 'k-no' + (place <= 3 ? ' is-first' : ''), text: place }), k.el('span', { 'class': 'k-ellipsis', title: p.label, text: p.label }), k.el('b', { 'class': 'k-num' }, number(one, at)), k.el('progress', { 'class': 'k-bar', value: one.data[at] || 0, max: top, 'aria-hidden': 'true' })]);
    })));
  }
  function map(box, d) {
    var one = d.series[0], top = Math.max.apply(null, one.data.concat(1));
    function step(n) { return n ? Math.min(5, 1 + Math.ceil(n * 4 / top)) : 1; }
    var legend = k.el('div', { 'class': 'k-legend' }, [k.el('span', { text: '0' })].concat([1, 2, 3, 4, 5].map(function (n) { return k.el('i', { 'class': 'm' + n }); }), [k.el('span', { text: say(top) })]));
    box.replaceChildren(k.el('div', { 'class': 'k-map is-few' }, d.x.map(function (p, at) {
      return k.el(one.links[at] ? 'a' : 'span', { 'class': 'm' + step(one.data[at]), href: one.links[at] || null, title: p.label }, [k.el('span', { 'class': 'k-ellipsis', text: p.label }), k.el('b', { text: say(one.data[at], one.unit, one.digits) })]);
    })), legend);
  }
  function table(box, d) {
    var sums = !d.places && !d.total && d.x.length > 1 && d.series.every(function (s) { return s.unit !== '%' && !s.unit; });
    function sum(list) { return list.reduce(function (a, n) { return a + (n || 0); }, 0); }
    var wide = d.series.length > 1 && d.type === 'pivot' && sums && d.split;
    box.replaceChildren(k.el('table', { 'class': 'k-table k-table-plain k-pivot' }, [
      k.el('caption', { 'class': 'visually-hidden', text: d.label }),
      k.el('thead', {}, k.el('tr', {}, (d.places ? [k.el('th', { scope: 'col', 'class': 'k-place', text: k.say('place') })] : []).concat([k.el('th', { scope: 'col', text: '' })], d.series.map(function (s) { return k.el('th', { 'class': 'k-r', scope: 'col', title: s.label, text: s.label + (s.unit && s.unit !== '%' ? ' (' + s.unit + ')' : '') }); }), wide ? [k.el('th', { 'class': 'k-r', scope: 'col', text: k.say('total') })] : []))),
      k.el('tbody', {}, d.x.map(function (p, at) { return k.el('tr', { 'class': p.own ? 'is-own' : null }, (d.places ? [k.el('td', { 'class': 'k-place k-num', text: d.places[at] || '–' })] : []).concat([k.el('th', { scope: 'row', title: p.label }, p.into ? k.el('a', { href: into(p), text: p.label }) : p.label)], d.series.map(function (s) { return k.el('td', { 'class': 'k-r k-num' + (s.data[at] ? ' is-' + (s.tone || 'plain') : ' is-none') }, number(Object.assign({}, s, { unit: s.unit === '%' ? '%' : '' }), at)); }), wide ? [k.el('td', { 'class': 'k-r k-num' }, k.el('b', { text: say(sum(d.series.map(function (s) { return s.data[at]; }))) }))] : [])); })),
      d.total ? k.el('tfoot', {}, k.el('tr', {}, [k.el('th', { scope: 'row', text: k.say('total') })].concat(d.series.map(function (s, at) { return k.el('td', { 'class': 'k-r k-num', text: say(d.total[at], s.unit === '%' ? '%' : '', s.digits) }); })))) : null,
      sums ? k.el('tfoot', {}, k.el('tr', {}, [k.el('th', { scope: 'row', text: k.say('total') })].concat(d.series.map(function (s) { return k.el('td', { 'class': 'k-r k-num', text: say(sum(s.data)) }); }), wide ? [k.el('td', { 'class': 'k-r k-num', text: say(sum(d.series.map(function (s) { return sum(s.data); }))) })] : []))) : null
    ].filter(Boolean)));
  }
  function none(box, text) { box.replaceChildren(k.el('div', { 'class': 'k-empty k-empty-sm' }, [k.icon('chart-bar'), k.el('p', { text: text })])); }
  function empty(d) { return !d.x.length || !d.series.length || !d.series.some(function (s) { return s.data.some(function (n, at) { return (n !== null && s.rows[at]) || d.places || d.total; }); }); }

  function get(url) {
    return fetch(url, { credentials: 'same-origin', headers: { Accept: 'application/json' } }).then(function (r) { if (!r.ok) throw new Error(r.status); return r.json(); }).then(function (a) { return a.result; });
  }
  k.start('[data-tile]', function (tile) {
    get(tile.dataset.tile).then(function (d) {
      var s = d.series[0], n = s.data[0], big = tile.querySelector('.k-tile-num');
      big.replaceChildren(say(n, '', s.digits));
      if (s.unit) big.append(k.el('small', { text: s.unit }));
      if (n && (s.tone === 'bad' || s.tone === 'warn')) tile.classList.add('is-' + s.tone);
      if (s.links[0]) tile.href = s.links[0];
      if (d.wider) tile.querySelector('.k-tile-foot').textContent = k.say('wider');
    }).catch(function () { tile.querySelector('.k-tile-num').textContent = '–'; tile.title = k.say('load_failed'); });
  });
  k.start('[data-chart]', function (box) {
    var kind = box.dataset.chart, card = box.closest('.k-block'), chart = null, d = null;
    function press(which, b) { card.querySelectorAll(which).forEach(function (one) { one.setAttribute('aria-pressed', String(one === b)); }); }
    function show(view) {
      if (chart) { chart.dispose(); chart = null; }
      box.classList.toggle('is-table', view === 'table' || kind === 'rank' || kind === 'map' || kind === 'table');
      if (empty(d)) { none(box, k.say('no_data')); return; }
      if (view === 'table' || kind === 'table') { table(box, d); return; }
      if (kind === 'rank') { rank(box, d); return; }
      if (kind === 'map') { map(box, d); return; }
      draw();
    }
    function draw(still) {
      if (!d || (chart === null && box.querySelector('table, ol, .k-map'))) return;
      var option = KINDS[kind](d);
      if (!option) { none(box, k.say('no_place')); return; }
      if (!chart) {
        box.replaceChildren(); chart = echarts.init(box, null, { renderer: 'svg' });
        chart.on('click', function (p) { go(link(d, kind, p)); });
      }
      if (still) option.animation = false;
      chart.setOption(option, true);
      if (still) chart.getZr().flush();
    }
    var view = 'chart';
    function load() { var url = box.dataset.url; return get(url).then(function (answer) { if (url === box.dataset.url) { d = answer; d.split = !!d.split; } }); }
    load().then(function () {
      if (d.wider && card) card.querySelector('.card-title').after(k.el('span', { 'class': 'k-card-note', text: k.say('wider') }));
      box.setAttribute('role', 'group'); box.setAttribute('aria-label', box.dataset.label);
      show('chart');
      drawn.push(function () { if (chart) draw(); });
      new ResizeObserver(function () { if (chart) chart.resize(); }).observe(box);
      // No frame is drawn between this and the paper: nothing may wait for one.
      function anew(width) { if (chart) { chart.resize({ width: width }); draw(true); } }
      window.addEventListener('beforeprint', function () { anew(640); });
      window.addEventListener('afterprint', function () { anew('auto'); });
    }).catch(function () { none(box, k.say('load_failed')); });
    if (card) card.querySelectorAll('[data-view]').forEach(function (b) {
      b.addEventListener('click', function () {
        if (!d) return;
        press('[data-view]', b);
        show(view = b.dataset.view);
      });
    });
    // Another period: the numbers are asked for anew, and so is their workbook.
    function under(url, period) { var at = new URL(url, location.href); at.searchParams.set('period', period); return at.pathname + at.search; }
    if (card) card.querySelectorAll('[data-period]').forEach(function (b) {
      b.addEventListener('click', function () {
        var file = card.querySelector('a[download]');
        press('[data-period]', b);
        box.dataset.url = under(box.dataset.url, b.dataset.period);
        if (file) file.href = under(file.getAttribute('href'), b.dataset.period);
        load().then(function () { show(view); }).catch(function () { d = null; none(box, k.say('load_failed')); });
      });
    });
  });
  document.addEventListener('k:theme', function () { drawn.forEach(function (f) { f(); }); });
})();
