// A tree with boxes to tick: branches are asked for when they are opened; what is ticked is told in words. Where a tick
// stands for more than its node (data-cover) what it covers in fact stands below, and the tree shows it.
(function () {
  'use strict';
  var NONE = { groups: [], count: 0, more: false, above: [] };
  k.start('[data-ticks]', function (box) {
    if (box.closest('template')) return;
    var select = box.querySelector('select'), named = select.getAttribute('aria-labelledby'), fixed = select.hasAttribute('readonly');
    var cover = box.dataset.cover || '', dropped = box.dataset.covered === 'drop', facts = NONE, begun = false, leaning = k.leaning(box);
    var tree = k.el('ul', { 'class': 'k-ticks-tree' }), told = k.el('p', { 'class': 'k-ticks-told', role: 'status' });
    var find = k.el('input', { type: 'search', 'class': 'form-control', 'data-aside': true, 'aria-label': k.say('search'), placeholder: k.say('type_more') });
    var panel = k.el('div', { 'class': 'k-ticks-box', role: 'group', 'aria-labelledby': named, id: select.id + '-tree' }, [find, tree]);
    var fact = cover ? k.el('div', { 'class': 'k-ticks-fact', role: 'status' }) : null, head = null;
    select.hidden = true;
    if ('fold' in box.dataset) {
      var shown = k.el('span', { id: select.id + '-told' });
      head = k.el('button', { type: 'button', 'class': 'form-select k-ticks-head', 'aria-expanded': 'false', 'aria-controls': panel.id, 'aria-labelledby': named + ' ' + shown.id, 'data-aside': true, disabled: fixed }, shown);
      panel.hidden = true;
      box.append(k.el('div', { 'class': 'k-ticks-fold' }, [head, panel]));
    } else box.append(panel, told);
    if (fact) box.append(fact);

    function chosen() { return Array.prototype.slice.call(select.selectedOptions); }
    function option(value) { return Array.prototype.find.call(select.options, function (o) { return o.value === value; }); }
    function ticked(value) { var o = option(value); return !!o && o.selected; }
    function set(value, label, on) {
      var o = option(value);
      if (!o) { o = k.el('option', { value: value, text: label }); select.append(o); }
      o.selected = on;
      changed();
    }
    function changed() {
      draw(); ask();
      select.dispatchEvent(new Event('change', { bubbles: true }));
    }
    function draw() {
      var names = chosen().map(function (o) { return o.text; }), list = names.join(k.say('comma'));
      told.textContent = names.length ? k.say('ticked', { what: list }) : k.say('none_ticked');
      if (head) { head.firstChild.textContent = list || k.say('please'); head.classList.toggle('is-empty', !names.length); head.title = list; }
      mark(tree, false);
    }
    // Inside a tick all is covered, unless it is narrowed by ticks of its own branch.
    function mark(list, inside) {
      Array.prototype.forEach.call(list.children, function (li) {
        var tick = li.kTick;
        if (!tick) return;
        var on = ticked(tick.value), branch = facts.above.indexOf(tick.value) >= 0, narrowed = on && branch && cover === 'children';
        var within = !on && (inside || (li.kAbove || []).some(covering));
        tick.checked = on;
        tick.indeterminate = narrowed || (!on && !within && branch);
        tick.disabled = fixed || li.kShut || (within && dropped);
        li.kTag.textContent = within ? k.say('tick_within') : narrowed ? k.say('tick_narrowed') : '';
        li.kTag.hidden = !li.kTag.textContent;
        li.firstChild.classList.toggle('is-within', within);
        if (li.kInner) mark(li.kInner, !!cover && !narrowed && (inside || on));
      });
    }
    function covering(value) { return !!cover && ticked(value) && !(cover === 'children' && facts.above.indexOf(value) >= 0); }

    // -- what is covered in fact -------------------------------------------------------------------
    var ask = k.later(function () { tell(); }, 150);
    function tell(moved) {
      if (!cover && !moved) return;
      var values = chosen().map(function (o) { return o.value; }), asked = values.join(',');
      if (!asked) { facts = NONE; if (moved) leaning = k.leaning(box); show(); return; }
      k.askOptions(box, { ticked: asked }).then(function (a) {
        if (asked !== chosen().map(function (o) { return o.value; }).join(',')) return;
        if (moved) leave(a.ticks);
        facts = a; show();
      }).catch(function () { k.toast('bad', k.say('load_failed')); });
    }
    // What may no longer be ticked goes once that is agreed to, and is named; else what this leans on is as it was.
    function leave(ticks) {
      var gone = chosen().filter(function (o) { return ticks.indexOf(o.value) < 0; }), names = gone.map(function (o) { return o.text; }).join(k.say('comma'));
      if (!gone.length) { leaning = k.leaning(box); return; }
      k.ask({ title: k.say('ticks_ask'), lines: [names] }).then(function (yes) {
        if (!yes) { k.leaning(box, leaning); return; }
        leaning = k.leaning(box);
        gone.forEach(function (o) { o.selected = false; });
        k.toast('info', k.say('ticks_gone', { what: names }));
        changed();
      });
    }
    function show() {
      mark(tree, false);
      if (!fact) return;
      fact.textContent = '';
      if (!chosen().length) return;
      fact.append(k.el('p', { text: k.say('in_fact', { n: facts.count + (facts.more ? '+' : '') }) }));
      fact.append(k.el('dl', {}, facts.groups.map(function (g) {
        return k.el('div', {}, [g.label ? k.el('dt', { text: g.label }) : null, k.el('dd', { text: g.ends.join(k.say('comma')) })]);
      })));
    }

    // -- the tree ------------------------------------------------------------------------------------
    function item(node) {
      var value = String(node.value), words = (node.path && node.path.length ? node.path : [node.label]).join(' / ');
      var tick = k.el('input', { type: 'checkbox', 'class': 'form-check-input', value: value, 'data-aside': true });
      tick.addEventListener('change', function (e) { e.stopPropagation(); set(value, node.label, tick.checked); });
      var line = k.el('div', { 'class': 'k-tick' }), li = k.el('li', {}, line);
      li.kTick = tick; li.kShut = !!node.disabled; li.kAbove = node.above; li.kTag = k.el('span', { 'class': 'k-tick-tag' });
      if (!node.leaf && !node.path) line.append(opener(node, li));
      line.append(k.el('label', { 'class': 'k-check' }, [tick, k.el('span', { text: words }), li.kTag]));
      return li;
    }
    function opener(node, li) {
      var open = k.el('button', { type: 'button', 'class': 'k-x', 'aria-expanded': 'false', 'aria-label': k.say('unfold', { what: node.label }) }, k.icon('chevron-right'));
      open.addEventListener('click', function () {
        var on = open.getAttribute('aria-expanded') !== 'true';
        open.setAttribute('aria-expanded', String(on));
        if (li.kInner) { li.kInner.hidden = !on; return; }
        li.kInner = k.el('ul');
        li.append(li.kInner);
        fill(li.kInner, { parent: node.value });
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
      begun = true;
      return fill(tree, { parent: '' }).then(function () {
        var roots = tree.querySelectorAll(':scope > li > .k-tick > button');
        if (roots.length === 1) roots[0].click();
      });
    }
    find.addEventListener('input', k.later(function () {
      if (find.value.trim()) fill(tree, { q: find.value.trim() }); else begin();
    }, 250));
    find.addEventListener('keydown', function (e) {
      if (e.key === 'Enter') e.preventDefault();
      else if (e.key === 'ArrowDown') { e.preventDefault(); go(0); }
    });

    // -- keys ----------------------------------------------------------------------------------------
    function seen() { return Array.prototype.filter.call(tree.querySelectorAll('input'), function (c) { return c.offsetParent && !c.disabled; }); }
    function go(at) { var c = seen()[at]; if (c) c.focus(); }
    tree.addEventListener('keydown', function (e) {
      var li = e.target.closest('li'), open = li && li.querySelector(':scope > .k-tick > button'), all = seen(), at = all.indexOf(li && li.kTick);
      var on = open && open.getAttribute('aria-expanded') === 'true', up = li && li.parentElement.closest('li');
      if (e.key === 'ArrowDown') go(at + 1);
      else if (e.key === 'ArrowUp') { if (at > 0) go(at - 1); else find.focus(); }
      else if (e.key === 'ArrowRight') { if (open && !on) open.click(); else go(at + 1); }
      else if (e.key === 'ArrowLeft') { if (on) open.click(); else if (up) up.kTick.focus(); }
      else if (e.key === 'Home') go(0);
      else if (e.key === 'End') go(all.length - 1);
      else return;
      e.preventDefault();
    });

    // -- as a drop-down ------------------------------------------------------------------------------
    function unfold(on, back) {
      panel.hidden = !on;
      head.setAttribute('aria-expanded', String(on));
      if (on && !begun) begin();
      if (on) find.focus(); else if (back) head.focus();
    }
    if (head) {
      head.addEventListener('click', function () { unfold(panel.hidden); });
      head.addEventListener('keydown', function (e) { if (e.key === 'ArrowDown' && panel.hidden) { e.preventDefault(); unfold(true); } });
      panel.addEventListener('keydown', function (e) { if (e.key === 'Escape') { e.preventDefault(); e.stopPropagation(); unfold(false, true); } });
      document.addEventListener('pointerdown', function (e) { if (!panel.hidden && !head.parentElement.contains(e.target)) unfold(false); });
      panel.addEventListener('focusout', function (e) { if (e.relatedTarget && !head.parentElement.contains(e.relatedTarget)) unfold(false); });
    }
    k.leansOn(box, function () { if (begun) begin(); tell(true); });
    if (!head) begin();
    draw(); tell();
  });
})();
