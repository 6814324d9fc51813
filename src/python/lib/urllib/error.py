"""What goes wrong with a request."""


class URLError(OSError):
    """There is no way to the server."""

    def __init__(self, reason, filename=None):
        super().__init__(reason)
        self.reason = reason

    def __str__(self):
        return f"<urlopen error {self.reason}>"


class HTTPError(URLError):
    """The status says that it failed."""

    def __init__(self, url, code, msg, hdrs=None, fp=None):
        super().__init__(msg)
        self.url = url
        self.code = code
        self.status = code
        self.msg = msg
        self.headers = hdrs or {}

    def __str__(self):
        return f"HTTP Error {self.code}: {self.msg}"


__all__ = ("HTTPError", "URLError")
