// Asks before a button does what cannot be undone: any button with `data-confirm`.
const dialog = document.getElementById("confirm");
let confirmed;

// Shows *question* and what is *lost*; returns whether the answer is yes. Escape is no.
export async function ask(question, lost, yes) {
  if (dialog.open) return false;
  dialog.querySelector("h2").textContent = question;
  dialog.querySelector("p").textContent = lost;
  dialog.querySelector("[value=yes]").textContent = `Yes, ${yes}`;
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
  return dialog.returnValue === "yes";
}

// Listens before the page's own listeners do, and clicks again once the answer is yes.
document.addEventListener(
  "click",
  async (event) => {
    const button = event.target.closest("[data-confirm]");
    if (!button || button === confirmed) return;
    event.preventDefault();
    event.stopPropagation();
    const { confirm: question, lost, yes } = button.dataset;
    if (!(await ask(question, lost, yes ?? button.textContent.trim().toLowerCase()))) return;
    confirmed = button;
    button.click();
    confirmed = undefined;
  },
  { capture: true },
);
