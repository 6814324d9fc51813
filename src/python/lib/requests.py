"""requests: pages, by threads that wait for them."""

import time

import _machine
import _network


class RequestException(OSError):
    """What went wrong with a request."""

    def __init__(self, *args, response=None, request=None):
        super().__init__(*args)
        self.response = response
        self.request = request


class HTTPError(RequestException):
    """The status says that it failed."""


class ConnectionError(RequestException):
    """There is no way to the server."""


class Timeout(RequestException):
    """The answer took too long."""


class ConnectTimeout(ConnectionError, Timeout):
    """Nobody took the call."""


class ReadTimeout(Timeout):
    """Nothing came."""


class InvalidURL(RequestException, ValueError):
    """It is no address."""


class MissingSchema(RequestException, ValueError):
    """It does not say how to get there."""


class JSONDecodeError(RequestException, ValueError):
    """The answer is no JSON."""


class exceptions:
    RequestException = RequestException
    HTTPError = HTTPError
    ConnectionError = ConnectionError
    Timeout = Timeout
    ConnectTimeout = ConnectTimeout
    ReadTimeout = ReadTimeout
    InvalidURL = InvalidURL
    MissingSchema = MissingSchema
    JSONDecodeError = JSONDecodeError


class Response:
    """What came back."""

    def __init__(self, url, status, text, elapsed):
        self.url = url
        self.status_code = status
        self.text = text
        self.elapsed = elapsed
        self.headers = {"content-type": "text/html"}
        self.reason = _machine.reason(status)
        self.encoding = "utf-8"

    def __repr__(self):
        return f"<Response [{self.status_code}]>"

    def __bool__(self):
        return self.ok

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def ok(self):
        return self.status_code < 400

    @property
    def content(self):
        return self.text.encode()

    def json(self):
        import json
        try:
            return json.loads(self.text)
        except ValueError as error:
            raise JSONDecodeError(str(error)) from None

    def raise_for_status(self):
        if not self.ok:
            whose = "Client" if self.status_code < 500 else "Server"
            text = f"{self.status_code} {whose} Error: {self.reason} for url: {self.url}"
            raise HTTPError(text, response=self)

    def close(self):
        pass


def request(method, url, *, timeout=None, params=None, headers=None, data=None, json=None,
            **_):
    if not _network.is_address(url):
        raise MissingSchema(f"Invalid URL {url!r}: No scheme supplied. "
                            f"Perhaps you meant https://{url}?")
    if isinstance(timeout, tuple):
        timeout = timeout[-1]
    host = _network.host_of(url)
    began = time.perf_counter()
    try:
        status, text = _network.ask(method, url, data, timeout)
    except _network.Late:
        raise ReadTimeout(f"HTTPSConnectionPool(host={host!r}, port=443): Read timed out. "
                          f"(read timeout={timeout})") from None
    if status is None:
        raise ConnectionError(f"HTTPSConnectionPool(host={host!r}, port=443): "
                              "Max retries exceeded")
    return Response(url, status, text, _elapsed(time.perf_counter() - began))


def _elapsed(seconds):
    import datetime
    return datetime.timedelta(seconds=seconds)


def get(url, params=None, **kwargs):
    return request("GET", url, params=params, **kwargs)


def head(url, **kwargs):
    return request("HEAD", url, **kwargs)


def options(url, **kwargs):
    return request("OPTIONS", url, **kwargs)


def post(url, data=None, json=None, **kwargs):
    return request("POST", url, data=data, json=json, **kwargs)


def put(url, data=None, **kwargs):
    return request("PUT", url, data=data, **kwargs)


def patch(url, data=None, **kwargs):
    return request("PATCH", url, data=data, **kwargs)


def delete(url, **kwargs):
    return request("DELETE", url, **kwargs)


class Session:
    """Several requests to the same servers."""

    def __init__(self):
        self.headers = {}
        self.params = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def request(self, method, url, **kwargs):
        return request(method, url, **kwargs)

    def get(self, url, **kwargs):
        return self.request("GET", url, **kwargs)

    def post(self, url, data=None, json=None, **kwargs):
        return self.request("POST", url, data=data, json=json, **kwargs)

    def put(self, url, data=None, **kwargs):
        return self.request("PUT", url, data=data, **kwargs)

    def delete(self, url, **kwargs):
        return self.request("DELETE", url, **kwargs)

    def close(self):
        pass


def session():
    return Session()


__all__ = (
    "ConnectTimeout", "ConnectionError", "HTTPError", "InvalidURL", "JSONDecodeError",
    "MissingSchema", "ReadTimeout", "RequestException", "Response", "Session", "Timeout",
    "delete", "exceptions", "get", "head", "options", "patch", "post", "put", "request",
    "session",
)
