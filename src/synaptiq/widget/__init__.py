"""The widget: what visitors' browsers load from a customer's page, and a page to try it on."""
