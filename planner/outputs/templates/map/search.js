// Search for a municipality or a principal: a combobox with a list (WAI-ARIA authoring practices)
const MOST = 50;
const search = { entries: null, found: [], active: -1 };

// Case and marks over letters make no difference
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function entries() {
  search.entries ??= data.places.flatMap(([name, county], index) => [
    { index, name, key: plain(name), place: true, county },
    ...data.principals[index].map((principal, n) => ({
      index, name: principal, key: plain(principal), principal: n,
    })),
    ...(data.sole[index] ? [{ index, sole: true, key: null }] : []),
  ]);
  return search.entries;
}

// Lower is nearer: the whole name, its beginning, the beginning of a word, anywhere
function rank(key, wanted) {
  if (key === wanted) return 0;
  if (key.startsWith(wanted)) return 1;
  return key.includes(` ${wanted}`) ? 2 : 3;
}

function matches(text) {
  const wanted = plain(text).trim().replace(/\s+/g, " ");
  const words = wanted.split(" ");
  if (!wanted) return [];
  const order = new Intl.Collator(data.names).compare;
  return entries()
    .map((entry) => {
      const name = entry.name ?? soleName(entry.index);
      const key = entry.key ?? plain(`${name} ${data.places[entry.index][0]}`);
      return { ...entry, name, key };
    })
    .filter(({ key }) => words.every((word) => key.includes(word)))
    .map((entry) => ({ ...entry, rank: rank(entry.key, wanted) }))
    .sort((a, b) => a.rank - b.rank || !a.place - !b.place || order(a.name, b.name) || a.index - b.index);
}

const kindOf = (entry) => (entry.place
  ? say("map.kind_place", { county: entry.county })
  : say("map.kind_principal", { place: data.places[entry.index][0] }));

function listMatches() {
  const text = byId("search").value;
  const all = matches(text);
  search.found = all.slice(0, MOST);
  search.active = -1;
  byId("matches").replaceChildren(...search.found.map((entry, n) => {
    const option = make("li", { role: "option", id: `match-${n}`, "aria-selected": "false" },
      make("span", { class: "name" }, entry.name), " ",
      make("span", { class: "kind" }, kindOf(entry)));
    option.addEventListener("click", () => take(n));
    return option;
  }));
  const open = search.found.length > 0;
  openList(open);
  let help = "map.search_help";
  if (open) help = all.length > MOST ? "map.found_first" : "map.found_other";
  if (all.length === 1) help = "map.found_one";
  if (text.trim() && !open) help = "map.not_found";
  byId("search-help").textContent = say(help, {
    n: number(all.length), shown: number(MOST), name: text.trim(),
  });
}

function openList(open) {
  byId("matches").hidden = !open;
  byId("search").setAttribute("aria-expanded", open ? "true" : "false");
  if (!open) activate(-1);
}

function activate(n) {
  search.active = n;
  [...byId("matches").children].forEach((option, index) => {
    option.setAttribute("aria-selected", index === n ? "true" : "false");
    if (index === n) option.scrollIntoView({ block: "nearest" });
  });
  if (n < 0) byId("search").removeAttribute("aria-activedescendant");
  else byId("search").setAttribute("aria-activedescendant", `match-${n}`);
}

function take(n) {
  const { index, name, principal, sole } = search.found[n];
  byId("search").value = name;
  openList(false);
  byId("search-help").textContent = say("map.search_help");
  pick({ index, principal, sole }, true);
}

function searchKey(event) {
  const last = search.found.length - 1;
  const closed = byId("matches").hidden;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    if (closed) listMatches();
    if (search.found.length && !(closed && event.altKey)) {
      const from = search.active < 0 && step < 0 ? last + 1 : search.active;
      activate((from + step + last + 1) % (last + 1));
    }
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (closed) listMatches();
    if (search.found.length) take(Math.max(search.active, 0));
  } else if (event.key === "Escape") {
    if (closed) byId("search").value = "";
    openList(false);
    byId("search-help").textContent = say("map.search_help");
  }
}

function setUpSearch() {
  const field = byId("search");
  field.addEventListener("input", listMatches);
  field.addEventListener("keydown", searchKey);
  field.addEventListener("blur", () => openList(false));
  byId("matches").addEventListener("mousedown", (event) => event.preventDefault());
}
