// Reads the code behind "#" here, in the phone. Nothing goes out before the tap. Texts of the code become text, never markup.
"use strict";
(() => {
  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-./:";
  const PART = 0xf0, PART_HEAD = 6, HEAD = 97, MOST = 16384, STORE = "selfcare-parts:", DAY = 86400000;
  const byId = (id) => document.getElementById(id);
  const show = (id, on = true) => { byId(id).hidden = !on; };

  function bytesOf(text) {
    const found = [];
    for (let at = 0; at < text.length; at += 3) {
      const piece = text.slice(at, at + 3);
      let value = 0;
      for (const sign of piece) {
        const digit = ALPHABET.indexOf(sign);
        if (digit < 0) throw new Error("sign");
        value = value * 43 + digit;
      }
      if (piece.length < 2 || value >= 256 ** (piece.length - 1)) throw new Error("value");
      if (piece.length === 3) found.push(value >> 8);
      found.push(value & 255);
    }
    return Uint8Array.from(found);
  }

  // Of a code in several pictures: those that were scanned before wait in this phone, for a day at most.
  function gathered(fragment, bytes) {
    const mark = [...bytes.slice(2, PART_HEAD)].join("-"), count = bytes[1] & 15;
    let kept = {};
    try {
      for (const name of Object.keys(localStorage)) {
        if (name.startsWith(STORE) && !(JSON.parse(localStorage[name]).at > Date.now() - DAY)) delete localStorage[name];
      }
      kept = JSON.parse(localStorage[STORE + mark] || "{}").parts || {};
    } catch { kept = {}; }
    kept[bytes[1] >> 4] = fragment;
    try { localStorage[STORE + mark] = JSON.stringify({ at: Date.now(), parts: kept }); } catch { /* no store: paste */ }
    const parts = Object.keys(kept).sort((a, b) => a - b).map((one) => kept[one]);
    return { parts, count, forget: () => { try { delete localStorage[STORE + mark]; } catch { /* none */ } } };
  }

  async function inflated(bytes) {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const reader = stream.getReader(), found = [];
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > MOST) throw new Error("large");
      found.push(value);
    }
    const all = new Uint8Array(size);
    let at = 0;
    for (const one of found) { all.set(one, at); at += one.length; }
    return all;
  }

  function cbor(bytes) {
    let at = 0, items = 0;
    const item = (depth) => {
      if (depth > 8 || ++items > 4096 || at >= bytes.length) throw new Error("cbor");
      const kind = bytes[at] >> 5, low = bytes[at++] & 31;
      if (kind === 7) return low === 21 ? true : low === 20 ? false : null;
      let value = low;
      if (low > 23) {
        const size = { 24: 1, 25: 2, 26: 4, 27: 8 }[low];
        if (!size) throw new Error("cbor");
        value = 0;
        for (let n = 0; n < size; n += 1) value = value * 256 + bytes[at++];
      }
      if (kind === 0) return value;
      if (kind === 1) return -1 - value;
      if (kind === 2 || kind === 3) {
        if (at + value > bytes.length) throw new Error("cbor");
        const piece = bytes.slice(at, at += value);
        return kind === 3 ? new TextDecoder().decode(piece) : piece;
      }
      if (kind === 4) return Array.from({ length: Math.min(value, 4096) }, () => item(depth + 1));
      if (kind !== 5) throw new Error("cbor");
      const map = new Map();
      for (let n = 0; n < value; n += 1) { const key = item(depth + 1); map.set(key, item(depth + 1)); }
      return map;
    };
    return item(0);
  }

  const mapAt = (map, key) => (map instanceof Map && map.get(key) instanceof Map ? map.get(key) : new Map());

  function told(data) {
    const reach = [...mapAt(mapAt(data, 16), 3).values()].filter((one) => typeof one === "string");
    const values = { 1: data.get(1), 10: mapAt(data, 10).get(3), 16: mapAt(data, 16).get(2), "16.3": reach.join(" · ") };
    for (const term of document.querySelectorAll("#told dt")) {
      const names = term.dataset.of.split(" ");
      const there = names.some((one) => (one === "16.3" ? reach.length > 0 : data.has(Number(one))));
      term.hidden = !there;
      const value = values[names[0]];
      if (there && typeof value === "string" && value) {
        const said = document.createElement("dd");
        said.textContent = value;
        term.after(said);
      }
    }
  }

  async function send(text, forget) {
    show("failed", false); show("problem", false); show("ready", false); show("sending");
    let answer = null, body = {};
    try {
      answer = await fetch("/codes", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text }) });
      body = await answer.json();
    } catch { answer = null; }
    show("sending", false);
    if (answer && answer.ok) {
      forget();
      history.replaceState(null, "", location.pathname);
      const line = document.querySelector("#done .done");
      line.textContent = line.dataset.text.replace("{number}", body.number);
      show("done");
      byId("done").focus();
    } else if (answer && body.text && answer.status < 500) {
      byId("problem").textContent = body.text;
      show("problem");
      show("ready", answer.status === 429);
    } else { show("failed"); show("ready"); }
  }

  async function begin() {
    if (!byId("ready")) return;
    for (const one of ["problem", "ready", "parts", "done", "failed", "unreadable"]) show(one, one === "problem" && byId("problem").textContent !== "" && !location.hash);
    for (const one of document.querySelectorAll("#told dd")) one.remove();
    const fragment = location.hash.slice(1);
    if (!fragment) { show("paste"); return; }
    try {
      let bytes = bytesOf(fragment), parts = [fragment], forget = () => {};
      if (bytes[0] === PART) {
        const all = gathered(fragment, bytes);
        if (all.parts.length < all.count) {
          const line = document.querySelector("#parts p");
          line.textContent = line.dataset.text.replace("{have}", all.parts.length).replace("{of}", all.count);
          show("parts"); show("paste", false);
          return;
        }
        ({ parts, forget } = all);
        bytes = Uint8Array.from(parts.flatMap((one) => [...bytesOf(one).slice(PART_HEAD)]));
      }
      if (bytes.length <= HEAD || bytes[0] !== 1) throw new Error("version");
      if (typeof DecompressionStream === "function") told(cbor(await inflated(bytes.slice(HEAD))));
      else for (const term of document.querySelectorAll("#told dt")) term.hidden = false;
      show("ready"); show("paste", false);
      byId("send").onclick = () => send(parts.map((one) => "SLF1:" + one).join(" "), forget);
      byId("send").focus();
    } catch { show("unreadable"); show("paste"); }
  }

  addEventListener("hashchange", begin);
  begin();
})();
