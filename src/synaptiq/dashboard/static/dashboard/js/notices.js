// The page of notifications: where the row that was marked has left the list, the focus goes to the list.

document.addEventListener("htmx:afterSettle", (event) => {
  const list = document.getElementById("notice-list");
  if (list && event.detail.target?.id === "notice-list" && document.activeElement === document.body) list.focus({ preventScroll: true });
});
