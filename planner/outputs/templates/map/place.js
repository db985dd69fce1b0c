// What is said of a municipality, a principal and an office, and the one that is chosen

function paragraphs(sentences) {
  return make("div", null, ...sentences.map((text, index) =>
    make("p", index ? null : { class: "where" }, text)));
}

const placeName = (index) =>
  say("map.place", { name: data.places[index][0], county: data.places[index][1] });

const townName = (office) => (unsure(office)
  ? `${data.offices[office - 1].town} (${say("unsure.named")})` : data.offices[office - 1].town);

const officeName = (office) =>
  say("map.place_office", { town: townName(office), number: office });

const distance = (km, time) =>
  say("map.place_travel", { km: kilometres(km), minutes: inWords(time) });

function served(index, plan) {
  const home = viewOf(plan).homes[index];
  if (!home) return [say("map.no_principals")];
  const [office, km, time, , others] = home;
  const said = [officeName(office)];
  if (others) {
    const towns = others.map((other) => data.offices[other - 1].town).join(", ");
    said.push(say("map.place_others", { towns }));
  }
  return [...said, km === 0 ? say("map.place_here") : distance(km, time)];
}

function aboutPlace(index, plan) {
  const said = [placeName(index), ...served(index, plan)];
  if (!viewOf(plan).homes[index]) return said;
  return [...said, say("map.place_principals", { n: number(data.places[index][2]) })];
}

function officeFigures(office, plan) {
  const region = viewOf(plan).regions.find((row) => row.office === office);
  if (!region) return [say("map.office_absent")];
  const said = [
    say("map.office_counties", { counties: region.counties[state.language] }),
    say("map.office_municipalities", { n: number(region.municipalities) }),
    say("map.place_principals", { n: number(region.principals) }),
  ];
  if (region.km !== null) {
    said.push(say("map.office_travel", { km: kilometres(region.km), minutes: inWords(region.minutes) }));
  }
  said.push(say("map.office_opens", { period: region.opens[state.language] }));
  if (region.advisors !== null) said.push(say("map.office_advisors", { n: number(region.advisors) }));
  return said;
}

const officeLabel = (office) =>
  say("map.office_label", { town: townName(office), number: office });
const aboutOffice = (office, plan) => [officeLabel(office), ...officeFigures(office, plan)];

// A principal is served as its municipality is, unless the plan says otherwise
function servedPrincipal({ index, principal }, plan) {
  const other = viewOf(plan).away.find(([place, n]) => place === index && n === principal);
  if (!other) return served(index, plan);
  return [officeName(other[2]), distance(other[3], other[4])];
}

function chosen(place) {
  if (place.office) return { heading: [officeLabel(place.office)], told: (plan) => officeFigures(place.office, plan) };
  if (place.principal !== undefined) {
    return {
      heading: [
        data.principals[place.index][place.principal],
        say("map.principal_of", { place: placeName(place.index) }),
      ],
      told: (plan) => servedPrincipal(place, plan),
    };
  }
  const heading = [place.sole ? soleName(place.index) : placeName(place.index)];
  if (place.sole) heading.push(say("map.principal_of", { place: placeName(place.index) }));
  else heading.push(say("map.place_principals", { n: number(data.places[place.index][2]) }));
  return { heading, told: (plan) => served(place.index, plan) };
}

const soleName = (index) => {
  const n = data.sole[index];
  return say(n === 1 ? "map.sole_one" : "map.sole_other", { n: number(n) });
};

function drawFigures() {
  if (!state.place) {
    byId("figures").replaceChildren(make("p", { class: "hint" }, say("map.figures_empty")));
    return;
  }
  const plans = shownPlans();
  const { heading, told } = chosen(state.place);
  const parts = plans.map((plan) => make("div", null,
    plans.length > 1 ? make("h3", null, planName(plan)) : null,
    ...told(plan).map((text) => make("p", null, text))));
  byId("figures").replaceChildren(
    paragraphs(heading), make("div", { class: "beside" }, ...parts),
  );
}
