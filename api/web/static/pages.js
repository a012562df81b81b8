// Progress of a round as it happens, and forms that are sent when a choice changes. Pages work without it.
"use strict";
for (const box of document.querySelectorAll("[data-events]")) {
  const source = new EventSource(box.dataset.events);
  const bar = box.querySelector("progress");
  const told = box.querySelector("[data-share]");
  source.addEventListener("round", (event) => {
    const round = JSON.parse(event.data);
    const share = Math.round(100 * (round.progress.share || 0));
    if (bar) bar.value = share;
    if (told) told.textContent = share + " %";
    for (const one of box.querySelectorAll("[data-progress]")) one.textContent = round.progress[one.dataset.progress];
    const found = box.querySelector("[data-found]");
    if (found) found.hidden = round.progress.gap === undefined;
    if (!["waiting", "running"].includes(round.state)) {
      source.close();
      window.location.reload();
    }
  });
}
function printing() {
  for (const button of document.querySelectorAll("[data-print][hidden]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
printing();
document.addEventListener("htmx:afterSettle", printing);
