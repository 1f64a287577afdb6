// A colour is typed or pasted; beside it stands the browser's own picker, which writes into the field.
for (const field of document.querySelectorAll("[data-branding] input.colour")) {
  const picker = document.createElement("input");
  picker.type = "color";
  picker.className = "picker";
  picker.setAttribute("aria-label", `Pick: ${field.labels[0].textContent.trim()}`);
  const follow = () => {
    if (/^#[0-9a-f]{6}$/i.test(field.value.trim())) picker.value = field.value.trim();
  };
  follow();
  field.addEventListener("input", follow);
  picker.addEventListener("input", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const both = document.createElement("div");
  both.className = "row tight";
  field.replaceWith(both);
  both.append(field, picker);
}
