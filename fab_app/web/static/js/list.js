// Lists: the search form, selection over pages, row height, columns. The server does the rest.
(function () {
  'use strict';
  var root = document.documentElement;
  function list() { return document.getElementById('list'); }
  function kept(name) { return root.dataset.list + ':' + name; }

  // -- search form --------------------------------------------------------------------------------
  k.start('[data-query]', function (form) {
    var fold = form.querySelector('[data-fold]');
    function mark() { if (fold) fold.setAttribute('aria-expanded', String(!root.hasAttribute('data-folded'))); }
    mark();
    if (fold) fold.addEventListener('click', function () {
      root.toggleAttribute('data-folded');
      k.memory.set(kept('fold'), root.hasAttribute('data-folded') ? '1' : '0');
      mark();
    });
    form.addEventListener('htmx:configRequest', function (e) {
      // Short addresses: what was not asked is not sent.
      var asked = e.detail.parameters;
      Array.from(new Set(asked.keys ? Array.from(asked.keys()) : Object.keys(asked))).forEach(function (name) { if (asked[name] === '') delete asked[name]; });
      sheet(false);
    });
    form.addEventListener('change', function (e) {
      if (!e.target.matches('[data-period]')) return;
      // A period stands for its two ends.
      var ends = e.target.value.split('/'), box = e.target.parentNode;
      if (ends.length === 2) box.querySelectorAll('.k-range input').forEach(function (input, at) { input.value = ends[at]; });
    });
    form.addEventListener('change', function (e) { if (e.target.matches('select') && !k.phone() && !form.kResetting) form.requestSubmit(); });
    form.querySelectorAll('[data-sheet-open]').forEach(function (b) { b.addEventListener('click', function () { sheet(true); }); });
    form.querySelectorAll('[data-sheet-close]').forEach(function (b) { b.addEventListener('click', function () { sheet(false); }); });
    form.addEventListener('keydown', function (e) {
      if (e.key === 'Escape') sheet(false);
      if (e.key === 'Tab' && form.classList.contains('is-sheet')) keepInside(e, form);
    });
    function sheet(open) {
      if (open === form.classList.contains('is-sheet')) return;
      form.classList.toggle('is-sheet', open);
      var b = form.querySelector('[data-sheet-open]'); if (b) b.setAttribute('aria-expanded', String(open));
      if (open) { form.setAttribute('aria-modal', 'true'); var f = form.querySelector('.k-q input, .k-q select'); if (f) f.focus(); } else { form.removeAttribute('aria-modal'); if (b && k.phone()) b.focus(); }
    }
  });
  function keepInside(e, box) {
    var all = Array.prototype.filter.call(box.querySelectorAll('a, button, input, select'), function (n) { return n.offsetParent && !n.disabled; });
    var first = all[0], last = all[all.length - 1];
    if (e.shiftKey && document.activeElement === first) { e.preventDefault(); last.focus(); } else if (!e.shiftKey && document.activeElement === last) { e.preventDefault(); first.focus(); }
  }

  k.reloadList = function () {
    if (window.htmx) htmx.ajax('GET', location.pathname + location.search, { target: '#list', swap: 'outerHTML' });
  };
  document.addEventListener('htmx:afterSettle', function (e) {
    if (!e.target || e.target.id !== 'list') return;
    var total = document.getElementById('k-total'), box = list(), top = box.getBoundingClientRect().top;
    k.announce(total ? total.textContent : k.say('found', { n: box.dataset.count }));
    if (top < 0) window.scrollTo({ top: top + scrollY - 60 });
    k.badges();
  });

  // -- row height ---------------------------------------------------------------------------------
  k.start('[data-density-menu]', function (menu) {
    function mark() { menu.querySelectorAll('[data-density-set]').forEach(function (b) { b.setAttribute('aria-pressed', String((root.dataset.density || '') === b.dataset.densitySet)); }); }
    mark();
    menu.addEventListener('click', function (e) {
      var b = e.target.closest('[data-density-set]'); if (!b) return;
      if (b.dataset.densitySet) root.dataset.density = b.dataset.densitySet; else delete root.dataset.density;
      k.memory.set('density', b.dataset.densitySet);
      mark();
    });
  });

  // -- columns: with an address the server draws them, without one they are only hidden -------------
  k.start('[data-columns-menu]', function (menu) {
    if (menu.dataset.url) return;
    var hidden = (k.memory.get(kept('columns')) || '').split(',').filter(Boolean);
    function apply() {
      var ths = Array.prototype.slice.call(list().querySelectorAll('thead th'));
      ths.forEach(function (th, at) {
        if (!th.dataset.col) return;
        var off = hidden.indexOf(th.dataset.col) >= 0;
        th.hidden = off;
        list().querySelectorAll('tbody tr').forEach(function (tr) { if (tr.cells[at]) tr.cells[at].hidden = off; });
      });
      menu.querySelectorAll('input').forEach(function (c) { c.checked = hidden.indexOf(c.value) < 0; });
    }
    if (hidden.length) apply();
    menu.addEventListener('change', function () {
      hidden = Array.prototype.filter.call(menu.querySelectorAll('input'), function (c) { return !c.checked; }).map(function (c) { return c.value; });
      k.memory.set(kept('columns'), hidden.join(','));
      apply();
    });
  });

  // -- an export has the columns as they are shown ------------------------------------------------------
  document.addEventListener('click', function (e) {
    var a = e.target.closest && e.target.closest('#list a[href*="/export.xlsx"]');
    if (!a) return;
    var ths = Array.prototype.slice.call(list().querySelectorAll('thead th[data-col]'));
    var url = new URL(a.href);
    url.searchParams.delete('cols');
    if (ths.some(function (th) { return th.hidden; })) {
      ths.forEach(function (th) { if (!th.hidden) url.searchParams.append('cols', th.dataset.col); });
    }
    a.href = url.href;
  });

  // -- jump to a page; remember its size -------------------------------------------------------------
  k.start('[data-jump]', function (input) {
    input.addEventListener('keydown', function (e) {
      if (e.key !== 'Enter') return;
      e.preventDefault();
      var n = Math.min(Math.max(parseInt(input.value, 10) || 1, 1), Number(input.dataset.last));
      var url = input.dataset.jump + n;
      htmx.ajax('GET', url, { target: '#list', swap: 'outerHTML' }).then(function () { history.pushState({}, '', url); });
    });
  });
  k.start('[data-size]', function (a) { a.addEventListener('click', function () { k.memory.set(kept('size'), a.dataset.size); }); });
})();
