// Runs before the first paint, so that nothing jumps: theme, row height, sidebar, folded search.
(function () {
  'use strict';
  var root = document.documentElement, user = root.dataset.user || '', list = root.dataset.list || '';
  function kept(key) { try { return localStorage.getItem(key); } catch (e) { return null; } }
  var theme = kept('k:theme');
  if (!theme && window.matchMedia) theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  root.setAttribute('data-bs-theme', theme || 'light');
  root.classList.add('js');
  var density = kept('k:' + user + ':density');
  if (density) root.setAttribute('data-density', density);
  var side = kept('k:' + user + ':side');
  if (side) root.setAttribute('data-side', side);
  var fold = list ? kept('k:' + user + ':' + list + ':fold') : null;
  if (fold === '1' || (fold === null && root.hasAttribute('data-fold-default'))) root.setAttribute('data-folded', '');
})();
