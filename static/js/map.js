// The map of places, beside a list that says the same.
"use strict";

for (const box of document.querySelectorAll("[data-map]")) {
  const places = JSON.parse(document.getElementById(box.dataset.map).textContent);
  if (!places.length) continue;
  box.replaceChildren();
  const map = L.map(box, { scrollWheelZoom: false, attributionControl: Boolean(box.dataset.tiles) });
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { maxZoom: 18, attribution: box.dataset.attribution }).addTo(map);
  const colour = getComputedStyle(box).getPropertyValue("--awning") || "#a8321f";
  const spots = places.map(({ name, latitude, longitude, url }) => {
    const spot = L.circleMarker([latitude, longitude], { radius: 10, color: "#fff", weight: 2, fillColor: colour, fillOpacity: 0.95 });
    const words = document.createElement("a");
    words.href = url;
    words.textContent = name;
    // Without tiles the names are the map.
    spot.addTo(map).bindPopup(words).bindTooltip(name, { permanent: !box.dataset.tiles && places.length < 12 });
    return spot;
  });
  map.fitBounds(L.featureGroup(spots).getBounds().pad(0.25), { maxZoom: 15 });
}
