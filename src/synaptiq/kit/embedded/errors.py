"""The one exception of the embedded server, apart so that every module here can raise it."""


class EmbeddedError(Exception):
    """The embedded database cannot be used; the message says why and what to do about it."""
