// Comfort only: every page does all of its work without this file.

const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const vi = document.documentElement.lang !== "en";
const group = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, vi ? "." : ",");

// A refused form: the list of faults gets the focus.
$$("[data-focus]").forEach((element) => element.focus());

// Menus and explanations close with Escape and by a click elsewhere.
const popups = () => $$("details.menu[open], details.account[open], details.why[open]");
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const popup of popups()) {
    popup.open = false;
    popup.querySelector("summary").focus();
  }
});
addEventListener("click", (event) => {
  for (const popup of popups()) if (!popup.contains(event.target)) popup.open = false;
});

// A form is sent once: a second click on its button is not a second form.
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (event.timeStamp - Number(form.dataset.sent ?? -Infinity) < 3000) event.preventDefault();
  else form.dataset.sent = event.timeStamp;
});

// The context of figures applies at once.
$$("form[data-auto]").forEach((form) => {
  form.addEventListener("change", (event) => { if (event.target.matches("select")) form.requestSubmit(); });
});

// An amount as typed, in whole đồng; null when it has no single reading. The server decides.
const unitOf = { "": 0, d: 0, "đ": 0, "₫": 0, dong: 0, vnd: 0, tr: 6, trieu: 6, ty: 9, ti: 9 };
function amount(text, zeros) {
  const plain = text.trim().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();
  const match = /^(\d[\d., ]*?)\s*([a-z₫]*)(?:\s*(?:dong|vnd|d))?$/.exec(plain);
  if (!match) return null;
  const given = match[2] === "" ? zeros : unitOf[match[2]];
  if (given === undefined) return null;
  const marks = match[1].match(/[., ]/g) ?? [];
  let [whole, part] = [match[1], ""];
  if (marks.length && !(new Set(marks).size === 1 && marks.length > 1)) {
    const last = marks.at(-1);
    const at = match[1].lastIndexOf(last);
    const after = match[1].slice(at + 1);
    if (marks.length === 1 && after.length === 3) {
      if (last !== "." || given !== 0) return null;
    } else {
      [whole, part] = [match[1].slice(0, at), after];
    }
  }
  whole = whole.replace(/[., ]/g, "");
  part = part.replace(/0+$/, "");
  if (!/^\d+$/.test(whole) || !/^\d*$/.test(part) || part.length > given) return null;
  return BigInt(whole + part.padEnd(given, "0"));
}

// Under an amount: how it is read.
$$("input[data-amount]").forEach((input) => {
  const echo = document.createElement("p");
  echo.className = "echo";
  echo.setAttribute("role", "status");
  input.after(echo);
  const zeros = () => Number(input.form?.dataset.zeros ?? 0);
  const show = () => {
    const value = input.value.trim() === "" ? null : amount(input.value, zeros());
    echo.textContent = value === null ? "" : `= ${group(String(value))} ${vi ? "đồng" : "VND"}`;
  };
  input.addEventListener("input", show);
  show();
});

// A payment: what is left on the chosen line after it.
$$("form[data-payment]").forEach((form) => {
  const gross = form.querySelector("[data-gross]");
  const echo = gross.nextElementSibling;
  const show = () => {
    const line = form.querySelector("[data-left]:checked");
    const paid = amount(gross.value, 0);
    if (!line || paid === null) return;
    const back = amount(form.querySelector("[data-recovered]").value || "0", 0) ?? 0n;
    const kind = form.querySelector("[name=kind]:checked")?.value;
    const net = kind === "refund" ? -paid : paid - (kind === "completed_volume" ? back : 0n);
    const left = BigInt(line.dataset.left) - net;
    const text = left < 0n ? `${form.dataset.over}: ${group(String(-left))}` : `${form.dataset.after}: ${group(String(left))}`;
    echo.textContent = `= ${group(String(paid))} ${vi ? "đồng" : "VND"}. ${text}`;
    echo.classList.toggle("sum-bad", left < 0n);
  };
  form.addEventListener("input", show);
  show();
});

// The schedule: sum against the plan, spread, and paste from a sheet.
$$("form[data-schedule]").forEach((form) => {
  const cells = $$("input[data-item]", form);
  const plan = BigInt(form.dataset.plan);
  const units = form.querySelector("[name=amount_unit]");
  const out = form.querySelector("[data-sum]");
  const sum = () => {
    let total = 0n;
    for (const cell of cells) {
      if (cell.value.trim() === "") continue;
      const value = amount(cell.value, { dong: 0, million: 6, billion: 9 }[units.value]);
      if (value === null) { out.textContent = out.dataset.bad; out.className = "sum-bad"; return; }
      total += value;
    }
    const rest = plan - total;
    out.className = rest === 0n ? "sum-ok" : "sum-bad";
    out.textContent = rest === 0n ? out.dataset.ok : (rest > 0n ? out.dataset.less : out.dataset.more).replace("{n}", group(String(rest < 0n ? -rest : rest)));
  };
  form.addEventListener("input", sum);
  form.addEventListener("paste", (event) => {
    const at = cells.indexOf(event.target);
    const text = event.clipboardData.getData("text/plain");
    if (at < 0 || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const values = text.trim().split(/[\t\r\n]+/);
    values.forEach((value, index) => { if (cells[at + index]) cells[at + index].value = value.trim(); });
    sum();
  });
  sum();
});

// Ticking all rows of a list.
$$("input[data-all]").forEach((all) => {
  all.hidden = false;
  all.addEventListener("change", () => $$(`input[name="${all.dataset.all}"]`).forEach((box) => { box.checked = all.checked; }));
});

$$("button[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});

// Ctrl+Enter sends the form one is typing in.
addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit();
});
