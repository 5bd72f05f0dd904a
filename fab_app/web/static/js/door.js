// Before the login: the captcha's next picture, demo accounts.
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
})();
