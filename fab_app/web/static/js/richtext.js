// Rich text: the textarea carries the HTML, the editor shows it. Only tools that need no inline style.
(function () {
  'use strict';
  var TOOLS = ['headerSelect', 'bold', 'italic', 'underline', 'through', '|', 'bulletedList', 'numberedList', 'blockquote', '|', 'insertLink', 'uploadImage', 'insertTable', 'divider', '|', 'undo', 'redo'];
  function send(url, file) {
    var data = new FormData(); data.append('file', file);
    return fetch(url, { method: 'POST', credentials: 'same-origin', headers: { 'X-CSRFToken': k.csrf(), Accept: 'application/json' }, body: data }).then(function (r) {
      return r.json().catch(function () { return {}; }).then(function (a) { if (!r.ok) throw { message: a.message }; return a; });
    });
  }
  k.start('[data-editor]', function (box) {
    if (box.closest('template')) return;
    var area = box.querySelector('textarea'), form = box.closest('form');
    if (area.readOnly) return;
    k.need('editor').then(function () {
      var lib = window.wangEditor, bar = k.el('div', { 'class': 'k-editor-bar' }), page = k.el('div', { 'class': 'k-editor-page' });
      var field = box.closest('[data-field]'), url = !('pictures' in box.dataset) ? '' : box.dataset.upload || (form && form.dataset.uploadUrl && field ? form.dataset.uploadUrl.replace(/\/$/, '') + '/' + field.dataset.field : '');
      if (lib.i18nChangeLanguage) lib.i18nChangeLanguage(k.words.locale.slice(0, 2) === 'zh' ? 'zh-CN' : 'en');
      area.hidden = true; box.append(bar, page);
      var editor = lib.createEditor({
        selector: page, html: area.value, mode: 'simple',
        config: {
          placeholder: area.placeholder || '', scroll: true, autoFocus: false,
          onChange: function (ed) { var html = ed.isEmpty() ? '' : ed.getHtml(); if (html === area.value) return; area.value = html; area.dispatchEvent(new Event('input', { bubbles: true })); },
          MENU_CONF: { uploadImage: url ? { customUpload: function (file, insert) { return send(url, file).then(function (a) { insert(a.url, a.name || ''); }).catch(function (e) { k.toast('bad', e.message || k.say('upload_failed')); }); } } : {} }
        }
      });
      lib.createToolbar({ editor: editor, selector: bar, mode: 'simple', config: { toolbarKeys: TOOLS.filter(function (t) { return url || t !== 'uploadImage'; }) } });
      var text = page.querySelector('[contenteditable]'), label = document.querySelector('label[for="' + area.id + '"]');
      if (text) { text.setAttribute('role', 'textbox'); text.setAttribute('aria-multiline', 'true'); if (label) { text.setAttribute('aria-labelledby', label.id); label.addEventListener('click', function () { editor.focus(); }); } }
      // The tools of the vendor have pictures only: give them their names, and keep Tab for leaving.
      function name() { bar.querySelectorAll('button:not([aria-label])').forEach(function (b) { if (!b.textContent.trim()) b.setAttribute('aria-label', (b.dataset.tooltip || b.dataset.menuKey || '').replace(/\s+/g, ' ')); }); }
      name(); new MutationObserver(name).observe(bar, { childList: true, subtree: true });
      box.kEditor = editor;
    });
  });
})();
