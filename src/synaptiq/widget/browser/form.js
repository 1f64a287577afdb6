// The card by which a visitor says how to be reached.
import { el } from "./core.js";

const FIELDS = {
  name: { label: "Your name", type: "text", autocomplete: "name", placeholder: "Ann Lee" },
  email: { label: "Your email", type: "email", autocomplete: "email", inputmode: "email", dir: "ltr", placeholder: "name@company.com" },
  phone: { label: "Your phone", type: "tel", autocomplete: "tel", inputmode: "tel", dir: "ltr", placeholder: "+49 30 123456" },
};

export function form(event, tools) {
  const id = `f${event.seq}`;
  const fields = event.form.fields.filter((name) => FIELDS[name]);
  const wrong = el("small", { class: "bad", id: `${id}-wrong`, role: "alert" });
  const inputs = fields.map((name) => {
    const { label, ...given } = FIELDS[name];
    return el("div", {}, el("label", { for: `${id}-${name}` }, label),
      el("input", { ...given, id: `${id}-${name}`, name, maxlength: 300, "aria-describedby": `${id}-wrong` }));
  });
  const send = (press) => {
    press.preventDefault();
    const given = {};
    for (const input of made.querySelectorAll("input")) {
      const value = input.value.trim();
      input.removeAttribute("aria-invalid");
      if (value) given[input.name] = value;
      if (value && input.type === "email" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) return refuse(input, "That is no email address. Example: name@company.com");
    }
    const missing = ["email", "phone"].find((name) => fields.includes(name));
    if (missing && !given.email && !given.phone) return refuse(made.querySelector(`[name=${missing}]`), "Fill in how we can reach you.");
    if (!Object.keys(given).length) return refuse(made.querySelector("input"), "Fill in at least one field.");
    tools.say(fields.filter((name) => given[name]).map((name) => `${FIELDS[name].label.slice(5).replace(/^./, (first) => first.toUpperCase())}: ${given[name]}`).join("\n"), { form: given });
  };
  const refuse = (input, words) => {
    input.setAttribute("aria-invalid", "true");
    wrong.textContent = words;
    input.focus();
  };
  const made = el("form", { class: "card", part: "card", novalidate: true, onsubmit: send }, ...inputs, wrong,
    el("button", { class: "btn main", type: "submit" }, "Send"));
  return made;
}

