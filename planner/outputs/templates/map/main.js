// The reader's choices, and what follows from each
const charts = [firstChart()];

function ring(index) {
  const marked = [index, state.place?.index].find((i) => i !== null && i !== undefined);
  charts.forEach((chart) => {
    chart.ring.clearLayers();
    if (marked !== undefined) chart.ring.addData(chart.polygons[marked].feature);
  });
}

function pick(place, open = false) {
  state.place = place;
  if (open) {
    const { map, polygons, level } = charts[0];
    map.fitBounds(polygons[place.index].getBounds(), { maxZoom: level + 3.25, animate: false });
    charts[0].fitted = false;
  }
  ring(null);
  drawFigures();
}

// The second map is made when it is first asked for; both always show the same part of the country
function arrange() {
  const plans = shownPlans();
  const was = charts.filter((chart) => !chart.pane.hidden).length;
  document.querySelectorAll(".pane").forEach((pane, n) => { pane.hidden = n >= plans.length; });
  byId("maps").classList.toggle("two", plans.length > 1);
  if (plans.length !== was) resize();
  if (plans.length > charts.length) {
    charts.push(secondChart(charts[0]));
    link(charts);
  }
  plans.forEach((plan, n) => { charts[n].plan = plan; });
}

function resize() {
  const { map, fitted } = charts[0];
  charts.filter((chart) => !chart.pane.hidden).forEach((chart) => chart.map.invalidateSize({ animate: false }));
  if (fitted) fit(charts[0]);
  if (charts[1] && !charts[1].pane.hidden) {
    charts[1].map.setView(map.getCenter(), map.getZoom(), { animate: false });
  }
}

function drawAll() {
  arrange();
  drawControls();
  charts.filter((chart) => !chart.pane.hidden).forEach(drawChart);
  drawLegend();
  drawFigures();
  drawTables();
}

// The slider has the periods in which something on the screen changes
function periodSteps() {
  const plans = shownPlans();
  return data.periods.map((period) => period.key).filter((key, n, keys) =>
    n === 0 || plans.some((plan) => viewOf(plan, key) !== viewOf(plan, keys[n - 1])));
}

function stepNow(steps) {
  return steps.findLastIndex((key) => step(key) <= step(state.period));
}

function stepName(key) {
  const plans = shownPlans();
  return plans.length > 1 ? data.periods[step(key)].name[state.language] : viewName(viewOf(plans[0], key));
}

function drawControls() {
  const plans = shownPlans();
  byId("plan-control").hidden = data.plans.length < 2;
  document.querySelectorAll("#plan-control .both").forEach((part) => { part.hidden = !wide.matches; });
  document.querySelectorAll("input[name=plan]").forEach((input) => {
    input.checked = input.value === (plans.length > 1 ? "both" : String(plans[0]));
    const n = Number(input.value);
    if (data.plans[n]) input.nextElementSibling.textContent = planName(n);
  });
  document.querySelectorAll("input[name=colour]").forEach((input) => {
    input.checked = input.value === state.colour;
  });
  const steps = periodSteps();
  const at = stepNow(steps);
  const slider = byId("period");
  byId("period-control").hidden = steps.length < 2;
  slider.max = steps.length - 1;
  slider.value = at;
  slider.setAttribute("aria-valuetext", stepName(steps[at]));
  byId("period-name").textContent = stepName(steps[at]);
  byId("previous").disabled = at === 0;
  byId("next").disabled = at === steps.length - 1;
  byId("ticks").replaceChildren(
    ...steps.map((key, n) => make("span", n === at ? { class: "now" } : null, stepName(key))),
  );
}

