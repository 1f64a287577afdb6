// Proposes the reader's own time zone where the form was not filled in yet. Without script, UTC stands there.
const select = document.querySelector("select[data-guess-timezone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (select && [...select.options].some((option) => option.value === zone)) select.value = zone;
