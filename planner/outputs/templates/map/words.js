// Data, words, numbers and elements. Names become text nodes alone, never HTML.
const data = JSON.parse(document.getElementById("planner-data").textContent);
const byId = (id) => document.getElementById(id);
const INK = "#1b2a3a";
const LAND = "#f4f1ea";
const state = {
  language: data.language,
  plan: "both",
  period: data.periods[data.periods.length - 1].key,
  colour: "regions",
  place: null,
  layers: { borders: true, circles: true, lines: true, labels: true, base: false },
};

const say = (key, values = {}) =>
  data.texts[state.language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

const formats = {};
function number(value, decimals = 0) {
  const key = `${state.language} ${decimals}`;
  formats[key] ??= new Intl.NumberFormat(state.language === "sv" ? "sv-SE" : "en-GB", {
    minimumFractionDigits: decimals, maximumFractionDigits: decimals,
  });
  return formats[key].format(value);
}
const orDash = (value, decimals) => (value === null ? "–" : number(value, decimals));
const kilometres = (value) => say("unit.km", { n: number(value, 1) });
const minutes = (value) => say("unit.minutes", { n: number(value) });
const inWords = (value) =>
  say(value === 1 ? "map.minutes_one" : "map.minutes_other", { n: number(value) });
const counted = (noun, n) =>
  say(`count.${noun}.${n === 1 ? "one" : "other"}`, { n: number(n) });
// A mark after the name of a town that rests on a statement that is not confirmed
const unsure = (office) => Boolean(data.offices[office - 1].unsure);
const unsureMark = (office) => (unsure(office)
  ? make("span", { class: "unsure", role: "img", "aria-label": say("unsure.named") }, "?") : null);
const planName = (plan) => data.plans[plan].name[state.language];

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  Object.entries(attributes || {}).forEach(([name, value]) => element.setAttribute(name, value));
  element.append(...children.filter((child) => child !== null).map((child) =>
    (child instanceof Node ? child : String(child))));
  return element;
}

function draw(svg, tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  svg.append(element);
  return element;
}

// A sample of a fill, with the region's number on it where there is one
function swatch(paint, text) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "swatch");
  svg.setAttribute("aria-hidden", "true");
  draw(svg, "rect", { x: 0.5, y: 0.5, width: 23, height: 23, rx: 3, fill: paint, stroke: INK });
  if (text !== undefined) {
    draw(svg, "circle", { cx: 12, cy: 12, r: 8.5, fill: "#fff", "fill-opacity": 0.85 });
    draw(svg, "text", { x: 12, y: 16 }).textContent = text;
  }
  return svg;
}

// Which plans are on the screen, and the period of each that is shown
const wide = window.matchMedia("(min-width: 44rem)");
function shownPlans() {
  if (data.plans.length < 2) return [0];
  if (state.plan !== "both") return [state.plan];
  return wide.matches || document.documentElement.classList.contains("printing") ? [0, 1] : [0];
}
const step = (key) => data.periods.findIndex((period) => period.key === key);
function viewOf(plan, period = state.period) {
  const { at, views } = data.plans[plan];
  return views[at[step(period)]];
}
const viewName = (view) => view.name[state.language];
