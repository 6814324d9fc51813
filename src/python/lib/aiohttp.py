"""aiohttp: pages, by tasks that wait for them."""

import asyncio

import _machine
import _network


class ClientError(Exception):
    """What went wrong with a request."""


class ClientConnectionError(ClientError):
    """The connection failed."""


class ClientConnectorError(ClientConnectionError):
    """There is no way to the server."""


class ServerTimeoutError(ClientConnectionError, asyncio.TimeoutError):
    """The answer took too long."""


class InvalidURL(ClientError, ValueError):
    """It is no address."""


class ClientResponseError(ClientError):
    """The status says that it failed."""

    def __init__(self, url, status, message):
        super().__init__(url, status, message)
        self.request_info = url
        self.status = status
        self.message = message

    def __str__(self):
        return f"{self.status}, message={self.message!r}, url={self.request_info!r}"


class ClientTimeout:
    """How long a request may take, in seconds."""

    def __init__(self, total=None, connect=None, sock_connect=None, sock_read=None):
        self.total = total
        self.connect = connect
        self.sock_connect = sock_connect
        self.sock_read = sock_read


class TCPConnector:
    """How many requests there may be at a time; 0 is any number."""

    def __init__(self, *, limit=100, limit_per_host=0, **_):
        self.limit = limit
        self.limit_per_host = limit_per_host


class ClientResponse:
    """What came back."""

    def __init__(self, method, url, status, text):
        self.method = method
        self.url = url
        self.status = status
        self.reason = _machine.reason(status)
        self.headers = {"Content-Type": "text/html"}
        self._text = text

    def __repr__(self):
        return f"<ClientResponse({self.url}) [{self.status} {self.reason}]>"

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        self.release()

    @property
    def ok(self):
        return self.status < 400

    async def text(self, encoding=None):
        return self._text

    async def read(self):
        return self._text.encode()

    async def json(self, *, content_type=None):
        import json
        return json.loads(self._text)

    def raise_for_status(self):
        if not self.ok:
            raise ClientResponseError(self.url, self.status, self.reason)

    def release(self):
        pass

    def close(self):
        pass


class _Request:
    """A request that is to be awaited, or entered by `async with`."""

    def __init__(self, coroutine):
        self._coroutine = coroutine

    def __await__(self):
        return self._coroutine.__await__()

    async def __aenter__(self):
        return await self._coroutine

    async def __aexit__(self, *_):
        pass


class ClientSession:
    """Requests that share their connections."""

    def __init__(self, base_url="", *, timeout=None, connector=None, headers=None,
                 raise_for_status=False, **_):
        self._base_url = base_url
        self._timeout = timeout
        self._raises = raise_for_status
        limit = 100 if connector is None else connector.limit
        self._connections = asyncio.Semaphore(limit) if limit else None
        self.closed = False

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.close()

    async def close(self):
        self.closed = True

    def request(self, method, url, *, timeout=None, **_):
        return _Request(self._request(method, f"{self._base_url}{url}", timeout))

    async def _request(self, method, url, timeout):
        if self.closed:
            raise RuntimeError("Session is closed")
        if not _network.is_address(url):
            raise InvalidURL(url)
        if timeout is None:
            timeout = self._timeout
        if isinstance(timeout, ClientTimeout):
            timeout = timeout.total
        async with asyncio.timeout(timeout):
            if self._connections is None:
                return await self._answer(method, url)
            async with self._connections:
                return await self._answer(method, url)

    async def _answer(self, method, url):
        if _network.own_server(url)[0] is None:
            status, text, seconds = _network.answer(url)
            await asyncio.sleep(seconds)
        else:
            status, text = await asyncio.to_thread(_network.ask, method, url, None, None)
        if status is None:
            host = _network.host_of(url)
            raise ClientConnectorError(f"Cannot connect to host {host}:443 ssl:default "
                                       "[Connect call failed]")
        response = ClientResponse(method, url, status, text)
        if self._raises:
            response.raise_for_status()
        return response

    def get(self, url, **kwargs):
        return self.request("GET", url, **kwargs)

    def post(self, url, **kwargs):
        return self.request("POST", url, **kwargs)

    def put(self, url, **kwargs):
        return self.request("PUT", url, **kwargs)

    def patch(self, url, **kwargs):
        return self.request("PATCH", url, **kwargs)

    def delete(self, url, **kwargs):
        return self.request("DELETE", url, **kwargs)

    def head(self, url, **kwargs):
        return self.request("HEAD", url, **kwargs)

    def options(self, url, **kwargs):
        return self.request("OPTIONS", url, **kwargs)


__all__ = (
    "ClientConnectionError", "ClientConnectorError", "ClientError", "ClientResponse",
    "ClientResponseError", "ClientSession", "ClientTimeout", "InvalidURL",
    "ServerTimeoutError", "TCPConnector",
)
