// The dashboard's script: each module listens on the document, so what htmx brings in later is served too.
import "./dialog.js";
import "./copy.js";
import "./bell.js";
import "./unread.js";
import "./menu.js";
import "./theme.js";
import "./toast.js";
import "./requests.js";
import "./keys.js";
import "./palette.js";
import "./again.js";
// Last: who listens hears it from the first event on.
import "./live.js";
