"use strict";
// What a browser adds to pages that are whole without it: search, sorting, finding, and lines that light up.

const byId = id => document.getElementById(id);
const fold = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const MOST_RESULTS = 100;

/* Search over all tables, on the first page. */

const rows = [];
let names = null;

globalThis.factpackRows = more => {
  for (const [table, href, label, words] of more) {
    const folded = fold(label);
    rows.push({ table, href, label, folded, all: `${folded} ${words}` });
  }
};

function loadIndex() {
  names = [...byId("table-names").content.querySelectorAll("a")].map(link => link.textContent);
  const files = [...byId("search-index").content.querySelectorAll("a")].map(link => link.getAttribute("href"));
  return Promise.all(files.map(file => new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = file;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  })));
}

let index = null;

async function search(query) {
  const wanted = fold(query).split(/\s+/).filter(Boolean);
  if (!index) byId("found").textContent = "Reading the index …";
  index ??= loadIndex();
  try {
    await index;
  } catch {
    byId("found").textContent = "The index of the search could not be read.";
    return;
  }
  if (query !== byId("search").value) return;
  const found = wanted.length ? rows.filter(row => wanted.every(word => row.all.includes(word))) : [];
  const asked = wanted.join(" ");
  const rank = row => row.folded === asked ? 0 : row.folded.startsWith(asked) ? 1
    : wanted.every(word => row.folded.includes(word)) ? 2 : 3;
  const ranks = [[], [], [], []];
  for (const row of found) ranks[rank(row)].push(row);
  const best = ranks.flat().slice(0, MOST_RESULTS);
  byId("results").replaceChildren(...best.map(row => {
    const link = document.createElement("a");
    link.href = row.href;
    link.textContent = row.label;
    const table = document.createElement("span");
    table.className = "soft";
    table.textContent = names[row.table];
    const item = document.createElement("li");
    item.append(link, " ", table);
    return item;
  }));
  const more = found.length > best.length ? `, the first ${best.length} are listed` : "";
  byId("found").textContent = wanted.length ? `${found.length.toLocaleString("en")} found${more}` : "";
}

const box = byId("search");
if (box) {
  box.closest("section").hidden = false;
  box.addEventListener("input", () => search(box.value));
  box.form.addEventListener("submit", event => { event.preventDefault(); search(box.value); });
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) {
    box.value = asked;
    search(asked);
    box.focus();
  }
}
for (const form of document.querySelectorAll("form.find")) form.hidden = false;

/* Rows of a table: found by their words, and sorted by a column. */

const table = document.querySelector("table.rows");
if (table) {
  const body = table.tBodies[0];
  const all = [...body.rows];
  const filter = byId("filter");
  let texts = null;
  document.querySelector(".tools").hidden = false;

  filter.addEventListener("input", () => {
    texts ??= all.map(row => fold(row.textContent));
    const wanted = fold(filter.value).split(/\s+/).filter(Boolean);
    let count = 0;
    all.forEach((row, number) => {
      row.hidden = !wanted.every(word => texts[number].includes(word));
      if (!row.hidden) count += 1;
    });
    byId("matches").textContent = wanted.length ? `${count.toLocaleString("en")} of ${all.length.toLocaleString("en")} rows` : "";
  });

  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const value = cell => cell.dataset.order ?? cell.textContent.trim();
  const isNull = cell => Boolean(cell.querySelector(".null"));

  function sortBy(header, column) {
    const isNumber = header.classList.contains("number");
    const compare = (one, other) => isNumber ? Number(one) - Number(other) : collator.compare(one, other);
    const up = header.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", up ? "ascending" : "descending");
    const keyed = all.map((row, number) => {
      const cell = row.cells[column];
      return { row, number, text: value(cell), none: isNull(cell) };
    });
    keyed.sort((one, other) => {
      if (one.none !== other.none) return one.none ? 1 : -1;
      return (up ? 1 : -1) * compare(one.text, other.text) || one.number - other.number;
    });
    body.append(...keyed.map(item => item.row));
  }

  [...table.tHead.rows[0].cells].forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => sortBy(header, column));
  });
}

/* The lines of a table in the diagram. */

for (const node of document.querySelectorAll(".diagram a")) {
  const lines = [...document.querySelectorAll(".diagram path")]
    .filter(line => [line.dataset.child, line.dataset.parent].includes(node.dataset.table));
  const light = on => {
    node.closest("svg").classList.toggle("lit", on);
    for (const line of lines) line.classList.toggle("on", on);
  };
  for (const [event, on] of [["pointerenter", true], ["pointerleave", false], ["focus", true], ["blur", false]]) {
    node.addEventListener(event, () => light(on));
  }
}
