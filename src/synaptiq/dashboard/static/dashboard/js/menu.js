// Menus are popovers and work without this. Added here: arrow keys between items, closing after a choice, the
// place under the button in browsers without CSS anchors.

const knowsAnchors = CSS.supports("position-area: bottom");

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu:popover-open");
  const button = event.target.closest?.("[popovertarget]");
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (!(event.key in steps) || event.target.matches("input, select, textarea")) return;
  const open = menu ?? (button && document.getElementById(button.getAttribute("popovertarget")));
  if (!open?.matches(".menu")) return;
  const items = [...open.querySelectorAll(".item:is(a, button):not(:disabled)")];
  if (!items.length) return;
  event.preventDefault();
  if (!open.matches(":popover-open")) open.showPopover({ source: button });
  const at = items.indexOf(document.activeElement);
  const next = at < 0 ? (steps[event.key] > 0 ? 0 : items.length - 1) : (at + steps[event.key] + items.length) % items.length;
  items[next].focus();
});

document.addEventListener("click", (event) => {
  const item = event.target.closest(".menu:popover-open .item:is(a, button)");
  if (item && !item.hasAttribute("popovertarget")) item.closest(".menu").hidePopover();
});

if (!knowsAnchors) {
  document.addEventListener("toggle", (event) => {
    const menu = event.target;
    if (!(menu instanceof Element) || !menu.matches(".menu:popover-open")) return;
    const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
    if (button) place(menu, button.getBoundingClientRect());
  }, true);
}

function place(menu, anchor) {
  const { width, height } = menu.getBoundingClientRect();
  const start = menu.matches(".start, .up");
  const left = start ? anchor.left : anchor.right - width;
  const below = anchor.bottom + height + 8 <= innerHeight && !menu.matches(".up");
  menu.style.positionArea = "none";
  menu.style.inset = "auto";
  menu.style.margin = "0";
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, below ? anchor.bottom + 4 : anchor.top - height - 4)}px`;
}
