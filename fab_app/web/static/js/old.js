// A browser that draws pages as Internet Explorer did, whatever it calls itself: the bar is shown and nobody logs in.
// Written for those browsers, too.
(function () {
  var bar = document.getElementById('k-old');
  if (!bar) { return; }
  if (document.documentMode) { bar.removeAttribute('hidden'); }
  function shut() {
    if (bar.getAttribute('hidden') !== null) { return; }
    var all = document.getElementsByTagName('button'), at;
    for (at = 0; at < all.length; at += 1) {
      if (all[at].getAttribute('type') === 'submit') { all[at].setAttribute('disabled', 'disabled'); }
    }
  }
  if (document.addEventListener) { document.addEventListener('DOMContentLoaded', shut, false); } else { window.onload = shut; }
})();
