"use strict";
// Searches, filters and sorts the table of a report, and keeps the view in the address; opens what a link leads to.
(() => {
  const form = document.getElementById("filter");
  const table = document.getElementById("targets");
  if (!form || !table) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows, (row, place) => ({
    row, place, text: row.textContent.toLowerCase(), name: row.cells[1].querySelector("a").textContent,
  }));
  const shown = form.querySelector(".shown");
  const names = ["q", "standing", "finding", "service", "first", "last"];
  const keys = {
    standing: (one) => one.place,
    target: (one) => one.name,
    service: (one) => one.row.dataset.service,
    ends: (one) => one.row.dataset.ends || "9999",
    probed: (one) => one.row.dataset.probed,
  };
  const inWords = new Intl.Collator("en", { numeric: true });
  let sort = "standing", order = "";

  function fits({ row, text }) {
    const is = (name) => form[name].value;
    const data = row.dataset;
    return is("q").toLowerCase().split(/\s+/).every((word) => text.includes(word))
      && (!is("standing") || data.standing === is("standing"))
      && (!is("service") || data.service === is("service"))
      && (!is("finding") || data.finding.split(" ").includes(is("finding")))
      && (!(is("first") || is("last")) || (data.ends !== "" && data.ends >= is("first") && (!is("last") || data.ends <= is("last"))));
  }

  function show() {
    const key = keys[sort] || keys.standing;
    const sign = order === "desc" ? -1 : 1;
    const sorted = rows.slice().sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      const difference = typeof x === "number" ? x - y : inWords.compare(x, y);
      return sign * difference || a.place - b.place;
    });
    let number = 0;
    for (const one of sorted) {
      one.row.hidden = !fits(one);
      number += !one.row.hidden;
    }
    body.append(...sorted.map((one) => one.row));
    shown.textContent = number === rows.length ? "" : `${number} of ${rows.length} shown`;
    for (const cell of table.tHead.rows[0].cells) {
      if (cell.dataset.sort === sort) cell.setAttribute("aria-sort", order ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
  }

  function keep() {
    const wanted = new URLSearchParams();
    for (const name of names) if (form[name].value) wanted.set(name, form[name].value);
    if (sort !== "standing") wanted.set("sort", sort);
    if (order) wanted.set("order", order);
    history.replaceState(null, "", `#?${wanted}`);
  }

  function read() {
    if (location.hash && !location.hash.startsWith("#?")) return reveal();
    const wanted = new URLSearchParams(location.hash.slice(2));
    for (const name of names) form[name].value = wanted.get(name) || "";
    sort = keys[wanted.get("sort")] ? wanted.get("sort") : "standing";
    order = wanted.get("order") === "desc" ? "desc" : "";
    show();
    if (location.hash) document.getElementById("all").scrollIntoView();
  }

  function reveal() {
    const target = document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.scrollIntoView();
    }
  }

  for (const cell of table.tHead.rows[0].cells) {
    if (!cell.dataset.sort) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = cell.textContent;
    button.addEventListener("click", () => {
      order = sort === cell.dataset.sort && !order ? "desc" : "";
      sort = cell.dataset.sort;
      show();
      keep();
    });
    cell.replaceChildren(button);
  }
  form.classList.remove("hidden");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => { show(); keep(); });
  window.addEventListener("hashchange", read);
  read();
})();
