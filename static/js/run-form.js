// The form of a run: adds and removes operations in place, keeps a blank row ready, names the device
// on the button, and keeps what was typed when the page is left by accident.
const form = document.querySelector("[data-run-form]");
const rows = form.querySelector("[data-rows]");

const operations = () => [...rows.querySelectorAll("tr:not(.why)")];
const isBlank = (row) => [...row.querySelectorAll("input")].every((input) => !input.value.trim());

function number() {
  operations().forEach((row, place) => {
    row.cells[0].textContent = place + 1;
    row.querySelector("input").id = `op-${place}`;
    const names = ["Gate", "Qubits", "Controls", "Values"];
    row.querySelectorAll("input").forEach((input, column) => {
      input.setAttribute("aria-label", `${names[column]} of operation ${place + 1}`);
    });
    const remove = row.querySelector("[data-remove]");
    remove.value = `remove-${place}`;
    remove.setAttribute("aria-label", `Remove operation ${place + 1}`);
  });
}

function add() {
  const row = operations().at(-1).cloneNode(true);
  row.classList.remove("bad");
  row.querySelectorAll("input").forEach((input) => {
    input.value = "";
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  });
  rows.append(row);
  number();
  return row;
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.hasAttribute("data-add")) {
    event.preventDefault();
    const blank = operations().find(isBlank) ?? add();
    blank.querySelector("input").focus();
  } else if (button?.hasAttribute("data-remove")) {
    event.preventDefault();
    const row = button.closest("tr");
    if (row.nextElementSibling?.classList.contains("why")) row.nextElementSibling.remove();
    const next = row.nextElementSibling ?? row.previousElementSibling;
    if (operations().length > 1) row.remove();
    else row.querySelectorAll("input").forEach((input) => { input.value = ""; });
    number();
    next?.querySelector("input")?.focus();
    form.dispatchEvent(new Event("rows", { bubbles: true }));
  }
});

rows.addEventListener("input", () => {
  if (!isBlank(operations().at(-1))) add();
});

// Enter in a cell goes to the next operation; only the button runs.
rows.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
  event.preventDefault();
  const place = operations().indexOf(event.target.closest("tr"));
  const column = event.target.closest("td").cellIndex;
  (operations()[place + 1] ?? add()).cells[column].querySelector("input").focus();
});

// A program of a kind that the chosen device does not take goes to the first that does.
function chooseADevice() {
  const editor = form.querySelector("[name=editor]:checked").value;
  const kind = ["table", "json"].includes(editor) ? "circuitOperations" : editor;
  const takes = (device) => device.dataset.takes.split(" ").includes(kind);
  const devices = [...form.querySelectorAll("[name=device]:not(:disabled)")];
  if (devices.some((device) => device.checked && takes(device))) return;
  const fitting = devices.find(takes);
  if (fitting) fitting.checked = true;
}
form.querySelector(".editors").addEventListener("change", chooseADevice);

function nameTheDevice() {
  const chosen = form.querySelector("[name=device]:checked");
  const name = chosen?.closest("label").querySelector("b").textContent;
  if (name) form.querySelector("[data-run-where]").textContent = ` on ${name}`;
}
form.addEventListener("change", nameTheDevice);
nameTheDevice();

let changed = false;
form.addEventListener("input", () => { changed = true; });
form.addEventListener("submit", () => { changed = false; });
window.addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
