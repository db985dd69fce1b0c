// Brings the map to life. Names reach the page as text nodes alone, never as HTML.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("planner-data").textContent);
  const layer = (name) => window[data.layers[name]];
  const byId = (id) => document.getElementById(id);
  const [map, regions, borders, lines, circles, offices] = [
    "map", "regions", "borders", "lines", "circles", "offices",
  ].map(layer);
  const INK = "#1b2a3a";
  const LAND = "#f4f1ea";
  const shown = { regions: true, borders: true, circles: true, lines: true, labels: true };
  const state = { plan: 0, period: 0, place: null };
  const polygons = [];
  const seats = [];
  regions.eachLayer((shape) => { polygons[shape.feature.properties.i] = shape; });
  circles.eachLayer((circle) => { seats[circle.feature.properties.i] = circle.getLatLng(); });
  const markers = offices.getLayers();
  const spots = L.layerGroup().addTo(map);
  const outline = L.geoJSON(null, {
    interactive: false,
    style: { color: INK, weight: 2.5, fill: false },
  }).addTo(map);
  let fitted = false;
  const view = () => data.plans[state.plan].views[state.period];

  // Words and numbers
  const [whole, tenths] = [0, 1].map((decimals) => new Intl.NumberFormat(
    data.language === "sv" ? "sv-SE" : "en-GB",
    { minimumFractionDigits: decimals, maximumFractionDigits: decimals },
  ));
  const number = (value) => whole.format(value);
  const say = (key, values = {}) =>
    data.text[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const kilometres = (value) => say("unit.km", { n: tenths.format(value) });
  const travelled = ([km, minutes]) => say("map.place_travel", {
    km: kilometres(km), minutes: say("unit.minutes", { n: number(minutes) }),
  });

  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function paragraphs(sentences) {
    const box = make("div");
    sentences.forEach((text, index) => box.append(make("p", index ? "" : "where", text)));
    return box;
  }

  // What is said of a municipality and of an office
  function aboutPlace(index) {
    const [name, county] = data.places[index];
    const home = view().homes[index];
    const said = [`${name}, ${county}`];
    if (!home) return [...said, say("map.no_principals")];
    const [office, km, minutes, others] = home;
    const { town } = data.offices[office - 1];
    said.push(say("map.place_office", { town, number: office }));
    if (others) {
      const towns = others.map((other) => data.offices[other - 1].town).join(", ");
      said.push(say("map.place_others", { towns }));
    }
    said.push(travelled([km, minutes]));
    said.push(say("map.place_principals", { n: number(data.principals[index]) }));
    return said;
  }

  function aboutOffice(office) {
    const said = [say("map.office_label", { town: data.offices[office - 1].town, number: office })];
    const region = view().regions.find((row) => row.office === office);
    if (!region) return said;
    said.push(say("map.office_counties", { counties: region.counties }));
    said.push(say("map.office_municipalities", { n: number(region.municipalities) }));
    said.push(say("map.place_principals", { n: number(region.principals) }));
    if (region.travel) {
      const [km, minutes] = region.travel;
      said.push(say("map.office_travel", {
        km: kilometres(km), minutes: say("unit.minutes", { n: number(minutes) }),
      }));
    }
    said.push(say("map.office_opens", { period: region.opens }));
    if (region.advisors !== null) {
      said.push(say("map.office_advisors", { n: number(region.advisors) }));
    }
    return said;
  }

  function pick(place) {
    state.place = place;
    const said = place.office ? aboutOffice(place.office) : aboutPlace(place.index);
    byId("figures").replaceChildren(paragraphs(said));
  }

  function ring(index) {
    outline.clearLayers();
    if (index !== null) outline.addData(polygons[index].feature);
  }

  // Municipalities: hover, one tab stop, arrows to the nearest in that direction
  function nearest(from, key) {
    const here = map.project(seats[from], 6);
    let found = null;
    let least = Infinity;
    seats.forEach((seat, index) => {
      const step = map.project(seat, 6).subtract(here);
      const along = { ArrowUp: -step.y, ArrowDown: step.y, ArrowLeft: -step.x, ArrowRight: step.x }[key];
      const aside = key === "ArrowUp" || key === "ArrowDown" ? Math.abs(step.x) : Math.abs(step.y);
      const distance = Math.hypot(step.x, step.y);
      if (index !== from && along > 0 && aside <= along && distance < least) {
        least = distance;
        found = index;
      }
    });
    return found;
  }

  function setUpPlace(shape, index) {
    const path = shape.getElement();
    path.setAttribute("tabindex", index === 0 ? "0" : "-1");
    path.setAttribute("role", "img");
    shape.bindTooltip(() => paragraphs(aboutPlace(index)), { sticky: true, opacity: 1 });
    shape.on("mouseover", () => ring(index));
    shape.on("mouseout", () => ring(null));
    shape.on("click", () => pick({ index }));
    path.addEventListener("focus", () => {
      polygons.forEach((other) => other.getElement().setAttribute("tabindex", "-1"));
      path.setAttribute("tabindex", "0");
      if (!map.getBounds().contains(seats[index])) map.panTo(seats[index], { animate: false });
      ring(index);
      shape.openTooltip(seats[index]);
    });
    path.addEventListener("blur", () => { ring(null); shape.closeTooltip(); });
    path.addEventListener("keydown", (event) => {
      if (event.key === "Enter") pick({ index });
      if (event.key === "Escape") shape.closeTooltip();
      if (!event.key.startsWith("Arrow")) return;
      event.preventDefault();
      event.stopPropagation();
      const next = nearest(index, event.key);
      if (next !== null) polygons[next].getElement().focus({ preventScroll: true });
    });
  }

  // Offices: a numbered badge and the town's name
  function setUpOffice(marker, index) {
    const office = index + 1;
    const face = make("div");
    face.append(make("span", "badge", office), make("span", "town", data.offices[index].town));
    marker.options.keyboard = true;
    marker.setIcon(L.divIcon({ className: "office", html: face, iconSize: [0, 0] }));
    marker.bindTooltip(() => paragraphs(aboutOffice(office)), { offset: [14, 0], opacity: 1 });
    marker.on("click keypress", () => pick({ office }));
    marker.on("add", () => describeOffice(marker, office));
  }

  function describeOffice(marker, office) {
    const element = marker.getElement();
    element.setAttribute("aria-label", aboutOffice(office).join(". "));
    element.onfocus = () => marker.openTooltip();
    element.onblur = () => marker.closeTooltip();
  }

  // Town names go where they cover no badge, no control, no other name and fewest municipalities;
  // one that fits nowhere waits until the reader zooms in.
  function placeTowns() {
    const size = map.getSize();
    const taken = [];
    const open = markers
      .map((marker, index) => ({ marker, office: index + 1 }))
      .filter(({ marker }) => offices.hasLayer(marker))
      .map((row) => ({ ...row, at: map.latLngToContainerPoint(row.marker.getLatLng()) }));
    open.forEach(({ at }) => taken.push([at.x - 12, at.y - 12, at.x + 12, at.y + 12]));
    const frame = map.getContainer().getBoundingClientRect();
    document.querySelectorAll(".leaflet-control, .whole").forEach((control) => {
      const { left, top, right, bottom } = control.getBoundingClientRect();
      taken.push([left - frame.x, top - frame.y, right - frame.x, bottom - frame.y]);
    });
    const clear = (box) => taken.every(
      (other) => box[2] <= other[0] || box[0] >= other[2] || box[3] <= other[1] || box[1] >= other[3],
    );
    const inside = (box) => box[0] >= 2 && box[1] >= 2 && box[2] <= size.x - 2 && box[3] <= size.y - 2;
    const dots = seats.map((seat) => map.latLngToContainerPoint(seat));
    const within = (dot, box) => dot.x > box[0] && dot.x < box[2] && dot.y > box[1] && dot.y < box[3];
    const largest = (row) => (view().regions.find((r) => r.office === row.office) || {}).principals || 0;
    open.sort((a, b) => largest(b) - largest(a));
    open.forEach(({ marker, at }) => {
      const town = marker.getElement().querySelector(".town");
      town.style.display = "";
      const width = town.offsetWidth;
      const places = [
        [14, -8], [-14 - width, -8], [-width / 2, -29], [-width / 2, 13],
        [10, -24], [10, 8], [-10 - width, -24], [-10 - width, 8],
      ];
      const box = ([x, y]) => [at.x + x, at.y + y, at.x + x + width, at.y + y + 16];
      const hidden = (place) => dots.filter((dot) => within(dot, box(place))).length;
      const [fits] = places
        .filter((place) => clear(box(place)) && inside(box(place)))
        .sort((a, b) => hidden(a) - hidden(b));
      if (!fits) {
        town.style.display = "none";
        return;
      }
      town.style.left = `${fits[0]}px`;
      town.style.top = `${fits[1]}px`;
      taken.push(box(fits));
    });
    spots.eachLayer((spot) => {
      const at = map.latLngToContainerPoint(spot.getLatLng());
      const free = clear([at.x - 9, at.y - 9, at.x + 9, at.y + 9]);
      spot.getElement().style.display = free ? "" : "none";
    });
  }

  // Circles keep their areas in proportion; they grow with the zoom, slower than the land does
  const radius = (principals) =>
    Math.sqrt(principals) * 0.95 * 2 ** ((map.getZoom() - 4.75) * 0.6);

  function sizeCircles() {
    circles.eachLayer((circle) => circle.setRadius(radius(data.principals[circle.feature.properties.i])));
    const largest = Math.max(...data.principals);
    const samples = [1, 10, 100].filter((n) => n === 1 || n <= largest);
    const svg = byId("sizes");
    svg.replaceChildren();
    const height = Math.max(16, 2 * radius(samples[samples.length - 1]) + 2);
    let left = 0;
    samples.forEach((n) => {
      const r = radius(n);
      const circle = document.createElementNS(svg.namespaceURI, "circle");
      const label = document.createElementNS(svg.namespaceURI, "text");
      circle.setAttribute("cx", left + r + 1);
      circle.setAttribute("cy", height / 2);
      circle.setAttribute("r", r);
      label.setAttribute("x", left + 2 * r + 6);
      label.setAttribute("y", height / 2 + 4);
      label.textContent = number(n);
      svg.append(circle, label);
      left += 2 * r + 44;
    });
    svg.setAttribute("width", left);
    svg.setAttribute("height", height);
  }

  // Draw the chosen period of the chosen plan
  function draw() {
    const { homes, regions: open, shut, spots: places } = view();
    const officeOf = (index) => (homes[index] ? homes[index][0] : 0);
    polygons.forEach((shape, index) => {
      const office = officeOf(index);
      const paint = shown.regions && office ? data.offices[office - 1].paint : LAND;
      shape.setStyle({ fillColor: paint, color: shown.regions ? "#ffffff" : "#d5d2c8" });
      shape.getElement().setAttribute("aria-label", aboutPlace(index).join(". "));
    });
    borders.eachLayer((line) => {
      const { a, b } = line.feature.properties;
      const between = shown.regions && officeOf(a) !== officeOf(b);
      const county = shown.borders && data.places[a][1] !== data.places[b][1];
      line.setStyle({
        stroke: between || county,
        color: between ? INK : "#5b6b7a",
        weight: between ? 1.8 : 0.8,
      });
    });
    lines.clearLayers();
    const ways = new Map();
    homes.forEach((home, index) => {
      if (!home) return;
      const way = [seats[index], markers[home[0] - 1].getLatLng()];
      ways.set(home[0], [...(ways.get(home[0]) || []), way]);
    });
    ways.forEach((way) => lines.addLayer(
      L.polyline(way, { color: INK, weight: 0.6, opacity: 0.4, interactive: false }),
    ));
    if (shown.circles) circles.bringToFront();
    const now = new Set(open.map((region) => region.office));
    markers.forEach((marker, index) => {
      if (!now.has(index + 1)) offices.removeLayer(marker);
      else if (!offices.hasLayer(marker)) offices.addLayer(marker);
      else describeOffice(marker, index + 1);
    });
    spots.clearLayers();
    places.forEach(([lat, lon, text]) => spots.addLayer(L.marker([lat, lon], {
      interactive: false,
      keyboard: false,
      icon: L.divIcon({ className: "spot", html: make("span", "", text), iconSize: [24, 20] }),
    })));
    drawLegend(open, shut);
    document.querySelectorAll(".view").forEach((section) => {
      section.hidden = section.dataset.view !== `${state.plan}-${state.period}`;
    });
    if (state.place) pick(state.place);
    placeTowns();
  }

  function swatch(office) {
    const { paint, number: text } = data.offices[office - 1];
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const add = (tag, attributes) => {
      const element = document.createElementNS(svg.namespaceURI, tag);
      Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
      svg.append(element);
      return element;
    };
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", "swatch");
    svg.setAttribute("aria-hidden", "true");
    add("rect", { x: 0.5, y: 0.5, width: 23, height: 23, rx: 3, fill: paint, stroke: INK });
    add("circle", { cx: 12, cy: 12, r: 8.5, fill: "#fff", "fill-opacity": 0.85 });
    add("text", { x: 12, y: 16 }).textContent = text;
    return svg;
  }

  function drawLegend(open, shut) {
    const rows = [
      ...open.map((region) => ({
        office: region.office,
        className: "",
        figure: region.travel
          ? say("map.region_row", {
            principals: say("unit.principals", { n: number(region.principals) }),
            km: kilometres(region.travel[0]),
          })
          : say("map.no_principals"),
      })),
      ...shut.map(({ office, note }) => ({ office, className: "shut", figure: note })),
    ].sort((a, b) => a.office - b.office);
    byId("legend").replaceChildren(...rows.map(({ office, className, figure }) => {
      const row = make("li", className);
      row.append(
        swatch(office),
        make("span", "name", data.offices[office - 1].town),
        make("span", "figure", figure),
      );
      return row;
    }));
  }

  // Controls
  function setUpPeriods() {
    const names = data.plans[state.plan].views.map((row) => row.period);
    const slider = byId("period");
    state.period = Math.min(state.period, names.length - 1);
    byId("period-control").hidden = names.length < 2;
    slider.max = names.length - 1;
    slider.value = state.period;
    slider.setAttribute("aria-valuetext", names[state.period]);
    byId("period-name").textContent = names[state.period];
    byId("previous").disabled = state.period === 0;
    byId("next").disabled = state.period === names.length - 1;
    byId("ticks").replaceChildren(
      ...names.map((name, index) => make("span", index === state.period ? "now" : "", name)),
    );
  }

  function show(plan, period) {
    state.plan = plan;
    state.period = period;
    setUpPeriods();
    draw();
  }

  function fit() {
    map.invalidateSize({ animate: false });
    map.fitBounds(regions.getBounds(), {
      paddingTopLeft: [6, 6], paddingBottomRight: [6, 14], animate: false,
    });
    fitted = true;
  }

  function search(name) {
    const wanted = name.trim().toLocaleLowerCase(data.language);
    const index = data.places.findIndex(([place]) => place.toLocaleLowerCase(data.language) === wanted);
    byId("search-help").textContent = say(
      index < 0 && wanted ? "map.not_found" : "map.search_help", { name: name.trim() },
    );
    if (index < 0) return;
    map.fitBounds(polygons[index].getBounds(), { maxZoom: 8, animate: false });
    ring(index);
    pick({ index });
  }

  polygons.forEach(setUpPlace);
  markers.forEach(setUpOffice);
  map.attributionControl?.remove();
  L.control.zoom({
    zoomInTitle: say("map.zoom_in"), zoomOutTitle: say("map.zoom_out"),
  }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
  const back = make("button", "whole", say("map.whole"));
  back.type = "button";
  back.addEventListener("click", fit);
  map.getContainer().parentElement.append(back);
  map.getContainer().setAttribute("aria-label", say("map.container"));
  map.on("focus click", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  map.on("dragstart zoomstart", () => { fitted = false; });
  map.on("resize", () => { if (fitted) fit(); });
  map.on("zoomend", sizeCircles);
  map.on("zoomend moveend resize", placeTowns);
  byId("layers").addEventListener("change", ({ target }) => {
    shown[target.name] = target.checked;
    map.getContainer().classList.toggle("hide-labels", !shown.labels);
    map.getContainer().classList.toggle("hide-regions", !shown.regions);
    [["circles", circles], ["lines", lines]].forEach(([name, group]) => {
      if (shown[name]) group.addTo(map);
      else group.remove();
    });
    draw();
  });
  byId("plan-control")?.addEventListener("change", ({ target }) => show(Number(target.value), state.period));
  byId("period").addEventListener("input", ({ target }) => show(state.plan, Number(target.value)));
  byId("previous").addEventListener("click", () => show(state.plan, state.period - 1));
  byId("next").addEventListener("click", () => show(state.plan, state.period + 1));
  byId("search").addEventListener("change", ({ target }) => search(target.value));
  fit();
  sizeCircles();
  show(0, data.plans[0].views.length - 1);
})();
