// The page itself on paper: in the light theme whatever the screen has, and told when it was and how much it is.
// Loaded before the charts, which draw themselves anew in the colours of the paper.
(function () {
  'use strict';
  var root = document.documentElement, theme = null, put = null;
  function two(n) { return (n < 10 ? '0' : '') + n; }
  function moment(d) { return d.getFullYear() + '-' + two(d.getMonth() + 1) + '-' + two(d.getDate()) + ' ' + two(d.getHours()) + ':' + two(d.getMinutes()); }
  function told() {
    // The numbers are those of the screen: a total may have come after the page.
    var list = document.querySelector('#list'), total = document.querySelector('#k-total'), said = [moment(new Date())];
    if (list && total) said.push(total.textContent.trim());
    if (list) said.push(k.say('on_paper').replace('{n}', list.querySelectorAll('tbody tr').length));
    return said.join(' · ');
  }
  function panels() {
    // Tabs are no use on paper: what has come stands under its own name.
    document.querySelectorAll('[role="tabpanel"][aria-labelledby]').forEach(function (panel) {
      var tab = document.getElementById(panel.getAttribute('aria-labelledby'));
      if (!tab || panel.querySelector('.k-loading')) return;
      var name = k.el('h2', { 'class': 'k-on-paper', text: tab.firstChild.textContent });
      panel.prepend(name); put.push(name);
    });
  }
  addEventListener('beforeprint', function () {
    if (put) return;
    theme = root.getAttribute('data-bs-theme');
    root.setAttribute('data-bs-theme', 'light');
    var head = document.querySelector('#main h1'), line = k.el('p', { 'class': 'k-on-paper', text: told() });
    if (head) (head.closest('.k-page-head, .k-hero-top') || head).after(line);
    put = [line]; panels();
  });
  addEventListener('afterprint', function () {
    if (!put) return;
    put.forEach(function (one) { one.remove(); }); put = null;
    root.setAttribute('data-bs-theme', theme);
  });
  document.addEventListener('click', function (e) {
    var pressed = e.target.closest && e.target.closest('a[href="#print"]');
    if (!pressed) return;
    e.preventDefault();
    if (!pressed.dataset.told) { print(); return; }
    // Printing is told in the log first: what cannot be told is not printed by this button.
    var body = new URLSearchParams({ csrf_token: k.csrf() });
    fetch(pressed.dataset.told + location.search, { method: 'POST', credentials: 'same-origin', body: body }).then(function (answer) {
      if (answer.ok) print(); else k.toast('bad', k.say(answer.status === 403 ? 'forbidden' : 'failed'));
    }).catch(function () { k.toast('bad', k.say('offline')); });
  });
})();
