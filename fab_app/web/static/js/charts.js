// Charts: numbers from the page or from an address, colours from the tokens, a module per kind.
(function () {
  'use strict';
  var drawn = [];
  function v(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }
  function colour(s, at) { return s.tone ? v('--k-' + s.tone + '-solid') || v('--k-c3') : v('--k-c' + (at % 6 + 1)); }
  function names(d) { return (d.x || []).map(String); }

  function base(d) {
    return {
      textStyle: { fontFamily: v('--k-font'), fontSize: 13, color: v('--k-muted') }, animationDuration: 300, animationDurationUpdate: 0,
      grid: { left: 12, right: 16, top: (d.series || []).length > 1 ? 40 : 20, bottom: 8, containLabel: true },
      legend: { show: (d.series || []).length > 1, type: 'scroll', top: 4, right: 12, itemWidth: 12, itemHeight: 8, itemGap: 16, icon: 'roundRect', textStyle: { color: v('--k-text'), fontSize: 13 } },
      tooltip: { trigger: 'axis', renderMode: 'richText', backgroundColor: v('--k-surface'), borderColor: v('--k-line-strong'), textStyle: { color: v('--k-text'), fontSize: 13 }, axisPointer: { type: 'line', lineStyle: { color: v('--k-ctl-line') } }, valueFormatter: function (n) { return (n === null || n === undefined ? '—' : Number(n).toLocaleString('en')) + (d.unit ? ' ' + d.unit : ''); } }
    };
  }
  function cat(data) { return { type: 'category', data: data, axisTick: { show: false }, axisLine: { lineStyle: { color: v('--k-line-strong') } }, axisLabel: { color: v('--k-muted'), fontSize: 13, hideOverlap: true } }; }
  function val() { return { type: 'value', min: 0, splitNumber: 4, minInterval: 1, splitLine: { lineStyle: { color: v('--k-line') } }, axisLabel: { color: v('--k-muted'), fontSize: 12 } }; }

  var KINDS = {
    line: function (d) {
      var o = base(d); o.xAxis = cat(names(d)); o.xAxis.boundaryGap = false; o.yAxis = val(); delete o.yAxis.min; o.grid.right = 48;
      o.series = d.series.map(function (s, at) {
        var c = colour(s, at);
        return { name: s.name, type: 'line', data: s.data, smooth: .25, symbol: 'circle', symbolSize: 6, showSymbol: s.data.length < 2, color: c, lineStyle: { width: 2, type: at ? 'dashed' : 'solid' }, areaStyle: at ? undefined : { opacity: .08 }, endLabel: { show: true, formatter: function (p) { return Number(p.value).toLocaleString('en'); }, color: c, fontWeight: 600, distance: 4 }, labelLayout: { moveOverlap: 'shiftY' } };
      });
      return o;
    },
    column: function (d) { return bars(d, false, false); },
    bar: function (d) { return bars(d, true, false); },
    stack: function (d) { return bars(d, true, true); },
    pie: function (d) {
      var o = base(d), one = d.series[0];
      o.tooltip.trigger = 'item'; delete o.tooltip.axisPointer;
      o.legend = Object.assign(o.legend, { show: true, orient: 'vertical', top: 'middle', right: 16 });
      o.series = [{ type: 'pie', radius: ['52%', '76%'], center: ['36%', '50%'], label: { show: false }, itemStyle: { borderColor: v('--k-surface'), borderWidth: 2 }, data: one.data.map(function (n, at) { return { name: names(d)[at], value: n, itemStyle: { color: colour({ tone: (d.tones || [])[at] }, at) } }; }) }];
      return o;
    },
    funnel: function (d) {
      var o = base(d); o.tooltip.trigger = 'item'; delete o.tooltip.axisPointer;
      o.series = [{ type: 'funnel', left: 24, right: 24, top: 12, bottom: 12, gap: 2, sort: 'none', label: { position: 'inside', color: '#fff', formatter: '{b}  {c}' }, data: d.series[0].data.map(function (n, at) { return { name: names(d)[at], value: n, itemStyle: { color: v('--k-c1'), opacity: 1 - at * .12 } }; }) }];
      return o;
    },
    gauge: function (d) {
      var n = d.series[0].data[0], o = base(d); delete o.tooltip;
      o.series = [{ type: 'gauge', startAngle: 200, endAngle: -20, min: 0, max: d.max || 100, radius: '96%', center: ['50%', '62%'], progress: { show: true, width: 14, roundCap: true, itemStyle: { color: colour(d.series[0], 0) } }, axisLine: { lineStyle: { width: 14, color: [[1, v('--k-neutral-soft')]] } }, pointer: { show: false }, axisTick: { show: false }, splitLine: { show: false }, axisLabel: { show: false }, detail: { offsetCenter: [0, '-8%'], fontSize: 28, fontWeight: 600, color: v('--k-ink'), formatter: '{value}' + (d.unit || '') }, data: [{ value: n }] }];
      return o;
    },
    heat: function (d) {
      var o = base(d), top = 1; o.xAxis = cat(names(d)); o.yAxis = cat(d.series.map(function (s) { return s.name; })); o.legend.show = false; o.tooltip.trigger = 'item'; o.grid.top = 12;
      var cells = []; d.series.forEach(function (s, y) { s.data.forEach(function (n, x) { cells.push([x, y, n]); top = Math.max(top, n || 0); }); });
      o.visualMap = { show: false, min: 0, max: top, inRange: { color: [v('--k-m1'), v('--k-m2'), v('--k-m3'), v('--k-m4'), v('--k-m5')] } };
      o.series = [{ type: 'heatmap', data: cells, itemStyle: { borderColor: v('--k-surface'), borderWidth: 2 } }];
      return o;
    }
  };
  function bars(d, lying, stacked) {
    var o = base(d), c = cat(lying ? names(d).reverse() : names(d)), n = val();
    if (lying) { o.yAxis = c; o.xAxis = n; c.axisLine.show = false; o.grid.right = 24; } else { o.xAxis = c; o.yAxis = n; }
    o.tooltip.axisPointer = { type: 'shadow', shadowStyle: { color: v('--k-hover'), opacity: .6 } };
    o.series = d.series.map(function (s, at) {
      return { name: s.name, type: 'bar', stack: stacked ? 'all' : undefined, barMaxWidth: lying ? 16 : 28, barGap: '20%', data: lying ? s.data.slice().reverse() : s.data, color: colour(s, at), itemStyle: { borderRadius: stacked ? 0 : lying ? [0, 3, 3, 0] : [3, 3, 0, 0], borderColor: v('--k-surface'), borderWidth: stacked ? 1 : 0 }, label: { show: lying && !stacked && d.series.length === 1, position: 'right', color: v('--k-text') } };
    });
    return o;
  }

  // Two kinds are plain HTML: they can be read without seeing.
  function rank(box, d) {
    var one = d.series[0], top = Math.max.apply(null, one.data.concat(1));
    box.replaceChildren(k.el('ol', { 'class': 'k-rank' }, names(d).map(function (name, at) {
      return k.el('li', {}, [k.el('span', { 'class': 'k-no', text: at + 1 }), k.el('span', { 'class': 'k-ellipsis', title: name, text: name }), k.el('b', { 'class': 'k-num', text: Number(one.data[at]).toLocaleString('en') }), k.el('progress', { 'class': 'k-bar', value: one.data[at], max: top, 'aria-hidden': 'true' })]);
    })));
  }
  function table(box, d) {
    box.classList.add('is-table');
    box.replaceChildren(k.el('table', { 'class': 'k-table k-table-plain' }, [
      k.el('thead', {}, k.el('tr', {}, [k.el('th', {})].concat(d.series.map(function (s) { return k.el('th', { 'class': 'k-r', scope: 'col', text: s.name }); })))),
      k.el('tbody', {}, names(d).map(function (name, at) { return k.el('tr', {}, [k.el('td', { text: name })].concat(d.series.map(function (s) { return k.el('td', { 'class': 'k-r', text: s.data[at] === null ? '—' : Number(s.data[at]).toLocaleString('en') }); }))); }))
    ]));
  }
  function none(box, text) { box.replaceChildren(k.el('div', { 'class': 'k-empty k-empty-sm' }, [k.icon('chart-bar'), k.el('p', { text: text })])); }

  k.start('[data-chart]', function (box) {
    var block = document.getElementById(box.id + '-data');
    var got = block ? Promise.resolve(JSON.parse(block.textContent)) : fetch(box.dataset.url + (box.dataset.url.indexOf('?') < 0 ? location.search : ''), { credentials: 'same-origin', headers: { Accept: 'application/json' } }).then(function (r) { if (!r.ok) throw new Error(r.status); return r.json(); }).then(function (a) { return a.result || a; });
    got.then(function (d) {
      if (!d.series || !d.series.length || !d.series.some(function (s) { return s.data && s.data.length; })) { none(box, k.say('no_data')); return; }
      var kind = box.dataset.chart;
      if (kind === 'rank') { rank(box, d); return; }
      if (kind === 'table' || !KINDS[kind]) { table(box, d); return; }
      var chart = echarts.init(box, null, { renderer: 'canvas' });
      function draw() { chart.setOption(KINDS[kind](d), true); }
      draw(); drawn.push(draw);
      new ResizeObserver(function () { chart.resize(); }).observe(box);
    }).catch(function () { none(box, k.say('load_failed')); });
  });
  document.addEventListener('k:theme', function () { drawn.forEach(function (f) { f(); }); });
})();
