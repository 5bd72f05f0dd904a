// Child rows: added and removed without a request; a removed one can be called back.
(function () {
  'use strict';
  k.start('[data-table]', function (box) {
    var body = box.querySelector('[data-rows]'), template = box.querySelector('[data-row-template]');
    var max = Number(box.dataset.max) || 0, min = Number(box.dataset.min) || 0, next = Number(box.dataset.next) || 0;
    function rows() { return Array.prototype.filter.call(body.rows, function (r) { return !r.hidden; }); }

    function number() {
      rows().forEach(function (r, at) {
        var n = at + 1;
        r.querySelector('[data-rowno]').textContent = n;
        r.querySelectorAll('td[data-label]').forEach(function (td) {
          td.querySelectorAll('[aria-label]').forEach(function (c) { if (c.matches('input, select, textarea')) c.setAttribute('aria-label', k.say('row_label', { n: n, what: td.dataset.label })); });
        });
        var drop = r.querySelector('[data-row-drop]'); if (drop) drop.setAttribute('aria-label', k.say('row_remove', { n: n }));
        var copy = r.querySelector('[data-row-copy]'); if (copy) copy.setAttribute('aria-label', copy.textContent + ' ' + n);
      });
      var none = box.querySelector('[data-rows-none]'); if (none) none.hidden = rows().length > 0;
      var add = box.querySelector('[data-row-add]');
      if (add) { var full = max && rows().length >= max; add.setAttribute('aria-disabled', String(!!full)); add.title = full ? k.say('rows_max', { n: max }) : ''; }
      total();
    }

    function total() {
      box.querySelectorAll('[data-total]').forEach(function (cell) {
        var digits = 0, sum = rows().reduce(function (all, r) {
          var c = r.querySelector('[data-field="' + cell.dataset.total + '"] input'), text = c ? c.value.replace(/[,\s]/g, '') : '';
          var point = text.indexOf('.'); if (point >= 0) digits = Math.max(digits, Math.min(text.length - point - 1, 4));
          return all + (Number(text) || 0);
        }, 0);
        cell.textContent = sum.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
      });
      var count = box.querySelector('[data-rows-total]'); if (count) count.textContent = k.say('rows_total', { n: rows().length });
    }

    function changed() { number(); box.dispatchEvent(new CustomEvent('k:rows', { bubbles: true })); }

    // What stands in the controls of a row, into those of a new one; files stay where they are.
    function carry(from, to) {
      var base = box.dataset.table + '-', old = base + from.dataset.row + '-', now = base + to.dataset.row + '-';
      from.querySelectorAll('td[data-field] [name]').forEach(function (c) {
        if (c.name.indexOf(old) !== 0 || c.closest('td').querySelector('input[type="file"]')) return;
        to.querySelectorAll('[name="' + now + c.name.slice(old.length) + '"]').forEach(function (twin) {
          if (twin.type !== c.type) return;
          if (c.type === 'checkbox' || c.type === 'radio') { if (twin.value === c.value) twin.checked = c.checked; return; }
          if (c.tagName !== 'SELECT') { twin.value = c.value; return; }
          Array.prototype.forEach.call(c.selectedOptions, function (o) {
            var known = Array.prototype.find.call(twin.options, function (t) { return t.value === o.value; });
            if (!known) { known = k.el('option', { value: o.value, text: o.textContent }); twin.append(known); }
            known.selected = true;
          });
        });
      });
    }

    box.addEventListener('click', function (e) {
      var copied = e.target.closest('[data-row-copy]'), add = copied ? box.querySelector('[data-row-add]') : e.target.closest('[data-row-add]'), drop = e.target.closest('[data-row-drop]');
      if (add) {
        e.preventDefault();
        if (add.getAttribute('aria-disabled') === 'true') { k.toast('info', add.title); return; }
        var holder = document.createElement('tbody');
        holder.innerHTML = template.innerHTML.replace(/__n__/g, String(next++));
        var row = holder.firstElementChild;
        if (copied) carry(copied.closest('[data-row]'), row);
        body.append(row);
        k.refresh(row); changed();
        var first = row.querySelector('td[data-label] input:not([type="hidden"]), td[data-label] select, td[data-label] textarea');
        if (first) (first.tomselect ? first.tomselect.control_input : first).focus();
        k.announce(k.say('row_added', { n: rows().length }));
      } else if (drop) { e.preventDefault(); remove(drop.closest('[data-row]')); }
    });

    function remove(row) {
      if (min && rows().length <= min) { k.toast('info', k.say('rows_min', { n: min })); return; }
      var n = rows().indexOf(row) + 1, base = box.dataset.table + '-' + row.dataset.row, stored = row.querySelector('[name="' + base + '-id"]'), back;
      var after = rows()[n] || rows()[n - 2];
      if (stored && stored.value) {
        var mark = k.el('input', { type: 'hidden', name: base + '-delete', value: '1' });
        row.hidden = true; row.cells[0].append(mark);
        back = function () { row.hidden = false; mark.remove(); };
      } else {
        var place = row.nextSibling;
        row.remove();
        back = function () { body.insertBefore(row, place && place.parentNode === body ? place : null); };
      }
      changed();
      var to = after && after.querySelector('[data-row-drop]') || box.querySelector('[data-row-add]'); if (to) to.focus();
      k.toast('info', k.say('row_removed', { n: n }), { undo: function () { back(); changed(); var f = row.querySelector('td[data-label] input, td[data-label] select'); if (f) f.focus(); } });
    }

    box.addEventListener('input', total);
    box.addEventListener('k:written', total);
    number();
  });
})();
