// A form that stood open for long is not sent by whose login has ended: he is told, and what he typed stays.
(function () {
  'use strict';
  var k = window.k, LONG = 10 * 60 * 1000;

  document.addEventListener('submit', function (e) {
    var form = e.target;
    if (!form.matches('form[data-form]') || form.kAlive || performance.now() < LONG) { form.kAlive = false; return; }
    e.preventDefault(); e.stopImmediatePropagation();
    var by = e.submitter;
    fetch(location.href, { credentials: 'same-origin', headers: { 'HX-Request': 'true' } }).then(function (r) {
      var old = form.querySelector('[data-ended]'); if (old) old.remove();
      if (r.status === 401) { tell(form); return; }
      return r.text().then(function (page) { renew(page); form.kAlive = true; form.requestSubmit(by); });
    }).catch(function () { k.toast('bad', k.say('offline')); });
  }, true);

  // Who logged in anew has a new token of the page.
  function renew(page) {
    var token = new DOMParser().parseFromString(page, 'text/html').querySelector('meta[name="csrf-token"]');
    if (!token) return;
    document.querySelector('meta[name="csrf-token"]').content = token.content;
    document.querySelectorAll('[name="csrf_token"]').forEach(function (field) { field.value = token.content; });
  }

  function tell(form) {
    var link = k.el('a', { href: '/login/', target: '_blank', text: k.say('log_in') });
    var note = k.el('div', { 'class': 'k-note k-note-warn', role: 'alert', tabindex: '-1', 'data-ended': true }, [k.icon('alert-triangle'), k.el('div', {}, [k.el('p', { text: k.say('ended') }), link])]);
    form.prepend(note); note.focus(); note.scrollIntoView({ block: 'center' });
  }
})();
