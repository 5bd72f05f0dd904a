// What every other script leans on: words, memory, vendor files on demand, new parts of the page.
window.k = (function () {
  'use strict';
  var root = document.documentElement, loading = {}, starts = [];
  var block = document.getElementById('k-words');
  var words = block ? JSON.parse(block.textContent) : { vendor: {} };

  function say(id, values) {
    return (words[id] || id).replace(/\{(\w+)\}/g, function (all, name) {
      return values && name in values ? values[name] : all;
    });
  }

  function announce(text) {
    var live = document.getElementById('k-say');
    if (live) { live.textContent = ''; setTimeout(function () { live.textContent = text; }, 60); }
  }

  var memory = {
    key: function (name) { return 'k:' + (root.dataset.user || '') + ':' + name; },
    get: function (name) { try { return localStorage.getItem(memory.key(name)); } catch (e) { return null; } },
    set: function (name, value) {
      try {
        if (value === null || value === '') localStorage.removeItem(memory.key(name));
        else localStorage.setItem(memory.key(name), value);
      } catch (e) { /* private mode: forgotten with the page */ }
    }
  };

  function load(url) {
    if (!loading[url]) loading[url] = new Promise(function (good, bad) {
      var css = /\.css(\?|$)/.test(url), node = document.createElement(css ? 'link' : 'script');
      if (css) { node.rel = 'stylesheet'; node.href = url; } else { node.src = url; node.nonce = nonce(); }
      node.onload = good; node.onerror = bad;
      // Vendor rules come before ours, which correct them.
      document.head.insertBefore(node, css ? document.head.querySelector('link[rel="stylesheet"]').nextSibling : null);
    });
    return loading[url];
  }

  // need('tom').then(...): the files of a vendor widget, loaded once and in order.
  function need(name) {
    return (words.vendor[name] || []).filter(function (url) { return /\.css/.test(url); }).map(load)
      .concat([(words.vendor[name] || []).filter(function (url) { return !/\.css/.test(url); })
        .reduce(function (before, url) { return before.then(function () { return load(url); }); }, Promise.resolve())])
      .reduce(function (all, one) { return all.then(function () { return one; }); }, Promise.resolve());
  }

  function meta(name) { var m = document.querySelector('meta[name="' + name + '"]'); return m ? m.content : ''; }
  function nonce() { return meta('csp-nonce'); }

  // start(selector, fn): fn(element) once for each, now and in every part that arrives later.
  function start(selector, fn) {
    var one = [selector, fn];
    starts.push(one);
    if (document.readyState !== 'loading') run(document, one);
  }
  function run(part, one) {
    var found = Array.prototype.slice.call(part.querySelectorAll(one[0]));
    if (part.matches && part.matches(one[0])) found.unshift(part);
    found.forEach(function (el) {
      var done = el.kDone || (el.kDone = []);
      if (done.indexOf(one) < 0) { done.push(one); one[1](el); }
    });
  }
  function refresh(part) { starts.forEach(function (one) { run(part || document, one); }); }
  document.addEventListener('DOMContentLoaded', function () { refresh(document); });
  document.addEventListener('htmx:load', function (e) { refresh(e.target); });

  function el(tag, attrs, children) {
    var node = document.createElement(tag);
    Object.keys(attrs || {}).forEach(function (name) {
      if (name === 'text') node.textContent = attrs[name];
      else if (attrs[name] !== null && attrs[name] !== undefined && attrs[name] !== false) node.setAttribute(name, attrs[name] === true ? '' : attrs[name]);
    });
    [].concat(children || []).forEach(function (c) { if (c) node.append(c); });
    return node;
  }
  function icon(name) { return el('i', { 'class': 'ti ti-' + name, 'aria-hidden': 'true' }); }
  function later(fn, ms) { var t; return function () { var a = arguments, me = this; clearTimeout(t); t = setTimeout(function () { fn.apply(me, a); }, ms); }; }
  function phone() { return matchMedia('(max-width: 767.98px)').matches; }

  return { words: words, say: say, announce: announce, memory: memory, need: need, start: start, refresh: refresh, el: el, icon: icon, later: later, phone: phone, csrf: function () { return meta('csrf-token'); }, nonce: nonce };
})();

// Light and dark.
(function () {
  'use strict';
  var root = document.documentElement;
  function mark(b) {
    var dark = root.getAttribute('data-bs-theme') === 'dark', i = b.querySelector('.ti');
    b.setAttribute('aria-pressed', String(dark));
    if (i) i.className = 'ti ti-' + (dark ? 'sun' : 'moon');
  }
  k.start('[data-theme-toggle]', function (b) {
    mark(b);
    b.addEventListener('click', function () {
      var next = root.getAttribute('data-bs-theme') === 'dark' ? 'light' : 'dark';
      root.setAttribute('data-bs-theme', next);
      try { localStorage.setItem('k:theme', next); } catch (e) { /* private mode */ }
      document.querySelectorAll('[data-theme-toggle]').forEach(mark);
      document.dispatchEvent(new CustomEvent('k:theme'));
    });
  });
})();
