// Selects that can be searched: long lists here, records by asking the server.
(function () {
  'use strict';
  // The values of the fields this one leans on, sent along with every question.
  k.dependsOf = function (el) {
    var names = (el.dataset.depends || '').split(',').map(function (n) { return n.trim(); }).filter(Boolean), form = el.closest('form');
    if (!names.length || !form || !k.formValues) return { names: names, query: '' };
    var env = k.formValues(form), row = el.closest('[data-row]'), q = new URLSearchParams();
    names.forEach(function (n) {
      var own = row && row.querySelector('[data-field="' + n + '"]'), v = own ? (own.querySelector('select, input:not([type="hidden"])') || {}).value : env[n];
      [].concat(v === null || v === undefined ? '' : v).forEach(function (x) { q.append(n, x); });
    });
    return { names: names, query: q.toString() };
  };
  k.askOptions = function (el, params) {
    var q = new URLSearchParams(params).toString(), more = k.dependsOf(el).query, url = el.dataset.url;
    return fetch(url + (url.indexOf('?') < 0 ? '?' : '&') + q + (more ? '&' + more : ''), { credentials: 'same-origin', headers: { Accept: 'application/json' } })
      .then(function (r) { if (!r.ok) throw new Error(r.status); return r.json(); });
  };
  // A change in a field that this one leans on empties it.
  k.leansOn = function (el, empty) {
    var names = k.dependsOf(el).names, form = el.closest('form');
    if (!names.length || !form) return;
    form.addEventListener('change', function (e) {
      var f = e.target.closest('[data-field]');
      if (!f || names.indexOf(f.dataset.field) < 0) return;
      var row = el.closest('[data-row]');
      if (f.closest('[data-row]') && f.closest('[data-row]') !== row) return;
      empty();
    });
  };

  // What stands in the fields that this one leans on; with values they are put back.
  k.leaning = function (el, values) {
    var form = el.closest('form'), found = {};
    k.dependsOf(el).names.forEach(function (name) {
      var f = form && form.elements[name];
      if (!f) return;
      found[name] = f.value;
      if (!values || values[name] === undefined || values[name] === f.value) return;
      if (f.tomselect) f.tomselect.setValue(values[name], true); else f.value = values[name];
      var one = f.length && !f.options ? Array.prototype.find.call(f, function (r) { return r.checked; }) || f[0] : f;
      one.dispatchEvent(new Event('change', { bubbles: true }));
    });
    return found;
  };

  function settings(select, remote) {
    var many = select.multiple, pages = {};
    var s = {
      plugins: many ? ['remove_button'] : [], allowEmptyOption: !many && !remote, maxOptions: 500, hideSelected: many,
      placeholder: select.dataset.placeholder || (many ? k.say('please') : ''), closeAfterSelect: !many,
      render: {
        option: function (d, esc) { return '<div>' + esc(d.text) + (d.note ? '<small class="k-option-note">' + esc(d.note) + '</small>' : '') + '</div>'; },
        no_results: function () { return '<div class="no-results">' + k.say('nothing') + '</div>'; },
        loading: function () { return '<div class="no-results">' + k.say('loading') + '</div>'; },
        loading_more: function () { return '<div class="no-results">' + k.say('loading') + '</div>'; },
        no_more_results: function () { return null; }, not_loading: function () { return null; }
      },
      onItemAdd: function () { this.setTextboxValue(''); this.refreshOptions(false); },
      onInitialize: function () { dress(this, select); }
    };
    if (remote) Object.assign(s, {
      plugins: s.plugins.concat(['virtual_scroll']), valueField: 'value', labelField: 'text', searchField: [], preload: 'focus', loadThrottle: 250, sortField: [{ field: '$order' }],
      firstUrl: function (word) { return JSON.stringify({ q: word, page: 1 }); },
      shouldLoad: function () { return true; },
      load: function (word, done) {
        var me = this, asked = JSON.parse(me.getUrl(word));
        k.askOptions(select, asked).then(function (a) {
          pages[word] = asked.page;
          if (a.more) me.setNextUrl(word, JSON.stringify({ q: word, page: asked.page + 1 }));
          done(a.result.map(function (o) { return { value: String(o.value), text: o.label, note: o.note || '', disabled: o.disabled }; }));
        }).catch(function () { done(); k.toast('bad', k.say('load_failed')); });
      }
    });
    return s;
  }
  function dress(me, select) {
    var input = me.control_input, label = select.getAttribute('aria-label');
    ['aria-describedby', 'aria-invalid', 'aria-required'].forEach(function (n) { var v = select.getAttribute(n); if (v) input.setAttribute(n, v); });
    if (label) { input.setAttribute('aria-label', label); input.removeAttribute('aria-labelledby'); }
    else { var l = document.querySelector('label[for="' + select.id + '-ts-control"]') || document.getElementById(select.id.replace(/^q-/, 'ql-')); if (l && l.id) input.setAttribute('aria-labelledby', l.id); }
    select.setAttribute('aria-hidden', 'true'); select.tabIndex = -1;
    me.dropdown_content.setAttribute('aria-label', label || k.say('search'));
    if (select.hasAttribute('readonly')) me.lock();
    if (select.disabled) me.disable();
  }

  // The vendor places a list in the page only; this one may hang in a dialog, too.
  function place(t) {
    var at = t.control.getBoundingClientRect(), list = t.dropdown, h = list.offsetHeight;
    list.style.position = 'fixed'; list.style.left = at.left + 'px'; list.style.width = at.width + 'px'; list.style.margin = '0';
    list.style.top = (innerHeight - at.bottom < h + 12 && at.top > h + 12 ? at.top - h - 4 : at.bottom + 4) + 'px';
  }

  k.start('select[data-pick]', function (select) {
    if (select.closest('template')) return;
    k.need('tom').then(function () {
      var remote = select.dataset.pick === 'remote' && select.dataset.url, inDialog = select.closest('dialog');
      var s = settings(select, remote);
      // A list that would be cut off by its box hangs from the dialog or the page.
      if (inDialog) s.dropdownParent = inDialog; else if (select.closest('[data-row]')) s.dropdownParent = 'body';
      var t = new TomSelect(select, s);
      if (s.dropdownParent) t.positionDropdown = function () { place(t); };
      if (s.dropdownParent) { t.on('load', function () { if (t.isOpen) place(t); }); addEventListener('scroll', function (e) { if (t.isOpen && !t.dropdown.contains(e.target)) place(t); }, true); }
      k.leansOn(select, function () { t.clear(); t.clearOptions(); t.pagination = {}; });
      // Esc shuts the list, not the dialog around it. Tab takes what was typed for or pointed at; who passes by chooses nothing.
      var meant = false, unmeant = function () { meant = false; };
      t.on('item_add', unmeant); t.on('dropdown_close', unmeant);
      t.control.addEventListener('keydown', function (e) {
        if (e.key === 'Escape' && t.isOpen) { e.stopPropagation(); e.preventDefault(); t.close(); }
        if (e.key === 'ArrowDown' || e.key === 'ArrowUp') meant = true;
        if (e.key === 'Tab') t.settings.selectOnTab = meant || t.control_input.value !== '';
      }, true);
    });
  });

  // A plain select whose choices lean on another field.
  k.start('select[data-url]:not([data-pick])', function (select) {
    if (select.closest('[data-cascade]')) return;
    k.leansOn(select, function () {
      k.askOptions(select, { q: '', page: 1 }).then(function (a) {
        var first = select.options[0]; select.textContent = ''; if (first && first.value === '') select.append(first);
        a.result.forEach(function (o) { select.append(k.el('option', { value: o.value, text: o.label })); });
        select.value = ''; select.dispatchEvent(new Event('change', { bubbles: true }));
      }).catch(function () { k.toast('bad', k.say('load_failed')); });
    });
  });
})();
