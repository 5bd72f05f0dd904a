// Questions before a step that cannot be taken back, and dialogs fetched from the server.
(function () {
  'use strict';
  var asker = null;

  // k.ask({title, lines, yes, no, calm}).then(function (yes) {...}); focus starts on the safe answer.
  k.ask = function (q) {
    var box = document.getElementById('k-ask'), back = document.activeElement;
    var body = box.querySelector('#k-ask-d'), yes = box.querySelector('[data-yes]'), no = box.querySelector('[data-no]');
    box.querySelector('#k-ask-t').textContent = q.title;
    body.textContent = '';
    var lines = (q.lines || []).filter(Boolean);
    if (lines.length === 1) body.append(k.el('p', { text: lines[0] }));
    else if (lines.length) body.append(k.el('ul', {}, lines.map(function (l) { return k.el('li', { text: l }); })));
    yes.textContent = q.yes || k.say('continue'); no.textContent = q.no || k.say('back');
    yes.className = 'btn ' + (q.calm ? 'btn-primary' : 'btn-danger');
    box.querySelector('.k-confirm').classList.toggle('is-calm', !!q.calm);
    box.querySelector('.k-confirm-icon .ti').className = 'ti ti-' + (q.calm ? 'help' : 'alert-triangle');
    return new Promise(function (done) {
      asker = function (answer) { asker = null; box.close(); if (back && back.focus && document.contains(back)) back.focus(); done(answer); };
      yes.onclick = function () { asker(true); };
      no.onclick = function () { asker(false); };
      box.oncancel = function (e) { e.preventDefault(); asker(false); };
      box.showModal();
      no.focus();
    });
  };

  k.askOf = function (b, values) {
    var title = b.dataset.confirm.replace(/\{n\}/g, values ? values.n : '');
    return k.ask({ title: title, lines: (b.dataset.lines || '').split('\n'), yes: b.dataset.yes, no: b.dataset.no, calm: 'calm' in b.dataset });
  };

  // Any button or link with data-confirm waits for the answer, then does what it would have done.
  document.addEventListener('click', function (e) {
    var b = e.target.closest && e.target.closest('[data-confirm]');
    if (!b || b.kAnswered || b.dataset.batch) return;
    e.preventDefault(); e.stopPropagation();
    // The menu it stands in closes, and its head has the focus when the question is gone.
    var menu = b.closest('details.k-menu');
    if (menu) { menu.open = false; menu.querySelector('summary').focus(); }
    k.askOf(b).then(function (yes) {
      if (!yes) return;
      b.kAnswered = true;
      var form = b.form || (b.getAttribute('form') && document.getElementById(b.getAttribute('form')));
      if (form) { var hidden = k.el('input', { type: 'hidden', name: 'confirmed', value: '1' }); form.append(hidden); form.requestSubmit(b); setTimeout(function () { hidden.remove(); }); }
      else b.click();
      b.kAnswered = false;
    });
  }, true);

  // The shared form of single posts is sent once.
  document.addEventListener('submit', function (e) {
    if (e.target.id !== 'k-post') return;
    if (e.target.kSent) { e.preventDefault(); return; }
    e.target.kSent = true;
    setTimeout(function () { e.target.kSent = false; }, 5000);
  });
  addEventListener('pageshow', function () { var f = document.getElementById('k-post'); if (f) f.kSent = false; });

  // -- dialogs fetched from the server ----------------------------------------------------------
  var from = null;
  function box() { return document.getElementById('k-dialog'); }

  k.openDialog = function (url, opener, filler) {
    from = opener || document.activeElement;
    return fetch(url, { headers: { 'HX-Request': 'true', 'HX-Target': 'k-dialog', 'X-CSRFToken': k.csrf() }, credentials: 'same-origin' }).then(function (r) {
      if (r.status === 401) { location.reload(); return null; }
      if (r.headers.get('HX-Redirect')) { location.assign(r.headers.get('HX-Redirect')); return null; }
      if (!r.ok) throw new Error(told(r) || k.say({ 403: 'forbidden', 404: 'missing' }[r.status] || 'failed'));
      return r.text();
    }).then(function (html) {
      if (html === null) return;
      box().innerHTML = html;
      if (filler) filler(box());
      show();
    }).catch(function (e) { k.toast('bad', e instanceof TypeError ? k.say('offline') : e.message); });
  };

  function told(r) {
    try { return JSON.parse(r.headers.get('HX-Trigger')).toast.text; } catch (e) { return ''; }
  }

  function show() {
    var form = box().querySelector('form');
    box().classList.toggle('k-dialog-sm', !!box().querySelector('.k-confirm'));
    box().classList.toggle('k-dialog-wide', !!(form && 'wide' in form.dataset));
    box().setAttribute('aria-labelledby', 'k-dialog-t');
    if (window.htmx) htmx.process(box());
    k.refresh(box());
    if (!box().open) box().showModal();
    var wrong = box().querySelector('[data-summary]');
    var first = wrong || box().querySelector('[autofocus]') || box().querySelector('.modal-body input:not([type="hidden"]):not([readonly]), .modal-body select, .modal-body textarea');
    if (first) first.focus();
  }

  function close() {
    var form = box().querySelector('[data-form]');
    (form && form.kDirty ? k.ask({ title: k.say('leave'), lines: [k.say('leave_text')], yes: k.say('leave_yes'), no: k.say('leave_no') }) : Promise.resolve(true)).then(function (yes) {
      if (!yes) return;
      box().close(); box().textContent = '';
      if (from && document.contains(from)) from.focus();
    });
  }
  k.closeDialog = close;

  // A record that was made beside a form is chosen in the field that asked for it.
  document.addEventListener('made', function (e) {
    var select = from && from.dataset.beside && document.getElementById(from.dataset.beside), box = select && select.tomselect;
    if (!box) return;
    box.addOption({ value: e.detail.value, text: e.detail.label });
    box.setValue(e.detail.value);
  });

  k.start('#k-dialog', function (d) {
    d.addEventListener('cancel', function (e) { if (e.target === d) { e.preventDefault(); close(); } });
    d.addEventListener('click', function (e) { if (e.target.closest('[data-close]') || (e.target === d && !outsideIsText(e, d))) close(); });
    d.addEventListener('htmx:afterSwap', function (e) { if (e.detail.target === d) show(); });
    d.addEventListener('htmx:afterRequest', function (e) {
      if (e.detail.xhr && e.detail.xhr.status === 204 && d.open) {
        var form = d.querySelector('[data-form]'); if (form) form.kDirty = false;
        close();
        var list = document.getElementById('list');
        if (list && k.reloadList) k.reloadList();
      }
    });
  });
  function outsideIsText(e, d) { var r = d.getBoundingClientRect(); return e.clientX >= r.left && e.clientX <= r.right && e.clientY >= r.top && e.clientY <= r.bottom; }

  document.addEventListener('click', function (e) {
    var a = e.target.closest && e.target.closest('a[data-dialog]');
    if (!a || e.metaKey || e.ctrlKey || e.shiftKey || e.defaultPrevented) return;
    e.preventDefault();
    k.openDialog(a.href, a);
  });

  // -- pictures ---------------------------------------------------------------------------------
  document.addEventListener('click', function (e) {
    var a = e.target.closest && e.target.closest('a[data-picture]');
    if (!a || e.metaKey || e.ctrlKey) return;
    e.preventDefault();
    var shown = k.el('dialog', { 'class': 'k-picture', 'aria-label': a.getAttribute('aria-label') }, [
      k.el('img', { src: a.href, alt: a.getAttribute('aria-label') || '' }),
      k.el('button', { type: 'button', 'class': 'k-x', 'aria-label': k.say('close') }, k.icon('x'))
    ]);
    document.body.append(shown);
    shown.addEventListener('close', function () { shown.remove(); a.focus(); });
    shown.addEventListener('click', function () { shown.close(); });
    shown.showModal();
  });
})();
