(function () {
  "use strict";
  var query = document.getElementById("query"), hits = document.getElementById("hits");
  var cards = [].slice.call(document.querySelectorAll(".cards li"));
  function listens(ports, port) {
    return ports.filter(function (it) {
      var ends = it.split("-");
      return +ends[0] <= port && port <= +(ends[1] || ends[0]);
    })[0];
  }
  function search() {
    var words = query.value.toLowerCase().split(/\s+/).filter(Boolean), count = 0;
    cards.forEach(function (card) {
      var ports = card.dataset.ports.split(" "), found = [];
      var is = words.every(function (word) {
        var port = /^\d+$/.test(word) && listens(ports, +word);
        if (port) found.push(port);
        return port || card.dataset.words.indexOf(word) >= 0;
      });
      card.hidden = !is;
      count += is ? 1 : 0;
      card.querySelector(".found").textContent = is && found.length ? " \u00b7 port " + found.join(", ") : "";
    });
    hits.textContent = words.length ? count + " of " + cards.length : "";
  }
  query.addEventListener("input", search);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { query.value = ""; search(); }
    if (event.key === "/" && document.activeElement !== query) { event.preventDefault(); query.focus(); }
  });
  var asked = /[?&]q=([^&]*)/.exec(location.search);
  if (asked) query.value = decodeURIComponent(asked[1].replace(/\+/g, " "));
  search();
})();
