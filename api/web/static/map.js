// The town on a map of its own: areas and resources from the page's table, no picture from outside.
"use strict";
for (const box of document.querySelectorAll("[data-map]")) {
  fetch(box.dataset.map).then((answer) => answer.json()).then((town) => {
    box.hidden = false;
    const map = L.map(box, { preferCanvas: true, attributionControl: false, zoomSnap: 0.5 });
    const points = [];
    for (const area of town.areas) {
      points.push([area.latitude, area.longitude]);
      L.circleMarker([area.latitude, area.longitude], { radius: 26, weight: 1, color: "#8dbcbd", fillColor: "#dbe9e9", fillOpacity: 0.6, interactive: false }).addTo(map);
      L.marker([area.latitude, area.longitude], { interactive: false, keyboard: false, icon: L.divIcon({ className: "map-name", html: "", iconSize: [0, 0] }) }).addTo(map).getElement().textContent = area.name;
    }
    for (const one of town.resources) {
      points.push([one.latitude, one.longitude]);
      const mark = L.circleMarker([one.latitude, one.longitude], { radius: 7, weight: 2, color: "#fff", fillColor: one.free > 0 ? "#2b7277" : "#a9481c", fillOpacity: 1 });
      const told = document.createElement("a");
      told.href = "/resources/" + encodeURIComponent(one.id);
      told.textContent = one.name;
      mark.bindPopup(told).addTo(map);
    }
    if (points.length) map.fitBounds(points, { padding: [30, 30], maxZoom: 16 });
  });
}
