// Selection in a list: it survives paging, and offers all that match.
(function () {
  'use strict';
  var chosen = new Set(), all = false, key = null;
  function list() { return document.getElementById('list'); }
  function boxes() { return Array.prototype.slice.call(list().querySelectorAll('input[name="ids"]')); }
  function place() { return 'k:picked:' + (document.documentElement.dataset.user || '') + ':' + key; }

  function keep() { try { sessionStorage.setItem(place(), JSON.stringify(Array.from(chosen))); } catch (e) { /* private mode */ } }
  // Kept while paging within one search; another search, tab or list starts anew.
  function recall() {
    try { chosen = new Set(JSON.parse(sessionStorage.getItem(place()) || '[]')); } catch (e) { chosen = new Set(); }
  }
  function scope() {
    var q = new URLSearchParams(location.search);
    ['page', 'size', 'page_size', 'order', 'order_column', 'order_direction', 'sort', 'dir', 'cols'].forEach(function (n) { q.delete(n); });
    return location.pathname + '?' + q.toString();
  }

  k.start('#list', function (box) {
    if (!box.querySelector('[data-picked], input[name="ids"]')) return;
    if (key !== scope()) { key = scope(); all = false; recall(); }
    boxes().forEach(function (c) { c.checked = all || chosen.has(c.value); });
    box.addEventListener('change', function (e) {
      if (e.target.matches('[data-pick-page]')) boxes().forEach(function (c) { pick(c, e.target.checked); });
      else if (e.target.name === 'ids') pick(e.target, e.target.checked);
      else return;
      all = false; show();
    });
    var last = null;
    box.addEventListener('click', function (e) {
      if (e.target.matches('td.k-sel')) { var own = e.target.querySelector('input'); if (own) own.click(); return; }
      if (e.target.name === 'ids') {
        var rows = boxes(), a = rows.indexOf(last), b = rows.indexOf(e.target);
        if (e.shiftKey && a >= 0) { rows.slice(Math.min(a, b), Math.max(a, b) + 1).forEach(function (c) { pick(c, e.target.checked); }); all = false; show(); }
        last = e.target;
      }
      if (e.target.closest('[data-pick-none]')) { chosen.clear(); all = false; boxes().forEach(function (c) { c.checked = false; }); show(); var head = box.querySelector('[data-pick-page]'); if (head) head.focus(); }
      if (e.target.closest('[data-pick-all]')) { all = !all; boxes().forEach(function (c) { pick(c, all || chosen.has(c.value)); }); show(); }
    });
    show();
  });

  function pick(c, on) { c.checked = on; if (on) chosen.add(c.value); else chosen.delete(c.value); }

  // The total may arrive after the list.
  function counted() { var total = document.getElementById('k-total'); return Number((total || list()).dataset.count) || 0; }

  function show() {
    var box = list(), n = all ? counted() || chosen.size : chosen.size, here = boxes(), on = here.filter(function (c) { return c.checked; }).length;
    keep();
    here.forEach(function (c) { var tr = c.closest('tr'); tr.classList.toggle('is-selected', c.checked); if (c.checked) tr.setAttribute('aria-selected', 'true'); else tr.removeAttribute('aria-selected'); });
    box.querySelectorAll('[data-pick-page]').forEach(function (head) { head.checked = on > 0 && on === here.length; head.indeterminate = on > 0 && on < here.length; });
    var bar = box.querySelector('[data-picked]');
    if (bar) {
      bar.hidden = !n;
      bar.querySelector('[data-picked-text]').textContent = n ? k.say(all ? 'picked_all' : 'picked', { n: n.toLocaleString('en') }) : '';
      var more = bar.querySelector('[data-pick-all]');
      if (more) { more.hidden = !(all || (on === here.length && on > 0)); more.textContent = all ? k.say('pick_page') : k.say('pick_all', { n: counted().toLocaleString('en') }); }
    }
    box.querySelectorAll('[data-batch-menu] > summary').forEach(function (s) {
      if (n) { s.removeAttribute('aria-disabled'); s.title = ''; } else { s.setAttribute('aria-disabled', 'true'); s.title = k.say('pick_first'); }
    });
  }

  // What goes along with a batch action: the ids of all pages, or "all" with the search of the list.
  function fill(form) {
    form.querySelectorAll('[data-along]').forEach(function (n) { n.remove(); });
    var here = boxes().map(function (c) { return c.value; });
    function add(name, value) { form.append(k.el('input', { type: 'hidden', name: name, value: value, 'data-along': true })); }
    if (all) { add('all', '1'); new URLSearchParams(location.search).forEach(function (v, n) { if (n !== 'page') add(n, v); }); boxes().forEach(function (c) { c.disabled = true; }); setTimeout(function () { boxes().forEach(function (c) { c.disabled = false; }); }); }
    else chosen.forEach(function (id) { if (here.indexOf(id) < 0) add('ids', id); });
  }
  function address(url) {
    var q = new URLSearchParams();
    if (all) { new URLSearchParams(location.search).forEach(function (v, n) { if (n !== 'page') q.append(n, v); }); q.set('all', '1'); } else chosen.forEach(function (id) { q.append('ids', id); });
    return url + (url.indexOf('?') < 0 ? '?' : '&') + q.toString();
  }

  document.addEventListener('click', function (e) {
    var b = e.target.closest && e.target.closest('[data-batch]');
    if (!b || b.kAnswered) return;
    e.preventDefault();
    var url = b.getAttribute('formaction'), n = all ? counted() || chosen.size : chosen.size;
    if (!n && b.dataset.none) { k.toast('warn', b.dataset.none); return; }
    if (n > 1 && b.dataset.many) { k.toast('warn', b.dataset.many); return; }
    var ready = b.dataset.confirm ? k.askOf(b, { n: n.toLocaleString('en') }) : Promise.resolve(true);
    ready.then(function (yes) {
      if (!yes) return;
      if (b.dataset.batch === 'dialog') { k.openDialog(address(url), b); return; }
      if (b.dataset.batch === 'get') { if (b.getAttribute('formtarget')) open(address(url)); else location.assign(address(url)); return; }
      var form = document.getElementById('k-batch');
      fill(form);
      if (b.dataset.confirm) form.append(k.el('input', { type: 'hidden', name: 'confirmed', value: '1', 'data-along': true }));
      chosen.clear(); keep();
      b.kAnswered = true; form.requestSubmit(b); b.kAnswered = false;
    });
  });
})();