// Everything that the template said, in the language chosen
function speak() {
  document.documentElement.lang = state.language;
  document.title = say("map.title", { title: data.titles[state.language] });
  byId("title").textContent = data.titles[state.language];
  if (byId("changed")) byId("changed").textContent = data.changed[state.language];
  const { short, rest } = data.answers[state.language];
  byId("answer").replaceChildren(...short.map((text) => make("p", null, text)));
  byId("rest").replaceChildren(...rest.map((text) => make("p", null, text)));
  document.querySelectorAll("[data-say]").forEach((element) => {
    element.textContent = say(element.dataset.say);
  });
  document.querySelectorAll("[data-label]").forEach((element) => {
    element.setAttribute("aria-label", say(element.dataset.label));
  });
  document.querySelectorAll("#languages button").forEach((button) => {
    button.setAttribute("aria-pressed", button.lang === state.language ? "true" : "false");
  });
  byId("base-help").textContent = say("map.base_help", { host: new URL(data.tiles).host });
  byId("base-failed").textContent = "";
  byId("search-help").textContent = say("map.search_help");
  openList(false);
  charts.forEach(sizeCircles);
}

// The choices live in the address, so that a link shows what its sender saw; never the
// background map, since a link must not be able to turn the network on.
function readAddress() {
  const given = new URLSearchParams(window.location.hash.slice(1));
  const known = (name, values) => (values.includes(given.get(name)) ? given.get(name) : null);
  const plan = known("plan", ["both", ...data.plans.map((_, n) => String(n))]);
  state.language = known("lang", Object.keys(data.texts)) ?? state.language;
  state.period = known("period", data.periods.map((period) => period.key)) ?? state.period;
  state.colour = known("colours", ["regions", "time", "none"]) ?? state.colour;
  if (plan) state.plan = plan === "both" ? plan : Number(plan);
}

function choose(changes) {
  Object.assign(state, changes);
  const { language, plan, period, colour } = state;
  const given = new URLSearchParams({ lang: language, plan, period, colours: colour });
  window.history.replaceState(null, "", `#${given}`);
  if ("language" in changes) speak();
  drawAll();
}

function setUpControls() {
  const stepped = (by) => {
    const steps = periodSteps();
    choose({ period: steps[Math.min(Math.max(Number(byId("period").value) + by, 0), steps.length - 1)] });
  };
  byId("languages").addEventListener("click", ({ target }) => {
    if (target.lang) choose({ language: target.lang });
  });
  byId("plan-control").addEventListener("change", ({ target }) =>
    choose({ plan: target.value === "both" ? "both" : Number(target.value) }));
  byId("colour-control").addEventListener("change", ({ target }) => choose({ colour: target.value }));
  byId("period").addEventListener("input", () => stepped(0));
  byId("previous").addEventListener("click", () => stepped(-1));
  byId("next").addEventListener("click", () => stepped(1));
  byId("layers").addEventListener("change", ({ target }) => {
    state.layers[target.name] = target.checked;
    if (target.name === "base") byId("base-failed").textContent = "";
    drawAll();
  });
  // The network is the reader's to turn on: a click that a script made does not count
  document.querySelector("input[name=base]").addEventListener("click", (event) => {
    if (!event.isTrusted) event.preventDefault();
  });
  byId("print").addEventListener("click", () => window.print());
  wide.addEventListener("change", drawAll);
  window.addEventListener("hashchange", () => {
    readAddress();
    speak();
    drawAll();
  });
  setUpSearch();
}

// Paper: the sheets take their printed size first, and then show what the screen did
function setUpPrinting() {
  const page = document.documentElement.classList;
  let shown = null;
  window.addEventListener("beforeprint", () => {
    if (page.contains("printing")) return;
    shown = { centre: charts[0].map.getCenter(), zoom: charts[0].map.getZoom(), bounds: charts[0].map.getBounds() };
    page.add("printing");
    drawAll();
    resize();
    if (!charts[0].fitted) charts[0].map.fitBounds(shown.bounds, { animate: false });
  });
  const restore = () => {
    if (!page.contains("printing")) return;
    page.remove("printing");
    drawAll();
    resize();
    if (!charts[0].fitted) charts[0].map.setView(shown.centre, shown.zoom, { animate: false });
  };
  // Some browsers never say that they have printed
  ["afterprint", "pointerdown", "keydown"].forEach((name) => window.addEventListener(name, restore));
}

setUpControls();
setUpPrinting();
readAddress();
speak();
charts[0].fitted = true;
if (shownPlans().length < 2) resize();
drawAll();
charts[0].map.on("movestart", () => { charts[0].fitted = false; });
window.addEventListener("resize", () => resize());
