// Charts of a page, drawn by Vega under the strict policy (`ast`: no code is made of text). Those in view first; each has
// its height before, so nothing moves. Colours are the page's tokens by name, so a change of theme draws nothing anew.
// Without script, or where drawing fails, the table below holds every figure.
const DRAWN = { ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: { disableDefaultStyle: true, theme: "custom" } };

const idle = () => new Promise((done) => setTimeout(done));

async function draw(figure) {
  const spec = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const place = figure.querySelector(".chart-place");
  try {
    await window.vegaEmbed(place, spec, DRAWN);
    // It is an image with a text of its own; what Vega says of each bar would be read one by one.
    place.querySelector("svg").setAttribute("aria-hidden", "true");
    figure.dataset.drawn = "";
  } catch (error) {
    figure.classList.add("undrawn");
    console.error("A chart could not be drawn.", error);
  }
}

const waiting = [];
let drawing = false;

async function go() {
  if (drawing) return;
  drawing = true;
  while (waiting.length) {
    await draw(waiting.shift());
    await idle();
  }
  drawing = false;
}

const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    waiting.push(target);
  }
  go();
}, { rootMargin: "200px" });

/** Draw what a part of the page holds. */
export function watch(part) {
  if (!window.vegaEmbed) return;
  for (const figure of part.querySelectorAll("[data-chart]:not([data-drawn])")) seen.observe(figure);
}

watch(document);
document.addEventListener("htmx:afterSettle", ({ target }) => watch(target));
