// Confirmation dialog for buttons with `data-confirm`, whose actions cannot be undone.
const dialog = document.getElementById("confirm");
let confirmed;

// Show *question* and its *consequence*. Return true if the user confirms. Escape cancels.
export async function ask(question, consequence, action) {
  if (dialog.open) return false;
  dialog.querySelector("h2").textContent = question;
  dialog.querySelector("p").textContent = consequence;
  dialog.querySelector("[value=yes]").textContent = `Yes, ${action}`;
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
  return dialog.returnValue === "yes";
}

// Runs before the page's own listeners, and clicks the button again after confirmation.
document.addEventListener(
  "click",
  async (event) => {
    const button = event.target.closest("[data-confirm]");
    if (!button || button === confirmed) return;
    event.preventDefault();
    event.stopPropagation();
    const { confirm: question, consequence, action } = button.dataset;
    if (!(await ask(question, consequence, action ?? button.textContent.trim().toLowerCase()))) return;
    confirmed = button;
    button.click();
    confirmed = undefined;
  },
  { capture: true },
);
