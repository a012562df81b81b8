// The town on a map of its own: areas, resources and tours as the page tells them, no picture from outside.
"use strict";
function ground(map, town) {
  if (town.tiles !== null) L.tileLayer("/resources/tiles/{z}/{x}/{y}", { maxNativeZoom: town.tiles, maxZoom: 20 }).addTo(map);
  for (const ring of town.shapes) {
    L.polygon(ring, { weight: 1.5, color: "#8dbcbd", fillColor: "#dbe9e9", fillOpacity: 0.35, interactive: false }).addTo(map).bringToBack();
  }
  const pieces = town.roads.map(([a, b, c, d]) => [[a, b], [c, d]]);
  if (pieces.length) L.polyline(pieces, { weight: 1.2, color: "#cfc6b2", interactive: false }).addTo(map).bringToBack();
}
const grounds = new Map();
function told(url) {
  if (!grounds.has(url)) grounds.set(url, fetch(url).then((answer) => answer.json()));
  return grounds.get(url);
}
function draw(box, town) {
  const stops = town.tours.flatMap((tour) => tour.stops);
  const points = [...town.areas, ...town.resources, ...stops].map((one) => [one.latitude, one.longitude]);
  if (!points.length) return;
  box.hidden = false;
  if (box.nextElementSibling && box.nextElementSibling.matches(".drawn")) box.nextElementSibling.classList.add("print-only");
  const map = L.map(box, { preferCanvas: true, attributionControl: false, zoomSnap: 0.5 });
  map.fitBounds(points, { padding: [30, 30], maxZoom: 16 });
  if (box.dataset.ground) told(box.dataset.ground).then((town) => ground(map, town));
  for (const area of town.areas) {
    const at = [area.latitude, area.longitude];
    L.circleMarker(at, { radius: 26, weight: 1, color: "#8dbcbd", fillColor: "#dbe9e9", fillOpacity: 0.6, interactive: false }).addTo(map);
    const name = document.createElement("span");
    name.textContent = area.name;
    L.marker(at, { interactive: false, keyboard: false, icon: L.divIcon({ className: "map-name", html: name, iconSize: null }) }).addTo(map);
  }
  for (const one of town.resources) {
    const link = document.createElement("a");
    link.href = "/resources/" + encodeURIComponent(one.id);
    link.textContent = one.name;
    const fill = one.free > 0 ? "#22666b" : "#9c3f14";
    L.circleMarker([one.latitude, one.longitude], { radius: 7, weight: 2, color: "#fff", fillColor: fill, fillOpacity: 1 }).bindPopup(link).addTo(map);
  }
  for (const tour of town.tours) {
    const way = tour.stops.map((one) => [one.latitude, one.longitude]);
    L.polyline(way, { weight: 4, color: tour.colour, opacity: 0.8, dashArray: tour.dash || null }).bindTooltip(tour.name, { sticky: true }).addTo(map);
    for (const stop of tour.stops) {
      const words = document.createElement("span");
      words.textContent = stop.text;
      L.circleMarker([stop.latitude, stop.longitude], { radius: 7, weight: 2, color: "#fff", fillColor: tour.colour, fillOpacity: 1 }).bindPopup(words).addTo(map);
    }
  }
}
function maps() {
  for (const box of document.querySelectorAll("[data-map]:not(.leaflet-container)")) {
    fetch(box.dataset.map).then((answer) => answer.json()).then((town) => draw(box, town));
  }
  for (const box of document.querySelectorAll("[data-drawn]:not(.leaflet-container)")) {
    // weeks hold many days: a map is drawn when its drawing comes near
    new IntersectionObserver((seen, eye) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      eye.disconnect();
      draw(box, JSON.parse(box.dataset.drawn));
    }, { rootMargin: "300px" }).observe(box.nextElementSibling);
  }
}
maps();
document.addEventListener("htmx:afterSettle", maps);
