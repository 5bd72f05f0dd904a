// The matrix of a role: the whole row, column and table at once; an action brings 查看 with it, and takes it along.
(function () {
  'use strict';
  k.start('[data-rights]', function (table) {
    var boxes = [].slice.call(table.querySelectorAll('tbody input[name]'));
    var read = function (box) { return box.closest('tr').querySelector('[data-read]'); };
    var set = function (list, on) { list.forEach(function (box) { box.checked = on; keep(box); }); };
    function keep(box) {
      var first = read(box);
      if (!first) return;
      if (box === first) {
        if (!box.checked) box.closest('tr').querySelectorAll('input[name]').forEach(function (b) { b.checked = false; });
      } else if (box.checked) { first.checked = true; }
    }
    function show(head, list) {
      var on = list.filter(function (b) { return b.checked; }).length;
      head.checked = list.length > 0 && on === list.length;
      head.indeterminate = on > 0 && on < list.length;
    }
    function of(head) {
      if (head.hasAttribute('data-all')) return boxes;
      if (head.hasAttribute('data-row-all')) return [].slice.call(head.closest('tr').querySelectorAll('input[name]'));
      return boxes.filter(function (b) { return b.dataset.column === head.dataset.allOf; });
    }
    var heads = [].slice.call(table.querySelectorAll('[data-all],[data-row-all],[data-all-of]'));
    function draw() { heads.forEach(function (head) { show(head, of(head)); }); }
    table.addEventListener('change', function (e) {
      if (heads.indexOf(e.target) >= 0) set(of(e.target), e.target.checked); else keep(e.target);
      draw();
    });
    draw();
  });
}());
