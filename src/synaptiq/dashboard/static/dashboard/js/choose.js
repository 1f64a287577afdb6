// A long list is chosen from by typing: `<select data-search>` becomes a combobox with the list under it. The select
// stays and is what the form sends; without script it is all there is.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[_/,()-]+/g, " ");

/** What clocks of a zone are ahead of UTC now, such as GMT+5:30; "" of what is no zone. */
function offset(zone) {
  try {
    return zone && new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts().find((one) => one.type === "timeZoneName").value;
  } catch {
    return "";
  }
}

for (const select of document.querySelectorAll("select[data-search]")) enhance(select);

function enhance(select) {
  const made = (tag, given) => Object.assign(document.createElement(tag), given);
  const { id } = select, listId = `${id}-list`;
  const box = made("div", { className: "choose" });
  const input = made("input", { className: "input", type: "text", autocomplete: "off", spellcheck: false });
  const list = made("div", { className: "choose-list", id: listId, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector(`label[for="${id}"]`)?.textContent ?? "");
  const given = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": listId };
  for (const [name, value] of Object.entries(given)) input.setAttribute(name, value);
  for (const name of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));

  const nameOf = (option) => (option.parentElement.matches("optgroup") && option.value.includes("/") ? `${option.text}, ${option.parentElement.label}` : option.text);
  let options = null, active = null;

  function build() {
    options = [...select.options].map((one, n) => {
      const node = made("div", { id: `${listId}-${n}`, textContent: nameOf(one) });
      node.setAttribute("role", "option");
      const ahead = offset(one.value);
      if (ahead) node.append(made("small", { textContent: ahead }));
      return { one, node, sought: plain(`${one.value} ${nameOf(one)} ${ahead}`) };
    });
    list.append(...options.map(({ node }) => node), made("p", { className: "none", textContent: "Nothing is called so." }));
  }

  const visible = () => options.filter(({ node }) => !node.hidden);
  const isOpen = () => !list.hidden;

  function mark(found) {
    active?.node.classList.remove("at");
    active = found ?? null;
    active?.node.classList.add("at");
    active?.node.scrollIntoView({ block: "nearest" });
    if (active) input.setAttribute("aria-activedescendant", active.node.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function show(text = "") {
    if (!options) build();
    const words = plain(text).split(" ").filter(Boolean);
    for (const { one, node, sought } of options) {
      node.hidden = !words.every((word) => sought.includes(word));
      node.setAttribute("aria-selected", String(one.selected));
    }
    const left = visible();
    list.querySelector(".none").hidden = left.length > 0;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(words.length ? left[0] : left.find(({ one }) => one.selected));
  }

  function hide() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(null);
    input.value = nameOf(select.selectedOptions[0]);
  }

  function choose(found) {
    found.one.selected = true;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    hide();
  }

  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => { if (!isOpen()) show(); });
  input.addEventListener("input", () => show(input.value));
  input.addEventListener("blur", hide);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      if (!isOpen()) show();
      else {
        const all = visible(), at = all.indexOf(active);
        mark(all[at < 0 && step < 0 ? all.length - 1 : Math.max(0, Math.min(all.length - 1, at + step))]);
      }
    } else if (event.key === "Enter" && isOpen()) {
      if (active) choose(active);
      else hide();
    } else if (event.key === "Escape" && isOpen()) hide();
    else return;
    event.preventDefault();
  });
  // Before the field loses the focus.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const found = options.find(({ node }) => node.contains(event.target));
    if (found) choose(found);
  });

  select.id = `${id}-select`;
  input.id = id;
  input.value = nameOf(select.selectedOptions[0]);
  select.hidden = true;
  select.before(box);
  box.append(input, list, select);
}
