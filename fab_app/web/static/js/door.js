// Before the login: the captcha's next picture, demo accounts, whether a name is free.
(function () {
  'use strict';
  k.start('[data-captcha-new]', function (b) {
    var img = b.parentElement.querySelector('[data-captcha]'), base = img.getAttribute('src');
    b.addEventListener('click', function () {
      img.src = base + (base.indexOf('?') < 0 ? '?' : '&') + Date.now();
      var answer = b.parentElement.querySelector('input'); answer.value = ''; answer.focus();
    });
  });
  k.start('[data-account]', function (b) {
    b.addEventListener('click', function () {
      document.getElementById('f-username').value = b.dataset.account;
      if (b.dataset.secret) document.getElementById('f-password').value = b.dataset.secret;
      var next = document.getElementById('f-captcha') || document.querySelector('button[type="submit"]');
      next.focus();
    });
  });
  k.start('[data-free]', function (input) {
    var box = input.closest('[data-field]'), hint = box.querySelector('.k-hint'), said = hint ? hint.textContent : '', asked = '';
    function tell(text, good) {
      if (!hint) return;
      hint.textContent = text || said;
      hint.classList.toggle('is-good', good);
    }
    input.addEventListener('input', function () { asked = ''; k.complain(box, ''); tell('', false); });
    input.addEventListener('blur', function () {
      var name = input.value.trim();
      if (!name || name === asked) return;
      asked = name;
      fetch(input.dataset.free + '?account=' + encodeURIComponent(name), { headers: { Accept: 'application/json' }, credentials: 'same-origin' })
        .then(function (r) { return r.ok ? r.json() : null; })
        .then(function (a) {
          if (!a || input.value.trim() !== name) return;
          k.complain(box, a.free ? '' : a.text);
          if (a.free) { tell(a.text, true); k.announce(a.text); }
        })
        .catch(function () { asked = ''; });
    });
  });
})();
