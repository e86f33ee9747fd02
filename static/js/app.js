/* What pages gain where scripts run: copy buttons, toasts, menus that close, shortcuts, filters
   that apply themselves, and polls that rest. Nothing here is needed to use a page. */

const TOAST_MS = 6000;

/* Toasts: short words on the reader's own act. They wait while the pointer or focus is on them. */
export function toast(words) {
  const region = document.querySelector("[data-toasts]");
  if (!region) return;
  const box = document.createElement("div");
  box.className = "toast";
  box.textContent = words;
  region.append(box);
  let timer;
  const rest = () => clearTimeout(timer);
  const leave = () => { timer = setTimeout(() => box.remove(), TOAST_MS); };
  box.addEventListener("pointerenter", rest);
  box.addEventListener("pointerleave", leave);
  leave();
}

/* Copy buttons: data-copy holds the text, or data-copy-from the id of the element that does. */
async function copy(button) {
  const source = button.dataset.copyFrom && document.getElementById(button.dataset.copyFrom);
  const text = source ? source.textContent : button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    toast("The browser did not allow copying. Select the text instead.");
    return;
  }
  button.classList.add("done");
  setTimeout(() => button.classList.remove("done"), 2000);
  toast("Copied");
}

/* Menus: Escape and a click elsewhere close them. */
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

/* Shortcuts: one key each, so they can be turned off (WCAG 2.1.4). */
const shortcuts = {
  get on() { return localStorage.getItem("shortcuts") !== "off"; },
  set on(value) { localStorage.setItem("shortcuts", value ? "on" : "off"); },
};

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function press(event) {
  const dialog = document.querySelector("[data-shortcuts-dialog]");
  if (event.key === "?") dialog?.showModal();
  else if (event.key === "/") document.querySelector("[type=search]")?.focus();
  else document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`)?.click();
  if (event.key === "/") event.preventDefault();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details[data-menu][open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    return;
  }
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.defaultPrevented;
  if (plain && shortcuts.on && !typing(event.target) && !document.querySelector("dialog[open]")) {
    press(event);
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (button) copy(button);
  closeMenus(event.target.closest("details[data-menu]"));
  if (event.target.closest("[data-shortcuts-list]")) {
    document.querySelector("[data-shortcuts-dialog]").showModal();
  }
});

const choice = document.querySelector("[data-shortcuts-on]");
if (choice) {
  choice.checked = shortcuts.on;
  choice.addEventListener("change", () => { shortcuts.on = choice.checked; });
  document.querySelector("[data-shortcuts]").hidden = false;
}

/* Filters: a choice in a form marked data-autosubmit is sent at once. */
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-autosubmit] select")) event.target.form.requestSubmit();
});

/* Polls rest while the tab is hidden, then catch up once. */
const resting = new Set();

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!document.hidden || !event.target.matches("[data-poll]")) return;
  event.preventDefault();
  resting.add(event.target.id);
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const id of resting) {
    const poll = document.getElementById(id);
    if (poll) htmx.trigger(poll, "wake");
  }
  resting.clear();
});

/* htmx gives the focus back to an element that keeps its id; where that is gone, main takes it. */
let hadFocus = false;

document.addEventListener("htmx:beforeSwap", (event) => {
  hadFocus = event.detail.target.contains(document.activeElement);
});

/* The page's status line says what changed; the swapped part itself is not announced. */
document.addEventListener("htmx:afterSettle", (event) => {
  if (hadFocus && document.activeElement === document.body) {
    document.getElementById("main").focus({ preventScroll: true });
  }
  hadFocus = false;
  const words = event.target.dataset?.say;
  const line = document.querySelector("[data-status-line]");
  if (words && line && line.textContent !== words) line.textContent = words;
});

/* The error summary takes the focus, so that it is read first. */
document.querySelector("[data-summary]")?.focus();
