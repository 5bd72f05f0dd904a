// A place in a tree: lists side by side, one level at a time on a phone; typing finds it by its path.
(function () {
  'use strict';
  k.start('[data-cascade]', function (box) {
    if (box.closest('template')) return;
    var select = box.querySelector('select'), leafOnly = 'leaf' in box.dataset, cache = {}, pop = null, path = [], blank = select.options[0] ? select.options[0].text : '';
    var input = k.el('input', { 'class': select.className.replace('form-select', 'form-control'), type: 'text', role: 'combobox', 'aria-expanded': 'false', 'aria-haspopup': 'dialog', autocomplete: 'off', placeholder: blank, 'data-aside': true });
    ['aria-label', 'aria-describedby', 'aria-required', 'aria-invalid'].forEach(function (n) { if (select.hasAttribute(n)) input.setAttribute(n, select.getAttribute(n)); });
    var label = document.querySelector('label[for="' + select.id + '"]');
    if (label) { input.id = select.id + '-input'; label.htmlFor = input.id; }
    input.value = text();
    select.hidden = true;
    box.insertBefore(input, select.nextSibling);
    if (select.hasAttribute('readonly')) { input.readOnly = true; return; }
    var clear = k.el('button', { type: 'button', 'class': 'k-x k-clear', 'aria-label': k.say('clear'), hidden: !select.value }, k.icon('x'));
    box.append(clear);
    clear.addEventListener('click', function () { choose('', ''); input.focus(); });

    function text() { return select.value ? select.options[select.selectedIndex].text : ''; }
    function choose(value, shown) {
      var o = Array.prototype.find.call(select.options, function (x) { return x.value === value; });
      if (!o) { o = k.el('option', { value: value, text: shown }); select.append(o); }
      o.text = value ? shown : o.text; select.value = value;
      input.value = value ? shown : ''; clear.hidden = !value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    }
    k.leansOn(box, function () { cache = {}; path = []; if (select.value) choose('', ''); });

    function below(parent) {
      if (!cache[parent]) cache[parent] = k.askOptions(box, { parent: parent }).then(function (a) { return a.result; });
      cache[parent].catch(function () { delete cache[parent]; });
      return cache[parent];
    }

    function open(focus) {
      if (pop) return;
      pop = k.el('div', { 'class': 'k-cascade', role: 'dialog', 'aria-label': input.getAttribute('aria-label') || (label ? label.textContent : '') });
      (box.closest('dialog') || document.body).append(pop);
      input.setAttribute('aria-expanded', 'true');
      path = [];
      level(0, '', focus === true);
    }
    function shut(back) {
      if (!pop) return;
      pop.remove(); pop = null;
      input.setAttribute('aria-expanded', 'false'); input.value = text();
      if (back) input.focus();
    }
    function place() {
      if (!pop || k.phone()) return;
      var at = input.getBoundingClientRect(), h = pop.offsetHeight;
      pop.style.left = Math.max(8, Math.min(at.left, innerWidth - pop.offsetWidth - 8)) + 'px';
      pop.style.top = (innerHeight - at.bottom < h + 12 && at.top > h ? at.top - h - 4 : at.bottom + 4) + 'px';
    }

    // While a word is searched for, its hits stand, even if the first level comes late.
    function searching() { var word = input.value.trim(); return word && word !== text(); }
    function level(depth, parent, focus) {
      below(parent).then(function (nodes) {
        if (!pop || (!depth && searching())) return;
        while (pop.children.length > depth) pop.lastChild.remove();
        pop.querySelectorAll('.k-cascade-hits').forEach(function (n) { n.remove(); });
        var ul = k.el('ul', { role: 'listbox', 'aria-label': depth ? path[depth - 1].label : k.say('top_level') });
        if (depth && k.phone()) ul.append(back(depth));
        // A place that has places below it can be chosen itself, unless only the ends may.
        nodes.forEach(function (n) { ul.append(item(n, depth)); });
        if (!nodes.length) ul.append(k.el('li', { 'class': 'k-cascade-none', text: k.say('nothing') }));
        pop.append(ul); place();
        if (focus) { var first = ul.querySelector('li[tabindex]'); if (first) first.focus(); }
      }).catch(function () { shut(); k.toast('bad', k.say('load_failed')); });
    }
    function back(depth) {
      var li = k.el('li', { 'class': 'k-cascade-back', tabindex: '-1' }, [k.icon('chevron-left'), document.createTextNode(depth > 1 ? path[depth - 2].label : k.say('top_level'))]);
      li.addEventListener('click', function () { path.length = depth - 1; pop.lastChild.remove(); place(); });
      return li;
    }
    function item(n, depth) {
      var li = k.el('li', { role: 'option', tabindex: '-1', 'aria-selected': 'false' }, [k.el('span', { text: n.label })]);
      if (!n.leaf) li.append(k.icon('chevron-right'));
      li.kNode = n; li.kDepth = depth;
      return li;
    }
    function pick(li, final, focus) {
      var n = li.kNode, depth = li.kDepth;
      path.length = depth; path.push(n);
      Array.prototype.forEach.call(li.parentElement.children, function (o) { if (o.role === 'option' || o.getAttribute('role')) o.setAttribute('aria-selected', String(o === li)); });
      var shown = path.map(function (p) { return p.label; }).join(' / ');
      if (n.leaf) { choose(String(n.value), shown); shut(true); return; }
      if (!leafOnly) choose(String(n.value), shown);
      if (final && !leafOnly) { shut(true); return; }
      level(depth + 1, n.value, focus);
    }

    var find = k.later(function () {
      var word = input.value.trim();
      if (!word || word === text()) { if (pop && pop.querySelector('.k-cascade-hits')) { pop.textContent = ''; path = []; level(0, ''); } return; }
      open();
      k.askOptions(box, { q: word }).then(function (a) {
        if (!pop) return;
        pop.textContent = '';
        var ul = k.el('ul', { 'class': 'k-cascade-hits', role: 'listbox', 'aria-label': k.say('search') });
        a.result.forEach(function (n) {
          var shown = (n.path && n.path.length ? n.path : [n.label]).join(' / ');
          var li = k.el('li', { role: 'option', tabindex: '-1', 'aria-selected': 'false', text: shown });
          li.kHit = [String(n.value), shown]; ul.append(li);
        });
        if (!a.result.length) ul.append(k.el('li', { 'class': 'k-cascade-none', text: k.say('nothing') }));
        pop.append(ul); place();
      }).catch(function () { k.toast('bad', k.say('load_failed')); });
    }, 250);

    input.addEventListener('click', open);
    input.addEventListener('input', find);
    input.addEventListener('keydown', function (e) {
      if (e.key === 'ArrowDown') { e.preventDefault(); var f = pop && pop.querySelector('li[tabindex]'); if (f) f.focus(); else open(true); }
      else if (e.key === 'Enter' && pop) { e.preventDefault(); var hit = pop.querySelector('.k-cascade-hits li[tabindex]'); if (hit) { choose(hit.kHit[0], hit.kHit[1]); shut(true); } }
      else if (e.key === 'Escape' && pop) { e.preventDefault(); e.stopPropagation(); shut(true); }
      else if (e.key === 'Tab') shut();
    });
    document.addEventListener('pointerdown', function (e) { if (pop && !pop.contains(e.target) && !box.contains(e.target)) shut(); });
    addEventListener('scroll', function (e) { if (pop && !(e.target.closest && e.target.closest('.k-cascade'))) place(); }, true);
    (function listen() {
      function on(e) { return pop && pop.contains(e.target) ? e.target.closest('li[tabindex]') : null; }
      document.addEventListener('click', function (e) {
        var li = on(e); if (!li || li.classList.contains('k-cascade-back')) return;
        if (li.kHit) { choose(li.kHit[0], li.kHit[1]); shut(true); } else pick(li);
      });
      document.addEventListener('dblclick', function (e) { var li = on(e); if (li && li.kNode) pick(li, true); });
      document.addEventListener('keydown', function (e) {
        var li = on(e); if (!li) return;
        var to = { ArrowDown: li.nextElementSibling, ArrowUp: li.previousElementSibling }[e.key];
        if (to && to.focus) { e.preventDefault(); to.focus(); }
        else if (e.key === 'ArrowRight' && li.kNode && !li.kNode.leaf) { e.preventDefault(); pick(li, false, true); }
        else if (e.key === 'ArrowLeft') { e.preventDefault(); var up = li.parentElement.previousElementSibling; if (up) (up.querySelector('[aria-selected="true"]') || up.firstChild).focus(); }
        else if (e.key === 'Enter' || e.key === ' ') { e.preventDefault(); if (li.kHit) { choose(li.kHit[0], li.kHit[1]); shut(true); } else pick(li, true); }
        else if (e.key === 'Escape') { e.preventDefault(); e.stopPropagation(); shut(true); }
      }, true);
    })();
  });
})();
