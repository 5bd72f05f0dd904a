// Forms: live conditions, checks in the browser, counters, unsaved changes, sent once.
(function () {
  'use strict';

  // -- values as expressions read them --------------------------------------------------------------
  function fieldOf(el) { var f = el.closest('[data-field]'); return f ? f.dataset.field : ''; }
  function controls(scope, own) {
    return Array.prototype.filter.call(scope.querySelectorAll('[data-field]'), function (f) { return own ? true : !f.closest('[data-row]'); });
  }
  function read(box) {
    var checks = box.querySelectorAll('input[type="checkbox"]:not([data-aside])'), radio = box.querySelectorAll('input[type="radio"]');
    if (box.querySelector('[role="switch"]')) return box.querySelector('[role="switch"]').checked;
    if (radio.length) { var on = box.querySelector('input[type="radio"]:checked'); return on && on.value !== '' ? on.value : null; }
    if (checks.length) return Array.prototype.filter.call(checks, function (c) { return c.checked; }).map(function (c) { return c.value; });
    var many = box.querySelector('select[multiple]');
    if (many) return Array.prototype.map.call(many.selectedOptions, function (o) { return o.value; });
    if (box.querySelector('[data-upload]')) return Array.prototype.map.call(box.querySelectorAll('[data-file]'), function (f) { return f.dataset.file; });
    var one = box.querySelector('input:not([type="hidden"]):not([type="file"]):not([data-aside]), select, textarea');
    if (!one || one.value === '') return null;
    if ('bool' in one.dataset) return one.value === '1';
    if (one.dataset.date === 'datetime') return utc(one.value, (known(box.closest('form')) || {}).offset || 0);
    if ('number' in one.dataset) { var n = Number(one.value.replace(/[,\s]/g, '')); return isNaN(n) ? null : n; }
    return one.value;
  }
  // Instants are compared in UTC, as the server keeps them.
  function utc(text, offset) {
    var at = Date.parse(text.replace(' ', 'T') + (text.length < 17 ? ':00Z' : 'Z'));
    return isNaN(at) ? null : new Date(at - offset * 60000).toISOString().slice(0, 19);
  }
  function values(form) {
    var all = {};
    controls(form).forEach(function (f) { all[f.dataset.field] = read(f); });
    form.querySelectorAll('[data-table]').forEach(function (t) {
      all[t.dataset.table] = Array.prototype.filter.call(t.querySelectorAll('[data-row]'), function (r) { return !r.hidden; }).map(rowEnv);
    });
    return all;
  }
  function known(form) {
    if (!form.kKnown) { try { form.kKnown = JSON.parse(form.dataset.env || '{}'); } catch (e) { form.kKnown = {}; } }
    return form.kKnown;
  }
  function rowEnv(row) {
    var own = {};
    controls(row, true).forEach(function (f) { own[f.dataset.field] = read(f); });
    return own;
  }
  k.formValues = values;

  // -- conditions ------------------------------------------------------------------------------------
  function trees(el) {
    return el.kTrees || (el.kTrees = ['visible', 'requiredIf', 'readonlyIf', 'valueOf'].reduce(function (all, name) {
      if (el.dataset[name]) { try { all[name] = JSON.parse(el.dataset[name]); } catch (e) { /* an old page */ } }
      return all;
    }, {}));
  }
  function live(form) {
    if (!window.fabExpr) return;
    var conditional = form.querySelectorAll('[data-visible], [data-required-if], [data-readonly-if], [data-value-of]');
    if (!conditional.length) return;
    // A value that changes may change another: three rounds settle what a form can nest.
    for (var round = 0; round < 3; round++) {
      var base = known(form), here = values(form), moved = false;
      var whole = window.fabExpr.env(Object.assign({}, base, { record: Object.assign({}, base.record, here) }));
      conditional.forEach(function (el) {
        var row = el.closest('[data-row]'), names = row ? inRow(row, base, whole) : whole, t = trees(el);
        function ask(tree) { try { return window.fabExpr.evaluate(tree, names); } catch (e) { return undefined; } }
        if (t.visible !== undefined) moved = show(el, !!ask(t.visible)) || moved;
        if (t.requiredIf !== undefined) need(el, !!ask(t.requiredIf));
        if (t.readonlyIf !== undefined) freeze(el, !!ask(t.readonlyIf));
        if (t.valueOf !== undefined) moved = write(el, ask(t.valueOf)) || moved;
      });
      if (!moved) break;
    }
  }
  function inRow(row, base, whole) {
    var inner = window.fabExpr.env(Object.assign({}, base, { record: rowEnv(row) }));
    inner.outer = whole;
    return inner;
  }
  function show(el, on) {
    if (el.kShown === on) return false;
    el.kShown = on;
    if (el.tagName === 'TD') el.classList.toggle('is-off', !on); else el.hidden = !on;
    // What is hidden is not sent, unless it lies in something hidden already.
    el.querySelectorAll('input, select, textarea, button').forEach(function (c) {
      if (on) { if (c.kOff) { c.disabled = false; c.kOff = false; } } else if (!c.disabled) { c.disabled = true; c.kOff = true; }
      if (c.tomselect) c.tomselect[c.disabled ? 'disable' : 'enable']();
    });
    return true;
  }
  function need(el, on) {
    if (on) el.dataset.required = ''; else delete el.dataset.required;
    var label = el.querySelector(':scope > label, :scope > .k-label');
    if (label) label.classList.toggle('k-req', on);
    el.querySelectorAll('input, select, textarea').forEach(function (c) { if (c.type !== 'hidden') { if (on) c.setAttribute('aria-required', 'true'); else c.removeAttribute('aria-required'); } });
  }
  function freeze(el, on) {
    el.classList.toggle('is-frozen', on);
    el.querySelectorAll('input, select, textarea').forEach(function (c) {
      if (c.type === 'hidden') return;
      if (c.matches('select, [type="checkbox"], [type="radio"]')) c.tabIndex = on ? -1 : 0; else c.readOnly = on;
      c.setAttribute('aria-readonly', String(on));
      if (c.tomselect) c.tomselect[on ? 'lock' : 'unlock']();
    });
  }
  function write(el, value) {
    var c = el.querySelector('input:not([type="hidden"]):not([type="checkbox"]):not([type="radio"]), textarea, select');
    if (value === undefined || !c) return false;
    var text = value === null ? '' : String(value);
    // A value that a person has changed stays theirs; a read-only one follows.
    if (c.value === text || (c.kTyped && !c.readOnly)) return false;
    c.value = text;
    if (c.tomselect) c.tomselect.setValue(text, true);
    c.dispatchEvent(new Event('k:written', { bubbles: true }));
    return true;
  }

  // -- errors at the field ------------------------------------------------------------------------------
  function boxOf(c) { return c.closest('[data-field]'); }
  function mainControl(box) { return box.querySelector('.ts-control input, [data-aside], input:not([type="hidden"]):not([type="file"]), select, textarea, .k-upload, [role="textbox"]') || box; }
  function complain(box, sentence) {
    var old = box.querySelector(':scope > .k-error');
    if (!sentence) {
      if (old) old.remove();
      box.querySelectorAll('.is-invalid').forEach(function (n) { n.classList.remove('is-invalid'); });
      box.querySelectorAll('[aria-invalid]').forEach(function (n) { n.removeAttribute('aria-invalid'); });
      var hint = box.querySelector(':scope > .k-hint'); if (hint) hint.hidden = false;
      return;
    }
    if (!old) {
      old = k.el('div', { 'class': 'k-error' }, [k.icon('alert-circle'), k.el('span')]);
      old.id = 'e' + Math.random().toString(36).slice(2, 8);
      box.insertBefore(old, box.querySelector(':scope > .k-hint'));
    }
    old.querySelector('span').textContent = sentence;
    var h = box.querySelector(':scope > .k-hint'); if (h && !h.querySelector('[data-chars]')) h.hidden = true;
    box.querySelectorAll('.form-control, .form-select, .ts-wrapper, .k-range, .k-upload, .k-editor').forEach(function (n) { n.classList.add('is-invalid'); });
    var c = mainControl(box); c.setAttribute('aria-invalid', 'true'); c.setAttribute('aria-describedby', old.id);
  }
  k.complain = complain;
  function labelOf(box) { return box.dataset.label || (box.querySelector('label') || {}).textContent || ''; }
  function missing(box) {
    var v = read(box), what = labelOf(box);
    if (v !== null && !(Array.isArray(v) && !v.length)) return '';  // a switch that is off says no
    if (box.dataset.missing) return box.dataset.missing;
    var id = box.querySelector('[data-upload]') ? 'upload' : box.querySelector('select, [type="radio"], [type="checkbox"], [data-date]') ? 'choose' : 'required';
    return k.say(id, { what: what });
  }
  function malformed(box) {
    var c = box.querySelector('input[data-number]');
    if (c && c.value.trim() !== '') {
      var n = Number(c.value.replace(/[,\s]/g, ''));
      if (isNaN(n)) return k.say('number');
      if (c.min !== '' && n < Number(c.min)) return k.say('number_min', { n: c.min });
      if (c.max !== '' && n > Number(c.max)) return k.say('number_max', { n: c.max });
    }
    var p = box.querySelector('input[pattern], input[type="email"], input[type="url"]');
    if (p && p.value && !p.readOnly && (p.validity.patternMismatch || p.validity.typeMismatch)) return p.title || k.say('format');
    return '';
  }

  // -- a form --------------------------------------------------------------------------------------------
  k.start('[data-form]', function (form) {
    live(form); count(form);
    var again = k.later(function () { live(form); }, 60);
    form.addEventListener('input', function (e) { if (e.isTrusted !== false) e.target.kTyped = true; touched(e); again(); });
    form.addEventListener('change', function (e) { touched(e); again(); });
    form.addEventListener('k:rows', function () { dirty(true); live(form); });
    function touched(e) {
      if (e.target.closest('[data-aside]')) return;
      dirty(true);
      if (e.target.matches('textarea')) count(form);
      var box = boxOf(e.target);
      if (box && box.querySelector(':scope > .k-error') && !missing(box) && !malformed(box)) complain(box, '');
    }
    form.addEventListener('focusout', function (e) {
      var box = boxOf(e.target);
      if (!box || !form.kDirty) return;
      var wrong = malformed(box);
      if (wrong) complain(box, wrong);
    });
    function dirty(on) {
      if (form.kDirty === on) return;
      form.kDirty = on;
      var note = form.querySelector('[data-dirty]'); if (note) note.textContent = on ? k.say('dirty') : '';
    }
    form.kClean = function () { dirty(false); };
    form.kCheck = function (part) { return check(form, false, part); };

    form.addEventListener('submit', function (e) {
      var by = e.submitter;
      if (form.kSent) { stop(e); return; }
      if (by && by.formNoValidate) { form.kDirty = false; return; }
      if (form.querySelector('.is-uploading')) { stop(e); k.toast('warn', k.say('upload_busy')); return; }
      if (!check(form, by && 'draft' in by.dataset)) { stop(e); return; }
      sending(form, by, true);
    }, true);
    form.addEventListener('htmx:afterRequest', function (e) {
      sending(form, null, false);
      var status = e.detail.xhr ? e.detail.xhr.status : 0;
      if (status >= 200 && status < 300) form.kDirty = false;
    });
    form.addEventListener('htmx:sendError', function () { sending(form, null, false); });
    addEventListener('pageshow', function () { sending(form, null, false); });
  });
  function stop(e) { e.preventDefault(); e.stopImmediatePropagation(); }
  function sending(form, by, on) {
    form.kSent = on;
    if (on && !form.hasAttribute('hx-post')) form.kDirty = false;
    form.querySelectorAll('button[type="submit"]').forEach(function (b) { b.classList.toggle('is-busy', on && b === by); });
    if (by && on) { by.setAttribute('aria-busy', 'true'); setTimeout(function () { var s = by.querySelector('.k-spin'); if (s && form.kSent) s.classList.add('is-on'); }, 300); }
    if (!on) form.querySelectorAll('.k-spin.is-on').forEach(function (s) { s.classList.remove('is-on'); s.parentElement.removeAttribute('aria-busy'); });
  }

  function check(form, draft, part) {
    var wrong = [];
    live(form);
    (part || form).querySelectorAll('[data-field]').forEach(function (box) {
      if (box.closest('[hidden], .is-off, template') || box.closest('[data-row]') && box.closest('[data-row]').hidden) return;
      var bad = malformed(box), sentence = bad || (!draft && 'required' in box.dataset ? missing(box) : '');
      var told = bad ? k.say('of_field', { what: labelOf(box).trim(), why: bad }) : sentence;
      var row = box.closest('[data-row]');
      if (sentence) wrong.push([box, row ? k.say('row_label', { n: row.querySelector('[data-rowno]').textContent, what: told }) : told]);
      if (sentence || !box.querySelector(':scope > .k-error') || !missing(box)) complain(box, sentence);
    });
    summary(form, wrong);
    return !wrong.length;
  }
  function summary(form, wrong) {
    var old = form.querySelector('[data-summary]'); if (old) old.remove();
    if (!wrong.length) return;
    var list = k.el('ul', {}, wrong.map(function (w, at) {
      var target = mainControl(w[0]);
      if (!target.id) target.id = 'w' + at + Math.random().toString(36).slice(2, 6);
      return k.el('li', {}, k.el('a', { href: '#' + target.id, text: w[1] }));
    }));
    var box = k.el('div', { 'class': 'k-note k-note-bad', role: 'alert', tabindex: '-1', 'data-summary': true }, [k.icon('alert-circle'), k.el('div', {}, [k.el('h2', { text: wrong.length === 1 ? k.say('problem') : k.say('problems', { n: wrong.length }) }), list])]);
    (form.querySelector('.k-form-main, .modal-body, .k-confirm-fields, .k-door-fields') || form).prepend(box);
    var prefix = k.say('error_prefix');
    if (form.closest('main') && document.title.indexOf(prefix) !== 0) document.title = prefix + document.title;
    box.focus();
  }

  // The summary leads to the field itself, also where the field is dressed up.
  document.addEventListener('click', function (e) {
    var a = e.target.closest && e.target.closest('[data-summary] a, .k-anchor a');
    if (!a) return;
    var target = document.getElementById(decodeURIComponent(a.hash.slice(1)));
    if (!target) return;
    e.preventDefault();
    if (a.closest('.k-anchor')) { target.scrollIntoView({ block: 'start' }); return; }
    var box = target.closest('[data-field]');
    var c = target.tomselect ? target.tomselect.control_input : box && target.matches('select[hidden], .k-checks, textarea[hidden]') ? mainControl(box) : target;
    c.scrollIntoView({ block: 'center' }); c.focus({ preventScroll: true });
    if (target.tomselect) target.tomselect.focus();
  });
  k.start('[data-summary]', function (s) { if (!s.closest('dialog')) s.focus(); });
  k.start('[aria-invalid="true"][autofocus]', function (c) { c.focus(); });

  // -- counters, anchors, leaving --------------------------------------------------------------------------
  function count(form) {
    form.querySelectorAll('[data-chars]').forEach(function (c) {
      var t = c.closest('.k-field').querySelector('textarea');
      if (t) c.textContent = k.say('chars', { n: Array.from(t.value).length, max: t.getAttribute('maxlength') });
    });
  }
  addEventListener('beforeunload', function (e) {
    var form = document.querySelector('main [data-form]');
    if (form && form.kDirty && !form.kSent && form.closest('.k-app')) { e.preventDefault(); e.returnValue = ''; }
  });
  k.start('[data-anchor]', function (list) {
    if (!window.IntersectionObserver) return;
    var links = {};
    list.querySelectorAll('a').forEach(function (a) { links[a.hash.slice(1)] = a; });
    var seen = new IntersectionObserver(function (entries) {
      entries.forEach(function (en) {
        if (!en.isIntersecting) return;
        Object.keys(links).forEach(function (id) { links[id].removeAttribute('aria-current'); });
        if (links[en.target.id]) links[en.target.id].setAttribute('aria-current', 'true');
      });
    }, { rootMargin: '-80px 0px -70% 0px' });
    Object.keys(links).forEach(function (id) { var s = document.getElementById(id); if (s) seen.observe(s); });
  });
  k.start('[data-password]', function (box) {
    var input = box.querySelector('input'), b = k.el('button', { type: 'button', 'class': 'k-eye', 'aria-label': k.say('show_password'), title: k.say('show_password'), 'aria-pressed': 'false' }, k.icon('eye-off'));
    var pencil = box.querySelector('[data-pencil]');
    if (pencil) pencil.addEventListener('click', function () {
      input.disabled = false; input.placeholder = ''; input.required = true; input.focus();
      pencil.remove(); box.append(b);
    });
    b.addEventListener('click', function () {
      var shown = input.type === 'password';
      input.type = shown ? 'text' : 'password';
      b.setAttribute('aria-pressed', String(shown));
      b.querySelector('.ti').className = 'ti ti-' + (shown ? 'eye' : 'eye-off');
    });
    if (!pencil) box.append(b);
  });
})();
