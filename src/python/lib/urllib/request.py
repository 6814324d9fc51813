"""Pages, by threads that wait for them."""

import _machine
import _network
from urllib.error import HTTPError, URLError


class Request:
    """What is asked for."""

    def __init__(self, url, data=None, headers=None, method=None):
        self.full_url = url
        self.data = data
        self.headers = headers or {}
        self.method = method

    def get_method(self):
        return self.method or ("GET" if self.data is None else "POST")


class _Response:
    """What came back, to be read once."""

    def __init__(self, url, status, text):
        self.url = url
        self.status = status
        self.code = status
        self.reason = _machine.reason(status)
        self.headers = {"content-type": "text/html"}
        self._left = text.encode()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __iter__(self):
        return iter(self.read().splitlines(True))

    def getcode(self):
        return self.status

    def geturl(self):
        return self.url

    def info(self):
        return self.headers

    def read(self, amount=-1):
        end = len(self._left) if amount is None or amount < 0 else amount
        read = self._left[:end]
        self._left = self._left[end:]
        return read

    def close(self):
        pass


def urlopen(url, data=None, timeout=None):
    request = url if isinstance(url, Request) else Request(url, data)
    url = request.full_url
    if not _network.is_address(url):
        raise ValueError(f"unknown url type: {url!r}")
    try:
        status, text = _network.ask(request.get_method(), url, request.data, timeout)
    except _network.Late:
        raise TimeoutError("The read operation timed out") from None
    if status is None:
        raise URLError("[Errno 111] Connection refused")
    if status >= 400:
        raise HTTPError(url, status, _machine.reason(status))
    return _Response(url, status, text)


__all__ = ("Request", "urlopen")
