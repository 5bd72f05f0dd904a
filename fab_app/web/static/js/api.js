// The addresses of the API, read from its specification; details are drawn when they are opened.
(function () {
  'use strict';
  var VERBS = ['get', 'post', 'put', 'patch', 'delete'];
  function resolve(spec, s) {
    return s && s.$ref ? s.$ref.replace(/^#\//, '').split('/').reduce(function (at, part) { return at && at[part.replace(/~1/g, '/').replace(/~0/g, '~')]; }, spec) : s;
  }
  function shape(spec, s, depth) {
    s = resolve(spec, s);
    if (!s) return 'any';
    if (s.enum) return s.enum.map(function (e) { return JSON.stringify(e); }).join(' | ');
    if (s.type === 'array') return [depth > 3 ? '…' : shape(spec, s.items, depth + 1)];
    if (s.properties && depth <= 3) return Object.keys(s.properties).reduce(function (o, n) { o[n + ((s.required || []).indexOf(n) < 0 ? '?' : '')] = shape(spec, s.properties[n], depth + 1); return o; }, {});
    return (s.type || 'object') + (s.format ? ' (' + s.format + ')' : '');
  }
  function pre(value) { return k.el('pre', { 'class': 'k-code', tabindex: '0', text: typeof value === 'string' ? value : JSON.stringify(value, null, 2) }); }
  function body(spec, content) { var one = content && (content['application/json'] || content[Object.keys(content)[0]]); return one && one.schema ? pre(shape(spec, one.schema, 0)) : null; }

  function details(spec, op) {
    var box = k.el('div', { 'class': 'k-api-body' });
    if (op.description) box.append(k.el('p', { text: op.description }));
    var params = (op.parameters || []).map(function (p) { return resolve(spec, p); });
    if (params.length) box.append(k.el('table', { 'class': 'k-table k-table-plain k-table-wrapcell' }, k.el('tbody', {}, params.map(function (p) {
      return k.el('tr', {}, [k.el('td', { 'class': 'k-mono', text: p.name + (p.required ? ' *' : '') }), k.el('td', { text: p.in }), k.el('td', { text: p.description || String(shape(spec, p.schema, 3)) })]);
    }))));
    var asked = resolve(spec, op.requestBody);
    if (asked) { box.append(k.el('h3', { text: 'Body' })); var b = body(spec, asked.content); if (b) box.append(b); }
    Object.keys(op.responses || {}).forEach(function (code) {
      var r = resolve(spec, op.responses[code]) || {};
      box.append(k.el('h3', {}, [k.el('span', { 'class': 'k-tag', text: code }), document.createTextNode(' ' + (r.description || ''))]));
      var shown = code.charAt(0) === '2' ? body(spec, r.content) : null; if (shown) box.append(shown);
    });
    return box;
  }

  k.start('[data-api]', function (root) {
    fetch(root.dataset.api, { credentials: 'same-origin' }).then(function (r) { if (!r.ok) throw new Error(r.status); return r.json(); }).then(function (spec) {
      var groups = {};
      Object.keys(spec.paths || {}).forEach(function (path) {
        VERBS.forEach(function (verb) { var op = spec.paths[path][verb]; if (op) { var tag = (op.tags || [k.say('other')])[0]; (groups[tag] = groups[tag] || []).push([verb, path, op]); } });
      });
      root.replaceChildren.apply(root, Object.keys(groups).sort().map(function (tag) {
        return k.el('section', { 'class': 'card k-api-group' }, [k.el('div', { 'class': 'card-header' }, [k.el('h2', { 'class': 'card-title', text: tag }), k.el('span', { 'class': 'k-card-note', text: groups[tag].length })])].concat(groups[tag].map(function (one) {
          var d = k.el('details', { 'class': 'k-api-op' }, k.el('summary', {}, [k.el('span', { 'class': 'k-verb k-verb-' + one[0], text: one[0].toUpperCase() }), k.el('code', { text: one[1] }), k.el('span', { 'class': 'k-muted k-ellipsis', text: one[2].summary || '' })]));
          d.addEventListener('toggle', function () { if (d.open && d.children.length < 2) d.append(details(spec, one[2])); });
          return d;
        })));
      }));
      root.removeAttribute('aria-live');
    }).catch(function () { root.replaceChildren(k.el('p', { text: k.say('load_failed') })); });
  });
  k.start('[data-api-filter]', function (input) {
    input.addEventListener('input', k.later(function () {
      var word = input.value.trim().toLowerCase();
      document.querySelectorAll('.k-api-group').forEach(function (g) {
        var any = false;
        g.querySelectorAll('.k-api-op').forEach(function (o) { var hit = o.firstElementChild.textContent.toLowerCase().indexOf(word) >= 0; o.hidden = !hit; any = any || hit; });
        g.hidden = !any;
      });
    }, 150));
  });
})();
