// Short messages at the top right. Those of the server stand in the page or come as an HX-Trigger.
(function () {
  'use strict';
  var ICONS = { good: 'circle-check', bad: 'alert-circle', warn: 'alert-triangle', info: 'info-circle' };
  function box() { return document.getElementById('k-toasts'); }

  function start(node) {
    var kind = (/is-(\w+)/.exec(node.className) || [])[1] || 'info', left = 4000, timer = null;
    var mark = node.querySelector('.ti');
    if (mark && mark.className === 'ti') mark.classList.add('ti-' + (ICONS[kind] || ICONS.info));
    function close() { node.remove(); }
    function run() { if (kind !== 'bad') timer = setTimeout(close, left); }
    node.addEventListener('mouseenter', function () { clearTimeout(timer); });
    node.addEventListener('mouseleave', run);
    node.addEventListener('focusin', function () { clearTimeout(timer); });
    node.addEventListener('focusout', run);
    node.querySelector('.k-x').addEventListener('click', close);
    if (node.querySelector('.k-btn-text')) left = 8000;
    run();
  }

  // k.toast('good', 'Saved', { detail, undo: fn })
  k.toast = function (kind, text, more) {
    more = more || {};
    var body = k.el('div', {}, [document.createTextNode(text)]);
    if (more.detail) body.append(k.el('p', { text: more.detail }));
    var node = k.el('div', { 'class': 'k-toast is-' + kind, role: kind === 'bad' ? 'alert' : 'status' }, [k.icon(ICONS[kind] || ICONS.info), body]);
    if (more.undo) {
      var undo = k.el('button', { type: 'button', 'class': 'k-btn-text', text: k.say('undo') });
      undo.addEventListener('click', function () { node.remove(); more.undo(); });
      body.append(undo);
    }
    node.append(k.el('button', { type: 'button', 'class': 'k-x', 'aria-label': k.say('close') }, k.icon('x')));
    // The same sentence once: a server that is away would fill the page.
    Array.prototype.forEach.call(box().children, function (old) { if (old.textContent === node.textContent && !more.undo) old.remove(); });
    // A dialog stands above everything: its messages have to stand inside it.
    var top = document.querySelector('dialog[open]');
    if (box().showPopover) { if (!box().hasAttribute('popover')) box().setAttribute('popover', 'manual'); if (top) { try { box().hidePopover(); } catch (e) { /* was shut */ } box().showPopover(); } }
    box().append(node);
    start(node);
  };

  k.start('[data-toast]', start);
  document.addEventListener('toast', function (e) {
    var d = e.detail || {};
    [].concat(d.value || d).forEach(function (t) { if (t.text) k.toast(t.kind || 'info', t.text, { detail: t.detail }); });
  });

  // What htmx could not do.
  var BY_STATUS = { 401: null, 403: 'forbidden', 404: 'missing', 429: 'toomany' };
  document.addEventListener('htmx:responseError', function (e) {
    var status = e.detail.xhr.status;
    if (status === 401) { location.reload(); return; }
    if (/"toast"/.test(e.detail.xhr.getResponseHeader('HX-Trigger') || '')) return;
    k.toast('bad', k.say(BY_STATUS[status] || 'failed'));
  });
  document.addEventListener('htmx:sendError', function (e) {
    k.toast('bad', k.say(e.target && e.target.closest && e.target.closest('[data-form]') ? 'offline' : 'failed'));
  });
  document.addEventListener('htmx:configRequest', function (e) { e.detail.headers['X-CSRFToken'] = k.csrf(); });
})();
