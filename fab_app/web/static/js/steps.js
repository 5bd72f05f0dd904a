// A form walked in steps: its sections one after the other; the last one saves. Without this it is one long form.
(function () {
  'use strict';
  k.start('[data-steps]', function (form) {
    var parts = [].slice.call(form.querySelectorAll('.k-form-main > .k-section')), heads = [].slice.call(form.querySelectorAll('[data-step-heads] > li'));
    var saves = [].slice.call(form.querySelectorAll('.k-savebar button[type="submit"]')), bar = form.querySelector('.k-savebar');
    var back = k.el('button', { type: 'button', 'class': 'btn', text: k.say('step_back') }), next = k.el('button', { type: 'button', 'class': 'btn btn-primary', text: k.say('step_next') });
    bar.insertBefore(back, saves[0]); bar.insertBefore(next, saves[0]);
    var at = Math.max(0, parts.findIndex(wrong));

    function wrong(part) { return !!part.querySelector('.k-error, [aria-invalid="true"]'); }
    // A section whose condition does not hold is no step.
    function beside(from, by) { var to = from + by; while (parts[to] && parts[to].hidden) to += by; return to; }
    function go(to, seen) {
      at = to;
      parts.forEach(function (part, index) { part.classList.toggle('is-away', index !== at); });
      heads.forEach(function (head, index) {
        head.className = index < at ? 'is-done' : index === at ? 'is-now' : '';
        if (index === at) head.setAttribute('aria-current', 'step'); else head.removeAttribute('aria-current');
      });
      var last = !parts[beside(at, 1)];
      back.hidden = !parts[beside(at, -1)]; next.hidden = last;
      saves.forEach(function (save) { save.hidden = !last; });
      if (!seen) return;
      var title = parts[at].querySelector('h2');
      if (title) { title.tabIndex = -1; title.focus(); }
      form.scrollIntoView({ block: 'start' });
    }
    function on() { if (form.kCheck(parts[at])) go(beside(at, 1), true); }
    back.addEventListener('click', function () { go(beside(at, -1), true); });
    next.addEventListener('click', on);
    // Enter before the last step goes on, it does not save.
    form.addEventListener('submit', function (e) {
      if (next.hidden) return;
      e.preventDefault(); e.stopImmediatePropagation(); on();
    }, true);
    // What is wrong in another step is shown there.
    document.addEventListener('click', function (e) {
      var a = e.target.closest && e.target.closest('[data-summary] a'), target = a && document.getElementById(decodeURIComponent(a.hash.slice(1)));
      var to = target && form.contains(target) ? parts.indexOf(target.closest('.k-section')) : -1;
      if (to >= 0 && to !== at) go(to);
    }, true);
    go(at);
  });
})();
