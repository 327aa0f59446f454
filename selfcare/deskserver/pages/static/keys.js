// The keyboard, for those who like it, and texts that are not lost. Every page works without this file.
(function () {
  "use strict";
  var GO = { q: "/", d: "/decode", o: "/outages" };
  var waiting = false, body = document.body;
  function all(what) { return Array.prototype.slice.call(document.querySelectorAll(what)); }
  function kept(store, name, value) {  // a browser may refuse a store: then nothing is kept
    try {
      if (value === undefined) { return store.getItem(name); }
      if (value === null) { store.removeItem(name); } else { store.setItem(name, value); }
    } catch (error) { /* none */ }
    return null;
  }
  function typing(target) {
    return target && (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable);
  }
  function move(step) {
    var rows = all("[data-row]");
    if (!rows.length) { return; }
    var at = rows.findIndex(function (row) { return row.contains(document.activeElement); });
    var next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    var link = next.querySelector("a");
    if (link) { link.focus(); next.scrollIntoView({ block: "nearest" }); }
  }
  function help() {
    var box = document.getElementById("keys");
    if (!box) { return; }
    box.open = !box.open;
    if (box.open) { box.querySelector("summary").focus(); }
  }
  function off() { return kept(localStorage, "desk-keys") === "off"; }
  var toggle = document.getElementById("keys-off");
  function named() { toggle.textContent = off() ? toggle.dataset.on : toggle.dataset.off; }
  if (toggle) {  // single keys can be turned off (WCAG 2.1.4)
    toggle.hidden = false;
    named();
    toggle.addEventListener("click", function () { kept(localStorage, "desk-keys", off() ? null : "off"); named(); });
  }
  document.addEventListener("keydown", function (event) {
    var digits = event.target.id === "code" && /^\s*(\d\s*){16}$/.test(event.target.value) && !event.shiftKey;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey || digits) && event.target.tagName === "TEXTAREA") {
      var button = event.target.form && event.target.form.querySelector("button.first");
      if (button) { event.preventDefault(); event.target.form.requestSubmit(button); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (typing(event.target)) {
      if (event.key === "Escape") { event.target.blur(); }
      return;
    }
    if (off()) { return; }
    if (waiting) {
      waiting = false;
      if (Object.prototype.hasOwnProperty.call(GO, event.key)) { event.preventDefault(); location.href = GO[event.key]; }
      return;
    }
    var field = document.getElementById("search"), answer = document.getElementById("text-answer");
    var next = document.getElementById("next");
    if (event.key === "g") { waiting = true; setTimeout(function () { waiting = false; }, 1500); }
    else if (event.key === "j") { move(1); }
    else if (event.key === "k") { move(-1); }
    else if (event.key === "n" && next) { event.preventDefault(); next.click(); }
    else if (event.key === "/" && field) { event.preventDefault(); field.focus(); }
    else if (event.key === "r" && answer) { event.preventDefault(); answer.focus(); }
    else if (event.key === "?") { help(); }
  });

  // A ready text goes where it is to stand, without another page.
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("button[data-into]");
    if (!button) { return; }
    var text = document.getElementById(button.dataset.into), choice = button.form.querySelector("select[name=ready]");
    var chosen = choice && choice.selectedOptions[0];
    if (!text || !chosen) { return; }
    event.preventDefault();
    text.value = (text.value.trim() ? text.value.trimEnd() + "\n\n" : "") + chosen.dataset.text;
    text.focus();
    keep(text);
  });

  // What is typed outlives a session that ended, in this tab, for this agent alone; sent or signed out, it is gone.
  var mine = "draft:" + body.dataset.agent + ":" + location.pathname + ":";
  function keep(text) { kept(sessionStorage, mine + text.id, text.value === text.defaultValue ? null : text.value); }
  function forget(start) {
    try {
      Object.keys(sessionStorage).forEach(function (name) { if (name.indexOf(start) === 0) { sessionStorage.removeItem(name); } });
    } catch (error) { /* none */ }
  }
  if (body.dataset.agent) {
    var sent = kept(sessionStorage, "sent");
    if (sent && body.dataset.done) { kept(sessionStorage, sent, null); }
    kept(sessionStorage, "sent", null);
    all("textarea[data-draft]").forEach(function (text) {
      var before = kept(sessionStorage, mine + text.id);
      if (before && text.value === text.defaultValue && text.value.indexOf(before.trim()) < 0) {
        var told = document.createElement("p");
        told.className = "dim small"; told.setAttribute("role", "status"); told.textContent = body.dataset.kept;
        text.value = before; text.after(told);
        if (text.closest("details")) { text.closest("details").open = true; }
      }
      text.addEventListener("input", function () { keep(text); });
    });
  }

  // Pressed twice is sent once; the desk sees to that as well.
  document.addEventListener("submit", function (event) {
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "1";
    if (event.target.getAttribute("action") === "/logout") { forget("draft:"); }
    var text = event.target.querySelector("textarea[data-draft]");
    if (text) { kept(sessionStorage, "sent", mine + text.id); }
  });
  window.addEventListener("pageshow", function () {
    all("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
