// The legend: what the colours stand for, with the figures of every plan on the screen

function classOf(time) {
  return data.classes.limits.filter((limit) => limit <= time).length;
}

function className(n) {
  const { limits } = data.classes;
  if (!limits.length) return say("map.class_all", { low: 0 });
  if (n === 0) return say("map.class_under", { high: number(limits[0]) });
  if (n === limits.length) return say("map.class_over", { low: number(limits[n - 1]) });
  return say("map.class_between", { low: number(limits[n - 1]), high: number(limits[n] - 1) });
}

const cell = (value) => make("td", { class: "n" }, value);

function head(first, columns, plans) {
  const named = columns.map((key) => make("th", { scope: "col", class: "n" }, say(key)));
  if (plans.length < 2) {
    return [make("tr", null, make("th", { scope: "col", colspan: 2 }, say(first)), ...named)];
  }
  return [
    make("tr", null, make("th", { scope: "col", colspan: 2, rowspan: 2 }, say(first)),
      ...plans.map((plan) => make("th", { scope: "colgroup", class: "n", colspan: columns.length }, planName(plan)))),
    make("tr", null, ...plans.flatMap(() => columns.map((key) =>
      make("th", { scope: "col", class: "n" }, say(key))))),
  ];
}

function drawLegend() {
  const plans = shownPlans();
  const [caption, header, rows] = state.colour === "time" ? timeLegend(plans) : regionLegend(plans);
  byId("legend").replaceChildren(make("table", { class: "legend" },
    make("caption", null, caption), make("thead", null, ...header), make("tbody", null, ...rows)), ...badges(plans));
  if (data.offices.some((office) => office.unsure)) {
    byId("legend").append(make("p", { class: "hint" }, say("unsure.key")));
  }
}

// Where some offices were there before the plan, they have a badge of their own
const anyExist = (view) => view.regions.some((row) => row.exists);

function isNew(office, plans) {
  return plans.some((plan) => anyExist(viewOf(plan))
    && viewOf(plan).regions.some((row) => row.office === office && !row.exists));
}

function badges(plans) {
  if (!plans.some((plan) => anyExist(viewOf(plan)))) return [];
  const sample = (kind, key) => [make("span", { class: `badge ${kind}`, "aria-hidden": "true" }), say(key)];
  return [make("p", { class: "hint badges" }, ...sample("exists", "map.badge_exists"), ...sample("", "map.badge_new"))];
}

function regionLegend(plans) {
  const inSome = data.offices.map((_, index) => index + 1).filter((office) => plans.some((plan) =>
    [...viewOf(plan).regions, ...viewOf(plan).shut].some((row) => row.office === office)));
  const rows = inSome.map((office) => {
    const cells = plans.flatMap((plan) => {
      const view = viewOf(plan);
      const region = view.regions.find((row) => row.office === office);
      if (region) return [cell(number(region.principals)), cell(orDash(region.km, 1))];
      const shut = view.shut.find((row) => row.office === office);
      const note = shut ? shut.note[state.language] : say("map.not_here");
      return [make("td", { class: "n note", colspan: 2 }, note)];
    });
    const { paint, town } = data.offices[office - 1];
    const fill = state.colour === "regions" ? paint : "#fff";
    return make("tr", null, make("td", { class: "fill" }, swatch(fill, office)),
      make("th", { scope: "row" }, isNew(office, plans) ? say("map.new_town", { town }) : town, " ", unsureMark(office)), ...cells);
  });
  return [
    say("map.legend_regions"),
    head("map.column_office", ["map.column_principals", "map.column_km"], plans),
    rows,
  ];
}

function timeLegend(plans) {
  const counts = plans.map((plan) => {
    const found = data.classes.paints.map(() => 0);
    viewOf(plan).homes.forEach((home) => { if (home) found[classOf(home[2])] += home[3]; });
    return found;
  });
  const rows = data.classes.paints.map((paint, n) => make("tr", null,
    make("td", { class: "fill" }, swatch(paint)),
    make("th", { scope: "row" }, className(n)),
    ...counts.flatMap((found) => {
      const all = found.reduce((sum, each) => sum + each, 0);
      return [
        cell(number(found[n])),
        cell(all ? say("unit.percent", { n: number((100 * found[n]) / all) }) : "–"),
      ];
    })));
  return [
    say("map.legend_time"),
    head("map.column_class", ["map.column_principals", "map.column_share"], plans),
    rows,
  ];
}
