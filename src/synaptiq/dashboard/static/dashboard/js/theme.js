// Light, dark or as the system says. The choice is a cookie, so the server writes it into <html> and nothing flashes.

const A_YEAR_S = 31536000;

document.addEventListener("change", (event) => {
  if (!event.target.matches('.themes input[name="theme"]')) return;
  const theme = event.target.value;
  document.documentElement.dataset.theme = theme;
  // The profile offers the same.
  for (const radio of document.querySelectorAll('input[name="theme"]')) radio.checked = radio.value === theme;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=${A_YEAR_S}; samesite=lax${secure}`;
});
