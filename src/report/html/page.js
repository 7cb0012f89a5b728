(function () {
  "use strict";
  var doc = document, root = doc.documentElement;
  function all(selector) { return [].slice.call(doc.querySelectorAll(selector)); }
  function one(id) { return doc.getElementById(id); }

  // Highlighting: a pair of zones, or one zone with all that it is connected to.
  var marked = all("[data-f],[data-z]");
  function off() {
    root.classList.remove("hot");
    marked.forEach(function (it) { it.classList.remove("on", "row", "col"); });
  }
  function isHead(it) { return it.tagName === "TH"; }
  function pair(from, to) {
    off();
    root.classList.add("hot");
    marked.forEach(function (it) {
      var d = it.dataset;
      if (isHead(it)) { if (d.z === (it.scope === "col" ? to : from)) it.classList.add("on"); return; }
      if (d.z ? d.z === from || d.z === to : d.f === from && d.t === to) it.classList.add("on");
      else if (it.tagName === "TD") {
        if (d.f === from) it.classList.add("row");
        if (d.t === to) it.classList.add("col");
      }
    });
  }
  function zone(name) {
    off();
    root.classList.add("hot");
    var near = {};
    near[name] = true;
    marked.forEach(function (it) {
      var d = it.dataset;
      if (d.z || (d.f !== name && d.t !== name)) return;
      if (it.tagName !== "TD" || it.querySelector("a")) it.classList.add("on");
      if (it.classList.contains("edge")) { near[d.f] = true; near[d.t] = true; }
    });
    marked.forEach(function (it) { if (near[it.dataset.z]) it.classList.add("on"); });
  }
  function at(event) {
    var it = event.target.closest && event.target.closest("[data-f],[data-z]");
    if (!it) off();
    else if (it.dataset.z) zone(it.dataset.z);
    else pair(it.dataset.f, it.dataset.t);
  }
  ["matrix", "diagram", "connections"].forEach(function (id) {
    var section = one(id);
    if (!section) return;
    section.addEventListener("mouseover", at);
    section.addEventListener("mouseleave", off);
    section.addEventListener("focusin", at);
    section.addEventListener("focusout", off);
  });

  // Connections: rows that are here, or rows that are made on demand.
  var query = one("query"), clear = one("clear"), hits = one("hits"), more = one("more");
  var data = one("data") && JSON.parse(one("data").textContent);
  var STEP = 200, shown = [], made = 0, body = doc.querySelector("#connections tbody");
  function cell(row, name) {
    var it = doc.createElement("td");
    if (name) it.className = name;
    row.appendChild(it);
    return it;
  }
  function span(parent, name, text, kind) {
    var it = doc.createElement(kind || "span");
    it.className = name;
    it.textContent = text;
    parent.appendChild(it);
    return it;
  }
  // A name that may be cut where it is too long.
  function named(parent, kind, text) {
    var it = span(parent, kind, ""), letters = Array.from(text);
    for (var from = 0; from < letters.length; from += 24) {
      if (from) it.appendChild(doc.createElement("wbr"));
      it.appendChild(doc.createTextNode(letters.slice(from, from + 24).join("")));
    }
  }
  function build(c) {
    var row = doc.createElement("tr"), zones = data.zones;
    row.dataset.f = zones[c[0]][0];
    row.dataset.t = zones[c[1]][0];
    named(cell(row), "name t-" + zones[c[0]][1], zones[c[0]][0]);
    named(cell(row), "name t-" + zones[c[1]][1], zones[c[1]][0]);
    var service = cell(row, "num");
    span(service, "chip k-" + data.planes[c[3]], c[2]);
    if (c[4]) { service.appendChild(doc.createElement("br")); span(service, "soft", c[4]); }
    cell(row).textContent = data.planes[c[3]];
    var why = cell(row, "wide why");
    c[5].forEach(function (f) {
      var flow = data.flows[f];
      why.appendChild(doc.createTextNode(flow[1] || ""));
      span(why, "", flow[0], "code");
    });
    cell(row).textContent = c[6];
    var ends = cell(row, "num");
    span(ends, "end " + c[7], "out");
    span(ends, "end " + c[8], "in");
    var source = cell(row, "wide"), seen = [];
    c[5].forEach(function (f) {
      data.flows[f][2].forEach(function (s) {
        if (seen.indexOf(s[0]) >= 0) return;
        seen.push(s[0]);
        var document = data.sources[s[0]], isFirst = seen.length === 1, link = span(source, isFirst ? "" : "also", isFirst ? document[0] : "", "a");
        link.href = document[1];
        link.rel = "noopener noreferrer";
        link.title = isFirst ? s[1] : document[0] + ": " + s[1];
        if (isFirst) return;
        span(link, "hid", document[0] + " ");
        link.appendChild(doc.createTextNode(seen.length));
      });
    });
    return row;
  }
  var rows = data
    ? data.connections.map(function (c) {
        var text = [data.zones[c[0]][0], data.zones[c[1]][0], c[2], data.planes[c[3]], c[6]];
        c[5].forEach(function (f) { text.push(data.flows[f][0], data.flows[f][1]); });
        return { from: data.zones[c[0]][0], to: data.zones[c[1]][0], text: text.join(" ").toLowerCase(), data: c };
      })
    : all("#connections tbody tr").map(function (it) {
        return { from: it.dataset.f, to: it.dataset.t, text: it.textContent.toLowerCase(), row: it };
      });
  function grow() {
    var until = Math.min(shown.length, made + STEP), part = doc.createDocumentFragment();
    for (; made < until; made++) part.appendChild(build(shown[made].data));
    body.appendChild(part);
    marked = all("[data-f],[data-z]");
    more.hidden = made >= shown.length;
    more.textContent = "Show more (" + (shown.length - made) + ")";
  }
  function show(test) {
    shown = rows.filter(test);
    if (data) {
      body.textContent = "";
      made = 0;
      grow();
    } else {
      rows.forEach(function (it) { it.row.hidden = !test(it); });
    }
    var whole = shown.length === rows.length;
    clear.hidden = whole;
    hits.textContent = whole ? "" : shown.length + " of " + rows.length;
    if (squares) squares.filter(whole ? null : shown);
  }
  function everything() { return true; }
  function of(from, to) {
    query.value = "";
    show(function (it) { return it.from === from && it.to === to; });
    one("connections").scrollIntoView();
  }
  var squares = null;
  if (query) {
    query.addEventListener("input", function () {
      var words = query.value.toLowerCase().split(/\s+/);
      show(function (it) { return words.every(function (word) { return it.text.indexOf(word) >= 0; }); });
    });
    clear.addEventListener("click", function () { query.value = ""; show(everything); query.focus(); });
    if (more) more.addEventListener("click", grow);
    all(".grid td a").forEach(function (it) {
      it.addEventListener("click", function () { var d = it.parentNode.dataset; of(d.f, d.t); });
    });
  }

  // The matrix of many zones: squares, read and chosen one at a time.
  var picture = doc.querySelector(".squares");
  if (picture && data) {
    squares = (function () {
      var size = +picture.dataset.size, left = +picture.dataset.left, top = +picture.dataset.top, count = data.zones.length;
      var readout = one("readout"), mark = picture.querySelector(".mark"), found = picture.querySelector(".found"), by = {}, here = [0, 0];
      data.connections.forEach(function (c) { (by[c[0] + " " + c[1]] = by[c[0] + " " + c[1]] || []).push(c[2]); });
      function go(from, to) {
        here = [from, to];
        mark.setAttribute("x", left + to * size - 1);
        mark.setAttribute("y", top + from * size - 1);
        mark.removeAttribute("visibility");
        var list = by[from + " " + to], closed = data.zones[from][2] || data.zones[to][3];
        var said = list ? list.slice(0, 8).join(", ") + (list.length > 8 ? " and " + (list.length - 8) + " more" : "") : closed ? "closed" : "not filtered by these rules";
        readout.textContent = data.zones[from][0] + " \u2192 " + data.zones[to][0] + ": " + said;
      }
      function place(event) {
        var box = picture.getBoundingClientRect(), scale = picture.viewBox.baseVal.width / box.width;
        var to = Math.floor(((event.clientX - box.left) * scale - left) / size), from = Math.floor(((event.clientY - box.top) * scale - top) / size);
        return from >= 0 && to >= 0 && from < count && to < count ? [from, to] : null;
      }
      picture.addEventListener("mousemove", function (event) { var it = place(event); if (it) go(it[0], it[1]); });
      function choose() { if (by[here[0] + " " + here[1]]) of(data.zones[here[0]][0], data.zones[here[1]][0]); }
      picture.addEventListener("click", function (event) { var it = place(event); if (it) { go(it[0], it[1]); choose(); } });
      picture.addEventListener("keydown", function (event) {
        var step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
        if (event.key === "Enter") return choose();
        if (!step) return;
        event.preventDefault();
        var from = here[0], to = here[1];
        do { from += step[0]; to += step[1]; } while (event.ctrlKey && from >= 0 && to >= 0 && from < count && to < count && !by[from + " " + to]);
        if (from >= 0 && to >= 0 && from < count && to < count) go(from, to);
      });
      return {
        filter: function (list) {
          var path = "", seen = {};
          (list || []).forEach(function (it) {
            var key = it.data[0] + " " + it.data[1];
            if (seen[key]) return;
            seen[key] = true;
            path += "M" + (left + it.data[1] * size - .5) + " " + (top + it.data[0] * size - .5) + "h" + size + "v" + size + "h-" + size + "z";
          });
          found.setAttribute("d", path);
        }
      };
    })();
  }
  if (data && query) show(everything);

  // The keyboard: arrows from filled cell to filled cell, Escape shows everything.
  doc.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && query) { off(); query.value = ""; show(everything); return; }
    var cell = doc.activeElement && doc.activeElement.closest && doc.activeElement.closest(".grid td");
    var step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (!cell || !step) return;
    event.preventDefault();
    // Left and right go through the cells in order; up and down to the next row with one, as near as there is.
    var links = all(".grid td a").map(function (it) { return { link: it, x: it.parentNode.cellIndex, y: it.parentNode.parentNode.rowIndex }; });
    var here = links.filter(function (it) { return it.link.parentNode === cell; })[0], next;
    if (step[1]) next = links[links.indexOf(here) + step[1]];
    else {
      var beyond = links.filter(function (it) { return (it.y - here.y) * step[0] > 0; });
      beyond.sort(function (a, b) { return (a.y - b.y) * step[0] || Math.abs(a.x - here.x) - Math.abs(b.x - here.x); });
      next = beyond[0];
    }
    if (next) next.link.focus();
  });
  addEventListener("beforeprint", function () { all("details").forEach(function (it) { it.open = true; }); });
})();
