// Progress of a round as it happens, and forms that are sent when a choice changes. Pages work without it.
"use strict";
for (const box of document.querySelectorAll("[data-events]")) {
  const source = new EventSource(box.dataset.events);
  const bar = box.querySelector("progress");
  const told = box.querySelector("[data-share]");
  source.addEventListener("round", (event) => {
    const round = JSON.parse(event.data);
    const share = Math.round(100 * (round.progress.share || 0));
    if (bar && (share || round.state === "waiting")) bar.value = share;
    else if (bar) bar.removeAttribute("value"); // how far a step is, is not always known
    if (told) told.textContent = share ? share + " %" : "";
    for (const one of box.querySelectorAll("[data-told]")) {
      const now = one.dataset.told === "state" ? round.state : round.progress.step;
      if (one.dataset[now] !== undefined && one.textContent !== one.dataset[now]) one.textContent = one.dataset[now];
    }
    for (const one of box.querySelectorAll("[data-progress]")) one.textContent = round.progress[one.dataset.progress];
    const found = box.querySelector("[data-found]");
    if (found) found.hidden = round.progress.gap === undefined;
    if (!["waiting", "running"].includes(round.state)) {
      source.close();
      window.location.reload();
    }
  });
}
// A file on its way: how much of it has been sent, and a way to stop. What cannot be taken is told by the page itself.
for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const box = form.querySelector("[data-sending]"), bar = box.querySelector("progress");
    const steps = box.querySelectorAll("[data-step]"), button = form.querySelector("button:not([data-stop])");
    const sending = new XMLHttpRequest();
    const at = (step) => { for (const one of steps) one.hidden = one.dataset.step !== step; };
    const over = () => { box.hidden = true; button.disabled = false; bar.value = 0; };
    sending.upload.addEventListener("progress", (sent) => { bar.value = sent.loaded / sent.total; });
    sending.upload.addEventListener("load", () => { at("looked"); bar.removeAttribute("value"); });
    sending.addEventListener("load", () => {
      if (sending.status < 400) { window.location.assign(sending.responseURL); return; }
      const page = new DOMParser().parseFromString(sending.responseText, "text/html");
      document.title = page.title;
      document.querySelector("main").replaceWith(page.querySelector("main"));
    });
    sending.addEventListener("abort", over);
    sending.addEventListener("error", () => { over(); form.submit(); });
    box.querySelector("[data-stop]").onclick = () => sending.abort();
    button.disabled = true;
    box.hidden = false;
    at("sent");
    sending.open("POST", form.action);
    sending.send(new FormData(form));
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
