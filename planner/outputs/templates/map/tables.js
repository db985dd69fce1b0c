// Everything on the map once more, in words and figures

function wrapped(caption, header, ...parts) {
  const table = make("table", null, make("caption", null, caption), make("thead", null, ...header), ...parts);
  return make("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": caption }, table);
}

const columns = (section, names) => names.map(([key, numeric]) => make(
  "th", numeric ? { scope: "col", class: "n" } : { scope: "col" }, say(`${section}.${key}`, { sister: data.sister }),
));

function officeTable(plan) {
  const view = viewOf(plan);
  const staffed = view.regions.some((region) => region.advisors !== null);
  const names = [
    ["number"], ["town"], ["counties"], ["municipalities", true], ["principals", true], ["km", true],
    ["minutes", true], ["farthest", true], ["opens"], ...(staffed ? [["advisors", true]] : []),
    ["university", true], ["sister"],
  ];
  const figures = (row) => [
    cell(number(row.municipalities)), cell(number(row.principals)), cell(orDash(row.km, 1)),
    cell(orDash(row.minutes)), cell(orDash(row.farthest)),
  ];
  const rows = view.regions.map((row) => make("tr", null,
    make("td", null, swatch(data.offices[row.office - 1].paint, row.office)),
    make("th", { scope: "row" }, data.offices[row.office - 1].town, " ", unsureMark(row.office)),
    make("td", { class: "wide" }, row.counties[state.language]),
    ...figures(row),
    make("td", { class: "opens" }, row.opens[state.language]),
    staffed ? cell(number(row.advisors || 0)) : null,
    cell(orDash(row.university)),
    make("td", null, row.sister[state.language])));
  const sum = make("tr", null, make("td"), make("th", { scope: "row" }, say("offices.total")),
    make("td"), ...figures(view.total), make("td"),
    staffed ? cell(number(view.total.advisors)) : null, make("td"), make("td"));
  return wrapped(
    `${planName(plan)}. ${say("offices.caption", { period: viewName(view) })}`,
    [make("tr", null, ...columns("offices", names))],
    make("tbody", null, ...rows), make("tfoot", null, sum),
  );
}

function placeTable(plans) {
  const fixed = [["name"], ["county"], ["principals", true]];
  const each = [["office"], ["km", true], ["minutes", true]];
  const header = plans.length < 2
    ? [make("tr", null, ...columns("municipalities", [...fixed, ...each]))]
    : [
      make("tr", null, ...columns("municipalities", fixed).map((th) => {
        th.setAttribute("rowspan", 2);
        return th;
      }), ...plans.map((plan) => make("th", { scope: "colgroup", colspan: 3 }, planName(plan)))),
      make("tr", null, ...plans.flatMap(() => columns("municipalities", each))),
    ];
  const served = (home) => {
    if (!home) return [make("td", null, "–"), cell("–"), cell("–")];
    const [office, km, time, , others] = home;
    const towns = [office, ...(others || [])].map((n) => data.offices[n - 1].town).join(", ");
    return [make("td", null, towns), cell(number(km, 1)), cell(number(time))];
  };
  const order = new Intl.Collator(data.names).compare;
  const rows = data.places
    .map(([name, county, principals], index) => ({ name, county, principals, index }))
    .sort((a, b) => order(a.name, b.name) || a.index - b.index)
    .map(({ name, county, principals, index }) => make("tr", null,
      make("th", { scope: "row" }, name), make("td", null, county), cell(number(principals)),
      ...plans.flatMap((plan) => served(viewOf(plan).homes[index]))));
  const periods = [...new Set(plans.map((plan) => viewName(viewOf(plan))))].join(", ");
  return wrapped(say("municipalities.caption", { period: periods }), header, make("tbody", null, ...rows));
}

function assumptions() {
  const given = data.assumptions[state.language];
  if (!given.length) return [make("p", null, say("assumptions.none"))];
  const header = columns("assumptions", [["name"], ["value", true], ["range", true], ["source"]]);
  const rows = given.map((row) => make("tr", null,
    make("th", { scope: "row", class: "wide" }, row.name), cell(row.value), cell(row.range),
    make("td", { class: "wide" }, row.source)));
  const body = make("tbody", null, ...rows);
  return [
    make("p", null, say("assumptions.lead")),
    wrapped(say("assumptions.caption"), [make("tr", null, ...header)], body),
  ];
}

function drawTables() {
  const plans = shownPlans();
  byId("office-tables").replaceChildren(...plans.map(officeTable));
  if (data.offices.some((office) => office.unsure)) {
    byId("office-tables").append(make("p", null, say("unsure.key")));
  }
  byId("place-table").replaceChildren(placeTable(plans));
  byId("assumptions").replaceChildren(...assumptions());
}
