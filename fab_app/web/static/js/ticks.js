// A tree with boxes to tick: branches are asked for when they are opened; what is ticked stands below in words.
(function () {
  'use strict';
  k.start('[data-ticks]', function (box) {
    if (box.closest('template')) return;
    var select = box.querySelector('select'), named = select.getAttribute('aria-labelledby'), fixed = select.hasAttribute('readonly');
    var tree = k.el('ul', { 'class': 'k-ticks-tree' }), told = k.el('p', { 'class': 'k-ticks-told', role: 'status' });
    var find = k.el('input', { type: 'search', 'class': 'form-control', 'data-aside': true, 'aria-label': k.say('search'), placeholder: k.say('type_more') });
    select.hidden = true;
    box.append(k.el('div', { 'class': 'k-ticks-box', role: 'group', 'aria-labelledby': named }, [find, tree]), told);

    function option(value) { return Array.prototype.find.call(select.options, function (o) { return o.value === value; }); }
    function ticked(value) { var o = option(value); return !!o && o.selected; }
    function set(value, label, on) {
      var o = option(value);
      if (!o) { o = k.el('option', { value: value, text: label }); select.append(o); }
      o.selected = on;
      draw();
      select.dispatchEvent(new Event('change', { bubbles: true }));
    }
    function draw() {
      var names = Array.prototype.map.call(select.selectedOptions, function (o) { return o.text; });
      told.textContent = names.length ? k.say('ticked', { what: names.join(k.say('comma')) }) : k.say('none_ticked');
      tree.querySelectorAll('input').forEach(function (c) { c.checked = ticked(c.value); });
    }
    function item(node) {
      var value = String(node.value), shown = (node.path && node.path.length ? node.path : [node.label]).join(' / ');
      var tick = k.el('input', { type: 'checkbox', 'class': 'form-check-input', value: value, 'data-aside': true, disabled: fixed || node.disabled });
      tick.addEventListener('change', function (e) { e.stopPropagation(); set(value, node.label, tick.checked); });
      var line = k.el('div', { 'class': 'k-tick' }), li = k.el('li', {}, line);
      if (!node.leaf && !node.path) line.append(opener(node, li));
      line.append(k.el('label', { 'class': 'k-check' }, [tick, document.createTextNode(shown)]));
      return li;
    }
    function opener(node, li) {
      var open = k.el('button', { type: 'button', 'class': 'k-x', 'aria-expanded': 'false', 'aria-label': k.say('unfold', { what: node.label }) }, k.icon('chevron-right')), inner = null;
      open.addEventListener('click', function () {
        var on = open.getAttribute('aria-expanded') !== 'true';
        open.setAttribute('aria-expanded', String(on));
        if (inner) { inner.hidden = !on; return; }
        inner = k.el('ul');
        li.append(inner);
        fill(inner, { parent: node.value });
      });
      return open;
    }
    function fill(list, asked) {
      return k.askOptions(box, asked).then(function (a) {
        list.textContent = '';
        a.result.forEach(function (node) { list.append(item(node)); });
        if (!a.result.length) list.append(k.el('li', { 'class': 'k-ticks-none', text: k.say('nothing') }));
        draw();
      }).catch(function () { k.toast('bad', k.say('load_failed')); });
    }
    // One root says nothing: what lies below it is seen at once.
    function begin() {
      fill(tree, { parent: '' }).then(function () {
        var roots = tree.querySelectorAll(':scope > li > .k-tick > button');
        if (roots.length === 1) roots[0].click();
      });
    }
    find.addEventListener('input', k.later(function () {
      if (find.value.trim()) fill(tree, { q: find.value.trim() }); else begin();
    }, 250));
    find.addEventListener('keydown', function (e) { if (e.key === 'Enter') e.preventDefault(); });
    k.leansOn(box, function () { Array.prototype.forEach.call(select.options, function (o) { o.selected = false; }); begin(); });
    begin();
  });
})();
