// One map: its layers, drawn for one period of one plan. Two of them share everything but that.

// The first is made by folium; the other is made of the same shapes
function firstChart() {
  const layer = (name) => window[data.layers[name]];
  return newChart(Object.fromEntries(
    ["map", "regions", "borders", "lines", "circles", "offices"].map((name) => [name, layer(name)]),
  ), document.querySelector(".pane"));
}

function secondChart(first) {
  const again = (layer) => L.geoJSON(layer.toGeoJSON(false), { ...layer.options });
  const chart = {
    map: L.map("map_other", {
      ...first.map.options, center: first.map.getCenter(), zoom: first.map.getZoom(),
    }),
    regions: again(first.regions),
    borders: again(first.borders),
    lines: L.featureGroup(),
    circles: again(first.circles),
    offices: L.featureGroup(
      first.markers.map((marker) => L.marker(marker.getLatLng(), { icon: L.divIcon() })),
    ),
  };
  ["regions", "borders", "lines", "circles", "offices"].forEach((name) => chart[name].addTo(chart.map));
  return newChart(chart, document.querySelectorAll(".pane")[1]);
}

function newChart(layers, pane) {
  const chart = {
    ...layers,
    pane,
    plan: 0,
    polygons: [],
    seats: [],
    markers: layers.offices.getLayers(),
    spots: L.layerGroup().addTo(layers.map),
    level: levelOf(layers),
    ring: L.geoJSON(null, { interactive: false, style: { color: INK, weight: 2.5, fill: false } })
      .addTo(layers.map),
    zoom: null,
    base: null,
  };
  chart.regions.eachLayer((shape) => { chart.polygons[shape.feature.properties.i] = shape; });
  chart.circles.eachLayer((circle) => {
    chart.seats[circle.feature.properties.i] = circle.getLatLng();
  });
  chart.polygons.forEach((shape, index) => setUpPlace(chart, shape, index));
  chart.markers.forEach((marker, index) => setUpOffice(chart, marker, index));
  // Closer than that outlines that were generalised say nothing, and 19 is the last that tiles have
  chart.map.setMaxZoom(Math.min(19, chart.level + 6.25)).setMinZoom(Math.max(0, chart.level - 1.75));
  chart.map.attributionControl?.remove();
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(chart.map);
  chart.whole = make("button", { type: "button", class: "plain whole" });
  chart.whole.addEventListener("click", () => fit(charts[0]));
  chart.map.getContainer().parentElement.append(chart.whole);
  chart.map.getContainer().setAttribute("role", "application");
  chart.map.getContainer().setAttribute("aria-describedby", "map-keyboard");
  chart.map.on("focus click", () => chart.map.scrollWheelZoom.enable());
  chart.map.on("blur", () => chart.map.scrollWheelZoom.disable());
  chart.map.on("zoomend", () => sizeCircles(chart));
  chart.map.on("zoomend moveend resize", () => placeTowns(chart));
  sizeCircles(chart);
  return chart;
}

// The zoom at which the longer side of the land is 575 pixels: what others are told from
function levelOf({ map, regions }) {
  const land = regions.getBounds();
  const corners = [land.getNorthWest(), land.getSouthEast()].map((corner) => map.project(corner, 0));
  const { x, y } = L.bounds(corners).getSize();
  return Math.round(20 * Math.log2(575 / Math.max(x, y))) / 20;
}

// A page that is not on the screen yet has no size: it is fitted when it gets one
function fit(chart) {
  const { x, y } = chart.map.getSize();
  if (Math.min(x, y) > 40) {
    chart.map.fitBounds(chart.regions.getBounds(), {
      paddingTopLeft: [6, 6], paddingBottomRight: [6, 14], animate: false,
    });
  }
  chart.fitted = true;
}

// Municipalities: hover, one tab stop, arrows to the nearest in that direction
function setUpPlace(chart, shape, index) {
  const path = shape.getElement();
  const { map, polygons, seats } = chart;
  path.setAttribute("tabindex", index === 0 ? "0" : "-1");
  path.setAttribute("role", "img");
  shape.bindTooltip(() => paragraphs(aboutPlace(index, chart.plan)), { sticky: true, opacity: 1 });
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
    const next = nearest(chart, index, event.key);
    if (next !== null) polygons[next].getElement().focus({ preventScroll: true });
  });
}

