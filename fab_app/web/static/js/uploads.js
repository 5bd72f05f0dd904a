// Uploads: sent at once, one by one, with progress; the form then carries only their ids.
(function () {
  'use strict';
  function size(n) { return n >= 1048576 ? (n / 1048576).toFixed(n % 1048576 ? 1 : 0) + ' MB' : Math.max(1, Math.round(n / 1024)) + ' KB'; }
  function accepted(file, accept) {
    if (!accept) return true;
    return accept.split(',').some(function (a) {
      a = a.trim().toLowerCase();
      if (a.charAt(0) === '.') return file.name.toLowerCase().slice(-a.length) === a;
      if (a.slice(-2) === '/*') return file.type.indexOf(a.slice(0, -1)) === 0;
      return a.indexOf('/') < 0 ? file.name.toLowerCase().slice(-a.length - 1) === '.' + a : file.type === a;
    });
  }

  k.start('[data-upload]', function (box) {
    if (box.closest('template') || 'readonly' in box.dataset || !box.dataset.name) return;
    var form = box.closest('form'), pictures = box.dataset.kind === 'images', list = box.querySelector('ul'), drop = box.querySelector('.k-drop-item'), input = drop.querySelector('input');
    var field = box.closest('[data-field]'), max = Number(box.dataset.max) || 0, most = Number(box.dataset.bytes) || 0;
    var url = box.dataset.upload || (form.dataset.uploadUrl ? form.dataset.uploadUrl.replace(/\/$/, '') + '/' + field.dataset.field : '');
    if (!url) return;
    input.removeAttribute('name');

    function stands() { return list.querySelectorAll('[data-file], .is-uploading'); }
    function room() { drop.hidden = !!max && max > 1 && stands().length >= max; }
    function changed() { room(); box.dispatchEvent(new Event('change', { bubbles: true })); }

    function line(name) {
      var face = pictures ? k.el('span', { 'class': 'k-thumb-img' }, k.icon('photo')) : null;
      var label = k.el('span', { 'class': pictures ? 'k-thumb-name' : 'k-ellipsis', text: name, title: name }), note = k.el('span', { 'class': 'k-xs k-muted' });
      var li = pictures ? k.el('li', { 'class': 'k-thumb' }, [face, label]) : k.el('li', { 'class': 'k-file' }, [k.icon('file-text'), k.el('div', {}, [label, note])]);
      var x = k.el('button', { type: 'button', 'class': 'k-x', 'aria-label': k.say('remove') + ' ' + name, 'data-file-remove': true }, k.icon('x'));
      if (pictures) li.insertBefore(x, label); else li.append(x);
      if (pictures) list.insertBefore(li, drop); else list.append(li);
      return { li: li, face: face, label: label, note: note };
    }
    function refuse(l, name, why) {
      l.li.classList.remove('is-uploading'); l.li.classList.add('is-bad');
      var p = l.li.querySelector('progress'); if (p) p.remove();
      if (pictures) l.label.textContent = name + ' ' + why; else { l.note.textContent = why; l.note.className = 'k-xs'; }
      k.announce(name + ' ' + why); room();
    }

    function take(file) {
      var l = line(file.name);
      if (!accepted(file, box.dataset.accept)) { refuse(l, file.name, k.say('upload_kind')); return; }
      if (most && file.size > most) { refuse(l, file.name, k.say('upload_big', { n: size(most) })); return; }
      l.li.classList.add('is-uploading');
      var bar = k.el('progress', { max: '100', value: '0', 'aria-label': k.say('uploading', { n: 0 }), 'class': 'k-bar' }), data = new FormData(), xhr = new XMLHttpRequest();
      (pictures ? l.face : l.li.querySelector('div')).append(bar);
      if (pictures && /^image\/(jpeg|png|gif|webp)/.test(file.type)) { var local = URL.createObjectURL(file); l.face.querySelector('.ti').replaceWith(k.el('img', { src: local, alt: '' })); }
      data.append('file', file);
      xhr.open('POST', url);
      xhr.setRequestHeader('X-CSRFToken', k.csrf()); xhr.setRequestHeader('Accept', 'application/json');
      xhr.upload.onprogress = function (e) {
        if (!e.lengthComputable) return;
        var n = Math.round(e.loaded / e.total * 100);
        bar.value = n; bar.setAttribute('aria-label', k.say('uploading', { n: n }));
        (pictures ? l.label : l.note).textContent = k.say('uploading', { n: n });
      };
      xhr.onload = function () {
        var a = {}; try { a = JSON.parse(xhr.responseText); } catch (e) { a = {}; }
        if (xhr.status < 200 || xhr.status > 299 || a.id === undefined) { refuse(l, file.name, a.message || k.say(xhr.status === 413 ? 'upload_big' : xhr.status === 415 ? 'upload_kind' : 'upload_failed', { n: size(most) })); return; }
        l.li.classList.remove('is-uploading'); bar.remove();
        l.li.dataset.file = a.id;
        l.li.append(k.el('input', { type: 'hidden', name: box.dataset.name, value: a.id }));
        l.label.textContent = a.name || file.name;
        if (!pictures && a.url) { var open = k.el('a', { 'class': 'k-ellipsis', href: a.url, target: '_blank', text: a.name || file.name, title: a.name || file.name }); l.label.replaceWith(open); l.label = open; }
        l.note.textContent = a.size || size(file.size);
        if (pictures) {
          var link = k.el('a', { 'class': 'k-thumb-img', href: a.url || '#', 'data-picture': true, 'aria-label': a.name || file.name }, k.el('img', { src: a.thumb || a.url || '', alt: '' }));
          l.face.replaceWith(link);
        }
        changed();
      };
      xhr.onerror = function () { refuse(l, file.name, k.say('upload_failed')); };
      l.li.kXhr = xhr;
      xhr.send(data); room();
    }
    function takeAll(files) {
      files = Array.prototype.slice.call(files);
      if (max === 1 && files.length) list.querySelectorAll('[data-file], .is-bad').forEach(function (li) { li.remove(); });
      var left = max ? max - stands().length : files.length;
      if (max && files.length > left) k.toast('warn', k.say('upload_many', { n: max }));
      files.slice(0, Math.max(0, left)).forEach(take);
    }

    input.addEventListener('change', function (e) { e.stopPropagation(); takeAll(input.files); input.value = ''; });
    box.addEventListener('click', function (e) {
      var x = e.target.closest('[data-file-remove]'); if (!x) return;
      var li = x.closest('li'); if (li.kXhr) li.kXhr.abort();
      li.remove(); changed(); input.focus();
    });
    ['dragover', 'dragenter'].forEach(function (n) { box.addEventListener(n, function (e) { e.preventDefault(); drop.classList.add('is-over'); }); });
    ['dragleave', 'drop'].forEach(function (n) { box.addEventListener(n, function () { drop.classList.remove('is-over'); }); });
    box.addEventListener('drop', function (e) { e.preventDefault(); takeAll(e.dataTransfer.files); });
    box.addEventListener('paste', function (e) { if (e.clipboardData && e.clipboardData.files.length) takeAll(e.clipboardData.files); });
    room();
  });
})();
