// The keyboard, for those who like it. Every page works without this file.
(function () {
  "use strict";
  var GO = { q: "/", d: "/decode", o: "/outages" };
  var waiting = false;
  function typing(target) {
    return target && (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable);
  }
  function move(step) {
    var rows = Array.prototype.slice.call(document.querySelectorAll("[data-row]"));
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
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (typing(event.target)) {
      if (event.key === "Escape") { event.target.blur(); }
      return;
    }
    if (waiting) {
      waiting = false;
      if (Object.prototype.hasOwnProperty.call(GO, event.key)) { event.preventDefault(); location.href = GO[event.key]; }
      return;
    }
    var field = document.getElementById("search"), answer = document.getElementById("text-answer");
    if (event.key === "g") { waiting = true; setTimeout(function () { waiting = false; }, 1500); }
    else if (event.key === "j") { move(1); }
    else if (event.key === "k") { move(-1); }
    else if (event.key === "/" && field) { event.preventDefault(); field.focus(); }
    else if (event.key === "r" && answer) { event.preventDefault(); answer.focus(); }
    else if (event.key === "?") { help(); }
  });
  // Pressed twice is sent once; the desk sees to that as well.
  document.addEventListener("submit", function (event) {
    if (event.target.dataset.sent) { event.preventDefault(); return; }
    event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