function nearest({ map, seats }, from, key) {
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

// Offices: a numbered badge and the town's name
function setUpOffice(chart, marker, index) {
  const office = index + 1;
  const face = make("div", null,
    make("span", { class: unsure(office) ? "badge unsure" : "badge" }, unsure(office) ? `${office}?` : office),
    make("span", { class: "town" }, data.offices[index].town));
  marker.options.keyboard = true;
  marker.setIcon(L.divIcon({ className: "office", html: face, iconSize: [0, 0] }));
  marker.bindTooltip(() => paragraphs(aboutOffice(office, chart.plan)), { offset: [14, 0], opacity: 1 });
  marker.on("click keypress", () => pick({ office }));
  marker.on("add", () => describeOffice(chart, marker, office));
}

function describeOffice(chart, marker, office) {
  const element = marker.getElement();
  element.setAttribute("aria-label", aboutOffice(office, chart.plan).join(". "));
  element.onfocus = () => marker.openTooltip();
  element.onblur = () => marker.closeTooltip();
}

// What a municipality is filled with
function paintOf(home) {
  if (!home || state.colour === "none") return LAND;
  if (state.colour === "regions") return data.offices[home[0] - 1].paint;
  return data.classes.paints[classOf(home[2])];
}

function drawChart(chart) {
  const { polygons, borders, lines, circles, offices, markers, seats, spots } = chart;
  const { homes, regions, spots: places } = viewOf(chart.plan);
  const { layers, colour } = state;
  const officeOf = (index) => (homes[index] ? homes[index][0] : 0);
  polygons.forEach((shape, index) => {
    shape.setStyle({
      fillColor: paintOf(homes[index]),
      fillOpacity: layers.base ? 0.55 : 1,
      color: colour === "none" ? "#c9c5b8" : "#ffffff",
    });
    shape.getElement().setAttribute("aria-label", aboutPlace(index, chart.plan).join(". "));
  });
  borders.eachLayer((line) => {
    const { a, b } = line.feature.properties;
    const between = officeOf(a) !== officeOf(b);
    const county = layers.borders && data.places[a][1] !== data.places[b][1];
    line.setStyle({
      stroke: between || county,
      color: between ? INK : "#5b6b7a",
      weight: between ? 1.8 : 0.8,
    });
  });
  lines.clearLayers();
  const ways = new Map();
  homes.forEach((home, index) => {
    if (!home || !layers.lines) return;
    const way = [seats[index], markers[home[0] - 1].getLatLng()];
    ways.set(home[0], [...(ways.get(home[0]) || []), way]);
  });
  ways.forEach((way) => lines.addLayer(
    L.polyline(way, { color: INK, weight: 0.6, opacity: 0.4, interactive: false }),
  ));
  if (layers.circles) circles.addTo(chart.map).bringToFront();
  else circles.remove();
  chart.ring.bringToFront();
  const now = new Map(regions.map((region) => [region.office, region.exists]));
  markers.forEach((marker, index) => {
    if (!now.has(index + 1)) offices.removeLayer(marker);
    else if (!offices.hasLayer(marker)) offices.addLayer(marker);
    else describeOffice(chart, marker, index + 1);
    marker.getElement()?.querySelector(".badge").classList.toggle("exists", Boolean(now.get(index + 1)));
  });
  spots.clearLayers();
  if (colour === "regions") {
    places.forEach(([lat, lon, text]) => spots.addLayer(L.marker([lat, lon], {
      interactive: false,
      keyboard: false,
      icon: L.divIcon({ className: "spot", html: make("span", null, text), iconSize: [24, 20] }),
    })));
  }
  chart.map.getContainer().classList.toggle("hide-labels", !layers.labels);
  nameChart(chart);
  drawBase(chart);
  placeTowns(chart);
}

// Names and figures of the chart itself, in the language chosen
function nameChart(chart) {
  const view = viewOf(chart.plan);
  const { km, minutes: time, farthest, beyond } = view.total;
  const { limit } = data.plans[chart.plan];
  const offices = counted("offices", view.regions.length);
  const name = say("map.plan_period", { plan: planName(chart.plan), period: viewName(view) });
  chart.pane.querySelector("h2").textContent = name;
  chart.pane.querySelector(".summary").textContent = km === null
    ? offices
    : say("map.plan_summary", {
      offices, km: kilometres(km), minutes: minutes(time), farthest: kilometres(farthest),
    }) + (limit === null ? "" : say("map.plan_beyond", {
      share: say("unit.percent", { n: number(100 * beyond, 1) }), limit: say("unit.km", { n: number(limit) }),
    }));
  chart.map.getContainer().setAttribute(
    "aria-label", `${say("map.region", { country: data.country, plan: name })}. ${say("map.container")}`,
  );
  chart.whole.textContent = say("map.whole");
  if (chart.zoom?.language === state.language) return;
  chart.zoom?.remove();
  chart.zoom = L.control.zoom({
    zoomInTitle: say("map.zoom_in"), zoomOutTitle: say("map.zoom_out"),
  }).addTo(chart.map);
  chart.zoom.language = state.language;
}

// The only thing that ever asks the network, and only when the reader says so
function drawBase(chart) {
  if (!state.layers.base) {
    chart.base?.remove();
    chart.thanks?.remove();
    chart.base = null;
    return;
  }
  if (chart.base) return;
  chart.base = L.tileLayer(`${data.tiles}/{z}/{x}/{y}.png`, {
    maxZoom: 19, referrerPolicy: "strict-origin-when-cross-origin",
  });
  chart.base.on("tileerror", () => {
    byId("base-failed").textContent = say("map.base_failed", { host: new URL(data.tiles).host });
  });
  chart.base.addTo(chart.map);
  chart.thanks = L.control.attribution({ prefix: false, position: "bottomleft" })
    .addAttribution("© OpenStreetMap contributors, openstreetmap.org/copyright").addTo(chart.map);
}

// What happens to one map happens to the other
function link(charts) {
  let following = false;
  charts.forEach((lead) => lead.map.on("move", () => {
    if (following) return;
    following = true;
    charts.filter((chart) => chart !== lead && !chart.pane.hidden)
      .forEach((chart) => follow(chart.map, lead.map));
    following = false;
  }));
}

function follow(map, lead) {
  if (map.getZoom() !== lead.getZoom()) {
    map.setView(lead.getCenter(), lead.getZoom(), { animate: false });
    return;
  }
  const apart = map.latLngToContainerPoint(lead.getCenter()).subtract(map.getSize().divideBy(2));
  if (apart.round().x || apart.round().y) map.panBy(apart, { animate: false });
}
