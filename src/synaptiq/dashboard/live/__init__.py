"""Pages that stay as they are while they are open: one event stream says that something changed,
and each page then asks for what it shows of it."""
