"""Measuring the product against named references, in the same run and on the same server."""
