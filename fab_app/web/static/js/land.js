// The choice of portals: typing filters the cards.
(function () {
  'use strict';
  k.start('[data-filter]', function (input) {
    input.addEventListener('input', function () {
      var word = input.value.trim().toLowerCase();
      document.querySelectorAll(input.dataset.filter).forEach(function (card) { card.hidden = !!word && card.textContent.toLowerCase().indexOf(word) < 0; });
    });
  });
})();
