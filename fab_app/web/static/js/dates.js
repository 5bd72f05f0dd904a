// Dates: typing is allowed, the calendar comes with the first focus.
(function () {
  'use strict';
  var KINDS = {
    date: { dateFormat: 'Y-m-d' },
    datetime: { dateFormat: 'Y-m-d H:i', enableTime: true, time_24hr: true },
    time: { dateFormat: 'H:i', enableTime: true, noCalendar: true, time_24hr: true }
  };
  function digits(text) {
    var m = /^\s*(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{2}))?\s*$/.exec(text);
    if (!m) return null;
    return m[1] + '-' + m[2].padStart(2, '0') + '-' + m[3].padStart(2, '0') + (m[4] ? ' ' + m[4].padStart(2, '0') + ':' + m[5] : '');
  }

  k.start('input[data-date]', function (input) {
    if (input.readOnly || input.closest('template')) return;
    var kind = input.dataset.date;
    if (kind === 'month') { month(input); return; }
    input.addEventListener('change', function () { var d = kind !== 'time' && digits(input.value); if (d && d !== input.value && !input._flatpickr) input.value = d; });
    function begin() {
      input.removeEventListener('focus', begin);
      k.need('dates').then(function () { return k.words.locale.slice(0, 2) === 'zh' ? k.need('dates_zh') : null; }).then(function () {
        if (input._flatpickr || !document.contains(input)) return;
        var typed = input.value, chinese = k.words.locale.slice(0, 2) === 'zh';
        var f = flatpickr(input, Object.assign({
          allowInput: true, disableMobile: true, locale: chinese ? Object.assign({}, flatpickr.l10ns.zh, { firstDayOfWeek: 1 }) : { firstDayOfWeek: 1 },
          minDate: input.getAttribute('min') || null, maxDate: input.getAttribute('max') || null,
          parseDate: function (text, format) { return flatpickr.parseDate(digits(text) || text, format); },
          appendTo: input.closest('dialog') || undefined, position: place, monthSelectorType: 'dropdown',
          onReady: function (d, s, me) { me.calendarContainer.setAttribute('aria-label', input.getAttribute('aria-label') || ''); },
          onChange: function () { input.dispatchEvent(new Event('input', { bubbles: true })); }
        }, KINDS[kind] || KINDS.date));
        if (typed && !f.selectedDates.length) input.value = typed;
        if (document.activeElement === input) f.open();
      });
    }
    input.addEventListener('focus', begin);
  });

  // Placed here, because the vendor's own placing on narrow screens writes a <style>, which the policy forbids.
  function place(me, given) {
    var c = me.calendarContainer, at = (given || me._positionElement).getBoundingClientRect(), inDialog = !!c.closest('dialog');
    var from = inDialog ? { left: 0, top: 0 } : { left: -scrollX, top: -scrollY };
    c.style.position = inDialog ? 'fixed' : 'absolute';
    var h = c.offsetHeight, above = innerHeight - at.bottom < h + 12 && at.top > h + 12;
    c.style.left = Math.max(8, Math.min(at.left, innerWidth - c.offsetWidth - 8)) - from.left + 'px';
    c.style.right = 'auto';
    c.style.top = (above ? at.top - h - 12 : at.bottom) - from.top + 'px';
    c.classList.toggle('arrowTop', !above); c.classList.toggle('arrowBottom', above);
  }

  // A month is chosen from twelve; the text stands as YYYY-MM.
  function month(input) {
    var pop = null, year = 0;
    function shut() { if (pop) { pop.remove(); pop = null; } }
    function choose(m) {
      input.value = year + '-' + String(m).padStart(2, '0');
      input.dispatchEvent(new Event('input', { bubbles: true })); input.dispatchEvent(new Event('change', { bubbles: true }));
      shut(); input.focus(); shut();
    }
    function turn(by, name) {
      var b = k.el('button', { type: 'button', 'class': 'k-icon-btn', 'aria-label': String(year + by) }, k.icon(name));
      b.addEventListener('click', function () { year += by; draw(); });
      return b;
    }
    function draw() {
      var chosen = /^(\d{4})-(\d{1,2})$/.exec(input.value), names = new Intl.DateTimeFormat(k.words.locale.slice(0, 2) === 'zh' ? 'zh-CN' : 'en', { month: 'short' });
      pop.replaceChildren(k.el('div', { 'class': 'k-months-head' }, [turn(-1, 'chevron-left'), k.el('b', { text: year }), turn(1, 'chevron-right')]));
      for (var m = 1; m <= 12; m++) {
        var on = chosen && Number(chosen[1]) === year && Number(chosen[2]) === m;
        pop.append(k.el('button', { type: 'button', 'data-m': m, 'aria-pressed': on ? 'true' : 'false', text: names.format(new Date(2026, m - 1, 1)) }));
      }
    }
    function hang() {
      if (!pop) return;
      var at = input.getBoundingClientRect();
      pop.style.left = Math.max(8, Math.min(at.left, innerWidth - pop.offsetWidth - 8)) + 'px';
      pop.style.top = (innerHeight - at.bottom < pop.offsetHeight + 12 ? at.top - pop.offsetHeight - 4 : at.bottom + 4) + 'px';
    }
    function open() {
      if (pop || input.readOnly) return;
      var chosen = /^(\d{4})-/.exec(input.value);
      year = chosen ? Number(chosen[1]) : new Date().getFullYear();
      pop = k.el('div', { 'class': 'k-months', role: 'dialog', 'aria-label': input.getAttribute('aria-label') || (input.labels[0] || {}).textContent || '' });
      (input.closest('dialog') || document.body).append(pop);
      draw();
      hang();
      pop.addEventListener('click', function (e) { if (e.target.dataset.m) choose(Number(e.target.dataset.m)); });
      pop.addEventListener('keydown', function (e) { if (e.key === 'Escape') { e.preventDefault(); e.stopPropagation(); shut(); input.focus(); } });
    }
    input.setAttribute('placeholder', input.placeholder || 'YYYY-MM');
    input.addEventListener('click', open);
    input.addEventListener('keydown', function (e) {
      if (e.key === 'ArrowDown') { e.preventDefault(); open(); pop.querySelector('[aria-pressed="true"], [data-m]').focus(); }
      else if (e.key === 'Escape' && pop) { e.preventDefault(); e.stopPropagation(); shut(); }
    });
    document.addEventListener('pointerdown', function (e) { if (pop && !pop.contains(e.target) && e.target !== input) shut(); });
    addEventListener('scroll', hang, true);
  }
})();
