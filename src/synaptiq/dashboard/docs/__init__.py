"""The product's documentation at /docs: Markdown of `docs/product/`, for everybody."""
