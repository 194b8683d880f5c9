// The map of places, beside a list that says the same.
"use strict";

for (const box of document.querySelectorAll("[data-map]")) {
  const places = JSON.parse(document.getElementById(box.dataset.map).textContent);
  if (!places.length) continue;
  box.replaceChildren();
  const map = L.map(box, { scrollWheelZoom: false, attributionControl: Boolean(box.dataset.tiles) });
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { maxZoom: 18, attribution: box.dataset.attribution }).addTo(map);
  const colour = getComputedStyle(box).getPropertyValue("--awning") || "#a8321f";
  const named = !box.dataset.tiles && places.length < 12;  // without tiles the names are the map
  const spots = places.map(({ name, latitude, longitude, url }) => {
    const spot = L.circleMarker([latitude, longitude], { radius: 10, color: "#fff", weight: 2, fillColor: colour, fillOpacity: 0.95 });
    const words = document.createElement("a");
    words.href = url;
    words.textContent = name;
    return spot.addTo(map).bindPopup(words);
  });
  map.fitBounds(L.featureGroup(spots).getBounds().pad(0.25), { maxZoom: 15 });
  const taken = [];
  spots.forEach((spot, number) => {
    const { name, url } = places[number];
    const direction = named ? freeSide(map.latLngToContainerPoint(spot.getLatLng()), name, taken) : "auto";
    spot.bindTooltip(name, { permanent: named, direction });
    // Who looks at an entry of the list sees where it lies.
    const entry = [...document.querySelectorAll(".stall, article.dated")].find((card) => card.querySelector("h3 a")?.getAttribute("href") === url);
    const lift = (up) => () => {
      spot.setRadius(up ? 15 : 10).bringToFront();
      if (!named) up ? spot.openTooltip() : spot.closeTooltip();
    };
    for (const [event, up] of [["mouseenter", true], ["focusin", true], ["mouseleave", false], ["focusout", false]]) entry?.addEventListener(event, lift(up));
  });
}

// The side of a spot on which its name covers no other's.
function freeSide({ x, y }, name, taken) {
  const wide = name.length * 8 + 20, tall = 26;
  const sides = { right: [x + 8, y - 13], left: [x - 8 - wide, y - 13], top: [x - wide / 2, y - 36], bottom: [x - wide / 2, y + 10] };
  const free = ([left, top]) => taken.every(([l, t, w]) => left + wide < l || l + w < left || top + tall < t || t + tall < top);
  const side = Object.keys(sides).find((key) => free(sides[key])) ?? "right";
  taken.push([...sides[side], wide]);
  return side;
}
