// Menus are <details>: they open without us. Here: one at a time, keys, and a place on the screen.
(function () {
  'use strict';
  function items(menu) {
    return Array.prototype.filter.call(menu.querySelectorAll('.dropdown-menu a, .dropdown-menu button, .dropdown-menu input'), function (n) { return n.offsetParent !== null || n.getClientRects().length; });
  }

  function place(menu) {
    var list = menu.querySelector('.dropdown-menu'), head = menu.querySelector('summary').getBoundingClientRect();
    list.style.position = 'fixed';
    var w = list.offsetWidth, h = list.offsetHeight, below = innerHeight - head.bottom - 8;
    var up = h > below && head.top > below;
    var left = list.classList.contains('is-end') ? head.right - w : head.left;
    list.style.left = Math.max(8, Math.min(left, innerWidth - w - 8)) + 'px';
    list.style.top = (up ? Math.max(8, head.top - h - 4) : head.bottom + 4) + 'px';
    list.style.right = 'auto'; list.style.bottom = 'auto';
    list.style.maxHeight = Math.max(120, (up ? head.top : below) - 8) + 'px';
    list.classList.add('is-placed');
  }

  function shut(menu, back) {
    if (!menu.open) return;
    menu.open = false;
    if (back) menu.querySelector('summary').focus();
  }
  function shutAll(but) { document.querySelectorAll('details.k-menu[open]').forEach(function (m) { if (m !== but) shut(m); }); }

  k.start('details.k-menu', function (menu) {
    var head = menu.querySelector('summary');
    menu.addEventListener('toggle', function () {
      if (!menu.open) return;
      shutAll(menu); place(menu);
      var on = menu.querySelector('[aria-current="true"]'), first = on || items(menu)[0];
      if (first && menu.kByKey) first.focus();
      menu.kByKey = false;
    });
    head.addEventListener('click', function (e) {
      if (head.getAttribute('aria-disabled') === 'true') { e.preventDefault(); k.toast('info', head.title); return; }
      menu.kByKey = e.detail === 0;
    });
    menu.addEventListener('keydown', function (e) {
      var all = items(menu), at = all.indexOf(document.activeElement);
      if (e.key === 'Escape' && menu.open) { e.preventDefault(); e.stopPropagation(); shut(menu, true); }
      else if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
        e.preventDefault();
        if (!menu.open) { menu.kByKey = true; menu.open = true; return; }
        var next = e.key === 'ArrowDown' ? at + 1 : at - 1;
        (all[(next + all.length) % all.length] || head).focus();
      } else if ((e.key === 'Home' || e.key === 'End') && menu.open) { e.preventDefault(); all[e.key === 'Home' ? 0 : all.length - 1].focus(); }
      else if (e.key === 'Tab' && menu.open && !menu.querySelector('form')) shut(menu);
    });
    menu.querySelector('.dropdown-menu').addEventListener('click', function (e) {
      if (e.target.closest('a, button') && !e.target.closest('form')) shut(menu);
    });
  });

  document.addEventListener('click', function (e) {
    var inside = e.target.closest && e.target.closest('details.k-menu');
    shutAll(inside);
  });
  addEventListener('scroll', function (e) { if (!(e.target.closest && e.target.closest('.dropdown-menu'))) shutAll(); }, true);
  addEventListener('resize', function () { shutAll(); });

  // A control that cannot be used now says why.
  document.addEventListener('click', function (e) {
    var b = e.target.closest && e.target.closest('[data-reason]');
    if (b) { e.preventDefault(); k.toast('info', b.title); }
  });
})();
