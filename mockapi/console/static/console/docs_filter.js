// Filter of the operations in the API docs. The key / focuses it, Enter opens the first match.

export function start(main) {
  const list = main.querySelector("[data-operations]");
  const filter = list.querySelector("#filter");
  filter.addEventListener("input", () => apply(list, filter.value));
  filter.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && filter.value) list.querySelector("li:not([hidden]) a")?.click();
    if (event.key === "Escape") clear(list, filter);
  });
  list.querySelector("[data-show-all]").addEventListener("click", () => clear(list, filter));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.matches("input, select, textarea")) return;
    if (!filter.checkVisibility()) return;
    event.preventDefault();
    filter.focus();
  });
}

function clear(list, filter) {
  filter.value = "";
  apply(list, "");
  filter.focus();
}

// Show the operations whose method, path, name or summary contains all words.
function apply(list, text) {
  const words = text.toLowerCase().split(/\s+/);
  for (const section of list.querySelectorAll("section")) {
    for (const item of section.querySelectorAll("li")) {
      const content = `${item.textContent} ${item.firstElementChild.id}`.toLowerCase();
      item.hidden = !words.every((word) => content.includes(word));
    }
    section.hidden = !section.querySelector("li:not([hidden])");
  }
  list.querySelector("#no-operations").hidden = Boolean(list.querySelector("section:not([hidden])"));
}
