// The frame: menu groups, rail, phone drawer, badges, the / key, tabs and trees.
(function () {
  'use strict';
  var root = document.documentElement;
  function isRail() { return root.dataset.side === 'rail' || (root.dataset.side !== 'open' && matchMedia('(min-width: 768px) and (max-width: 1399.98px)').matches); }

  // -- menu groups; on the rail a group opens beside it -----------------------------------------
  k.start('.k-side .k-nav-link[aria-expanded]', function (b) {
    var sub = b.nextElementSibling;
    if (sub && sub.querySelector('[aria-current]')) b.classList.add('has-current');
    b.addEventListener('click', function () {
      var top = b.parentElement.parentElement.parentElement.classList.contains('k-nav');
      if (isRail() && top && !k.phone()) return fly(b, sub);
      b.setAttribute('aria-expanded', String(b.getAttribute('aria-expanded') !== 'true'));
    });
  });
  k.start('.k-side .k-nav > ul > li > .k-nav-link', function (b) {
    var name = b.querySelector('span'); if (name) b.dataset.tip = name.textContent;
  });
  function fly(b, sub) {
    var open = sub.classList.contains('is-fly');
    land();
    if (open) return;
    var at = b.getBoundingClientRect();
    sub.classList.add('is-fly');
    sub.style.left = at.right + 6 + 'px';
    sub.style.top = Math.max(8, Math.min(at.top, innerHeight - sub.offsetHeight - 8)) + 'px';
    b.classList.add('is-flying');
    var first = sub.querySelector('a, button'); if (first) first.focus({ preventScroll: true });
  }
  function land() {
    document.querySelectorAll('.k-nav-sub.is-fly').forEach(function (s) { s.classList.remove('is-fly'); s.style.left = s.style.top = ''; s.previousElementSibling.classList.remove('is-flying'); });
  }
  document.addEventListener('click', function (e) { if (!e.target.closest('.k-nav > ul > li')) land(); });
  document.addEventListener('keydown', function (e) {
    if (e.key !== 'Escape') return;
    var open = document.querySelector('.is-flying');
    if (open) { land(); open.focus(); }
    if (document.querySelector('.k-side.is-open')) drawer(false);
  });

  // -- rail or full, remembered ------------------------------------------------------------------
  k.start('[data-rail]', function (b) {
    function mark() {
      var text = k.say(isRail() ? 'menu_pin' : 'menu_fold');
      b.querySelector('span').textContent = text; b.title = isRail() ? text : '';
      b.querySelector('.ti').className = 'ti ti-layout-sidebar-left-' + (isRail() ? 'expand' : 'collapse');
    }
    mark();
    b.addEventListener('click', function () {
      var next = isRail() ? 'open' : 'rail';
      root.dataset.side = next; k.memory.set('side', next); land(); mark();
      dispatchEvent(new Event('resize'));
    });
  });

  // -- the drawer of a phone ----------------------------------------------------------------------
  function drawer(open) {
    var side = document.getElementById('side'), veil = document.querySelector('[data-veil]'), b = document.querySelector('[data-side-open]');
    side.classList.toggle('is-open', open); veil.hidden = !open; b.setAttribute('aria-expanded', String(open));
    document.querySelector('.k-body').inert = open;
    if (open) (side.querySelector('[aria-current]') || side.querySelector('a, button, summary')).focus(); else b.focus();
  }
  k.start('[data-side-open]', function (b) { b.addEventListener('click', function () { drawer(true); }); });
  k.start('[data-veil]', function (v) { v.addEventListener('click', function () { drawer(false); }); });

  // -- counters come after the page ---------------------------------------------------------------
  k.badges = function () {
    var side = document.getElementById('side');
    if (!side || !side.dataset.badges) return;
    fetch(side.dataset.badges, { credentials: 'same-origin', headers: { Accept: 'application/json' } })
      .then(function (r) { return r.ok ? r.json() : {}; })
      .then(function (counts) {
        document.querySelectorAll('[data-badge]').forEach(function (b) {
          var n = counts[b.dataset.badge];
          if (n === undefined) return;
          b.hidden = !n; b.textContent = n > 99 ? '99+' : n || '';
        });
      }).catch(function () { /* counters are not worth a message */ });
  };
  k.start('#side[data-badges]', function () { k.badges(); });

  // -- / goes to the search -----------------------------------------------------------------------
  document.addEventListener('keydown', function (e) {
    if (e.key !== '/' || e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) || e.target.isContentEditable || document.querySelector('dialog[open]')) return;
    var field = document.querySelector('[data-slash]') || document.querySelector('#k-query .is-key input');
    if (field) { e.preventDefault(); field.focus(); field.select(); }
  });

  // -- the chosen one of many tabs stands within the view ------------------------------------------
  k.start('.k-tabs', function (nav) {
    var chosen = nav.querySelector('[aria-current], [aria-selected="true"]');
    if (chosen && nav.scrollWidth > nav.clientWidth) nav.scrollLeft += chosen.getBoundingClientRect().left - nav.getBoundingClientRect().left - (nav.clientWidth - chosen.offsetWidth) / 2;
  });

  // -- tabs inside a page -------------------------------------------------------------------------
  k.start('[data-tabs]', function (box) {
    var tabs = Array.prototype.slice.call(box.querySelectorAll('[role="tab"]'));
    function show(tab, focus) {
      tabs.forEach(function (t) {
        var on = t === tab, panel = document.getElementById(t.getAttribute('aria-controls'));
        t.setAttribute('aria-selected', String(on)); t.tabIndex = on ? 0 : -1; panel.hidden = !on;
        if (on) fill(panel);
      });
      if (focus) tab.focus();
    }
    tabs.forEach(function (t, at) {
      t.addEventListener('click', function () { show(t); });
      t.addEventListener('keydown', function (e) {
        var to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[e.key];
        if (to !== undefined) { e.preventDefault(); show(tabs[(to + tabs.length) % tabs.length], true); }
      });
    });
    var first = box.querySelector('[role="tabpanel"]:not([hidden])'); if (first) fill(first);
  });
  function fill(panel) {
    if (!panel.dataset.load) return;
    var url = panel.dataset.load; delete panel.dataset.load;
    fetch(url, { credentials: 'same-origin', headers: { 'HX-Request': 'true', 'HX-Target': panel.id } }).then(function (r) {
      if (!r.ok) throw new Error(r.status);
      return r.text();
    }).then(function (html) { panel.innerHTML = html; if (window.htmx) htmx.process(panel); k.refresh(panel); })
      .catch(function () {
        panel.dataset.load = url; panel.textContent = '';
        var again = k.el('button', { type: 'button', 'class': 'btn btn-sm', text: k.say('retry') });
        again.addEventListener('click', function () { fill(panel); });
        panel.append(k.el('div', { 'class': 'k-empty k-empty-sm' }, [k.el('p', { text: k.say('load_failed') }), again]));
      });
  }

  // -- trees ---------------------------------------------------------------------------------------
  k.start('[data-tree]', function (tree) {
    tree.addEventListener('click', function (e) {
      var b = e.target.closest('button[aria-expanded]'); if (b) turn(b);
    });
    tree.addEventListener('keydown', function (e) {
      var a = e.target.closest('a'); if (!a) return;
      var all = Array.prototype.filter.call(tree.querySelectorAll('a'), function (n) { return n.offsetParent; }), at = all.indexOf(a);
      var b = a.parentElement.querySelector('button[aria-expanded]'), open = b && b.getAttribute('aria-expanded') === 'true';
      if (e.key === 'ArrowDown' || e.key === 'ArrowUp') { e.preventDefault(); (all[at + (e.key === 'ArrowDown' ? 1 : -1)] || a).focus(); }
      else if (e.key === 'ArrowRight' && b) { e.preventDefault(); if (!open) turn(b); else if (all[at + 1]) all[at + 1].focus(); }
      else if (e.key === 'ArrowLeft') { e.preventDefault(); if (open) turn(b); else { var up = a.closest('ul').previousElementSibling; if (up && up.querySelector('a')) up.querySelector('a').focus(); } }
    });
  });
  function turn(b) {
    var open = b.getAttribute('aria-expanded') !== 'true', list = b.closest('li').querySelector('ul');
    b.setAttribute('aria-expanded', String(open)); list.hidden = !open;
    if (open && b.dataset.load) {
      var url = b.dataset.load; delete b.dataset.load;
      fetch(url, { credentials: 'same-origin', headers: { 'HX-Request': 'true' } }).then(function (r) { return r.text(); }).then(function (html) { list.innerHTML = html; })
        .catch(function () { b.dataset.load = url; k.toast('bad', k.say('load_failed')); });
    }
  }
  k.start('[data-tree-search]', function (input) {
    var tree = input.closest('aside').querySelector('[data-tree]');
    input.addEventListener('input', k.later(function () {
      var word = input.value.trim().toLowerCase();
      Array.prototype.slice.call(tree.querySelectorAll('li')).reverse().forEach(function (li) {
        var row = li.firstElementChild, below = li.querySelector(':scope > ul');
        var hit = !word || row.textContent.toLowerCase().indexOf(word) >= 0, inner = below && below.querySelector(':scope > li:not([hidden])');
        li.hidden = !(hit || (word && inner));
        if (word && below && inner) { below.hidden = false; var b = row.querySelector('button'); if (b) b.setAttribute('aria-expanded', 'true'); }
      });
    }, 120));
  });

  // -- what does not fit says so when pointed at ----------------------------------------------------
  document.addEventListener('mouseover', function (e) {
    var c = e.target.closest && e.target.closest('.k-table td, .k-table th, .k-ellipsis');
    if (c && !c.title && c.scrollWidth > c.clientWidth + 1) c.title = c.innerText.trim();
  });
  k.start('.k-table-wrap', function (w) {
    function edge() { w.classList.toggle('k-scrolled', w.scrollWidth - w.clientWidth - w.scrollLeft > 1); }
    w.addEventListener('scroll', edge); addEventListener('resize', edge); edge();
    sorted(w);
  });
  // The column that somebody sorts by comes into view: it may lie beyond the edge or under the columns that stay there.
  function sorted(w) {
    var th = new URLSearchParams(location.search).has('order') && w.querySelector('th[aria-sort]');
    if (!th || w.scrollWidth <= w.clientWidth + 1 || th.matches('.k-pin')) return;
    var left = w.getBoundingClientRect().left, right = left + w.clientWidth, box = th.getBoundingClientRect();
    th.parentNode.querySelectorAll('.k-pin, .k-act').forEach(function (one) { right = Math.min(right, one.getBoundingClientRect().left); });
    if (box.right > right) w.scrollLeft += Math.min(box.right - right, box.left - left);
  }
})();
