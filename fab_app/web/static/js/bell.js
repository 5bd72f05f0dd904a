// The bell: the latest messages when it is opened, and its number asked for again while the page is looked at.
(function () {
  'use strict';
  k.start('[data-bell]', function (bell) {
    var box = bell.querySelector('[data-bell-box]');
    bell.addEventListener('toggle', function () {
      if (!bell.open) return;
      fetch(bell.dataset.bell, { credentials: 'same-origin', headers: { 'HX-Request': 'true' } }).then(function (r) {
        if (!r.ok) throw new Error(r.status);
        return r.text();
      }).then(function (html) { box.innerHTML = html; k.refresh(box); })
        .catch(function () { box.textContent = k.say('load_failed'); });
    });
    setInterval(function () { if (!document.hidden) k.badges(); }, 60000);
    document.addEventListener('visibilitychange', function () { if (!document.hidden) k.badges(); });
  });
})();
