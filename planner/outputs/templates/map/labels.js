// Town names go where they cover no badge, no control, no other name and fewest municipalities;
// one that fits nowhere waits until the reader zooms in.
function placeTowns(chart) {
  const { map, markers, offices, seats, spots } = chart;
  if (chart.pane.hidden) return;
  const size = map.getSize();
  const taken = [];
  const open = markers
    .map((marker, index) => ({ marker, office: index + 1 }))
    .filter(({ marker }) => offices.hasLayer(marker))
    .map((row) => ({ ...row, at: map.latLngToContainerPoint(row.marker.getLatLng()) }));
  open.forEach(({ at }) => taken.push([at.x - 12, at.y - 12, at.x + 12, at.y + 12]));
  const frame = map.getContainer().getBoundingClientRect();
  chart.pane.querySelectorAll(".leaflet-control, .whole").forEach((control) => {
    const { left, top, right, bottom } = control.getBoundingClientRect();
    taken.push([left - frame.x, top - frame.y, right - frame.x, bottom - frame.y]);
  });
  const clear = (box) => taken.every(
    (other) => box[2] <= other[0] || box[0] >= other[2] || box[3] <= other[1] || box[1] >= other[3],
  );
  const inside = (box) => box[0] >= 2 && box[1] >= 2 && box[2] <= size.x - 2 && box[3] <= size.y - 2;
  const dots = seats.map((seat) => map.latLngToContainerPoint(seat));
  const within = (dot, box) => dot.x > box[0] && dot.x < box[2] && dot.y > box[1] && dot.y < box[3];
  const principals = new Map(viewOf(chart.plan).regions.map((row) => [row.office, row.principals]));
  open.sort((a, b) => principals.get(b.office) - principals.get(a.office) || a.office - b.office);
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

// Circles keep their areas in proportion, the largest some 20 pixels when all of the land is seen;
// they grow with the zoom, slower than the land does
function sizeCircles({ circles, map, level }) {
  const largest = Math.max(1, ...data.places.map((place) => place[2]));
  const widest = 18 * 2 ** ((map.getZoom() - level) * 0.6);
  const radius = (principals) => widest * Math.sqrt(principals / largest);
  circles.eachLayer((circle) => circle.setRadius(radius(data.places[circle.feature.properties.i][2])));
  const most = 10 ** Math.floor(Math.log10(largest));
  const samples = [most / 100, most / 10, most].filter((n) => n >= 1);
  const svg = byId("sizes");
  svg.replaceChildren();
  const height = Math.max(16, 2 * radius(most) + 2);
  let left = 0;
  samples.forEach((n) => {
    const r = radius(n);
    draw(svg, "circle", { cx: left + r + 1, cy: height / 2, r });
    draw(svg, "text", { x: left + 2 * r + 6, y: height / 2 + 4 }).textContent = number(n);
    left += 2 * r + Math.max(34, 14 + 8 * number(n).length);
  });
  svg.setAttribute("width", left);
  svg.setAttribute("height", height);
}
