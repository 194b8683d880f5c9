// What the square does beyond links and forms. Everything works without it.
"use strict";

// The person's corner: pages that are the same for everybody ask for it afterwards.
const corner = document.querySelector("[data-who]");
if (corner) {
  fetch(corner.dataset.who, { headers: { "X-Requested-With": "fetch" } })
    .then((answer) => (answer.status === 200 ? answer.text() : ""))
    .then((markup) => {
      if (!markup) return;
      const parsed = new DOMParser().parseFromString(markup, "text/html");
      const said = parsed.querySelector("[role=status]");
      if (said) document.getElementById("content").prepend(said);
      corner.replaceChildren(...parsed.body.childNodes);
    })
    .catch(() => {});
}

// A pressed button says that it works, and is not pressed twice.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button) return;
  setTimeout(() => {
    button.setAttribute("aria-busy", "true");
    button.disabled = true;
  });
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[aria-busy=true]")) {
    button.removeAttribute("aria-busy");
    button.disabled = false;
  }
});

// Menus close when somebody goes on elsewhere.
addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.more[open]")) if (!menu.contains(event.target)) menu.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.more[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Names while typing.
for (const field of document.querySelectorAll("input[data-suggestions]")) {
  const list = document.getElementById(field.getAttribute("list"));
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    if (field.value.trim().length < 2) return;
    waiting = setTimeout(async () => {
      const answer = await fetch(`${field.dataset.suggestions}?q=${encodeURIComponent(field.value)}`);
      const { names } = await answer.json();
      list.replaceChildren(...names.map((name) => new Option("", name)));
    }, 180);
  });
}

// Counting with a thumb: a button for one less and one for one more, beside the figure.
for (const field of document.querySelectorAll("input[data-more]")) {
  const step = (by, sign, words) => {
    const button = document.createElement("button");
    button.type = "button";
    const said = document.createElement("span");
    said.className = "visually-hidden";
    said.textContent = ` ${words}: ${field.labels[0].innerText.trim()}`;
    button.append(sign, said);
    button.addEventListener("click", () => {
      const now = Number(field.value.replace(",", ".")) || 0;
      field.value = String(Math.max(0, Math.round((now + by) * 1000) / 1000));
    });
    return button;
  };
  const thumbs = document.createElement("span");
  thumbs.className = "thumbs";
  field.before(thumbs);
  thumbs.append(step(-1, "−", field.dataset.less), field, step(1, "+", field.dataset.more));
}
