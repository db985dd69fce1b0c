"use strict";
// What is told of a run is fetched anew every second; what a screen reader says, only when it changes.
const live = document.querySelector("[data-live]");
const contact = document.getElementById("contact");
let heard = new Date(), missed = 0;
// Three times unheard, the page says so and shows nothing that it does not know.
function tell(what) {
  const note = document.createElement("p");
  note.className = what === "lost" ? "warning" : "done";
  note.textContent = contact.dataset[what].replace("{time}", heard.toLocaleTimeString(document.documentElement.lang));
  contact.replaceChildren(note);
  for (const id of ["status", "progress", "refresh"]) document.getElementById(id).hidden = what === "lost";
}
async function renew() {
  try {
    const answer = await fetch(location.pathname, { cache: "no-store", signal: AbortSignal.timeout(10000) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-live]");
    if (answer.redirected || !fresh) { location.reload(); return; }
    const said = page.getElementById("status").textContent;
    const status = document.getElementById("status");
    if (status.textContent !== said) status.textContent = said;
    live.querySelector("dl").replaceWith(fresh.querySelector("dl"));
    const [button, now] = [live, fresh].map((part) => part.querySelector("button"));
    if (button && now) button.textContent = now.textContent;
    else if (button) button.remove();
    heard = new Date();
    if (missed >= 3) tell("back");
    missed = 0;
  } catch {
    missed += 1;
    if (missed === 3) tell("lost");
  }
  setTimeout(renew, 1000);
}
if (live) setTimeout(renew, 1000);
// A list of towns always has a spare box after the last one that is filled in.
function spare(many) {
  if (!many?.lastElementChild.value) return;
  const made = many.lastElementChild.cloneNode(true);
  const number = many.children.length + 1;
  made.value = "";
  made.id = made.id.replace(/(-\d+)?$/, `-${number}`);
  made.setAttribute("aria-label", made.getAttribute("aria-label").replace(/\d+$/, number));
  many.append(made);
}
// What has been typed stays with the page when its reader comes back, and is not left unawares.
const form = document.getElementById("scenario");
if (form) {
  const boxes = () => [...form.elements].filter((box) => box.name && box.type !== "hidden" && box.type !== "submit");
  if (history.state?.typed) form.elements.language.value = history.state.language;
  for (const [name, number, value] of history.state?.typed ?? []) {
    const box = boxes().filter((each) => each.name === name)[number];
    if (!box) continue;
    if (box.type === "checkbox") box.checked = value;
    else box.value = value;
    spare(box.closest(".many"));
  }
  let unsaved = "unsaved" in form.dataset || Boolean(history.state?.typed);
  form.addEventListener("change", ({ target }) => {
    spare(target.closest(".many"));
    unsaved = true;
    const seen = {};
    const typed = boxes().map((box) => {
      seen[box.name] = (seen[box.name] ?? -1) + 1;
      return [box.name, seen[box.name], box.type === "checkbox" ? box.checked : box.value];
    });
    history.replaceState({ typed, language: form.elements.language.value }, "");
  });
  form.addEventListener("submit", () => { unsaved = false; });
  addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
}
