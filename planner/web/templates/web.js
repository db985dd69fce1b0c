"use strict";
// What is told of a run is fetched anew every second; what a screen reader says, only when it changes.
const live = document.querySelector("[data-live]");
async function renew() {
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
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
  } catch { /* the server is gone or busy: try again */ }
  setTimeout(renew, 1000);
}
if (live) setTimeout(renew, 1000);
// A list of towns always has a spare box after the last one that is filled in.
document.addEventListener("change", ({ target }) => {
  const many = target.closest(".many");
  if (!many || !many.lastElementChild.value) return;
  const spare = many.lastElementChild.cloneNode(true);
  const number = many.children.length + 1;
  spare.value = "";
  spare.id = spare.id.replace(/(-\d+)?$/, `-${number}`);
  spare.setAttribute("aria-label", spare.getAttribute("aria-label").replace(/\d+$/, number));
  many.append(spare);
});
