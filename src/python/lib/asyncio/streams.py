"""Streams between tasks of the same program: there is no other network."""

import _loopback
from asyncio.events import _get_running_loop, get_running_loop
from asyncio.exceptions import IncompleteReadError, LimitOverrunError
from asyncio.tasks import create_task, iscoroutine


def _call(loop, function, *args):
    """Makes the call in the loop's own thread."""
    if loop is _get_running_loop():
        loop.call_soon(function, *args)
    else:
        loop.call_soon_threadsafe(function, *args)


class StreamReader:
    """Bytes as they come."""

    def __init__(self, limit=2 ** 16, loop=None):
        self._limit = limit
        self._loop = get_running_loop() if loop is None else loop
        self._buffer = b""
        self._ended = False
        self._waiter = None

    def feed_data(self, data):
        self._buffer += data
        self._wake()

    def feed_eof(self):
        self._ended = True
        self._wake()

    def at_eof(self):
        return self._ended and not self._buffer

    def _wake(self):
        waiter = self._waiter
        if waiter is not None:
            self._waiter = None
            if not waiter.done():
                waiter.set_result(None)

    async def _more(self):
        if self._waiter is not None:
            raise RuntimeError("read() called while another coroutine is "
                               "already waiting for incoming data")
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def _take(self, count):
        taken = self._buffer[:count]
        self._buffer = self._buffer[count:]
        return taken

    async def read(self, n=-1):
        if n == 0:
            return b""
        if n < 0:
            while not self._ended:
                await self._more()
            return self._take(len(self._buffer))
        while not self._buffer and not self._ended:
            await self._more()
        return self._take(n)

    async def readline(self):
        try:
            return await self.readuntil(b"\n")
        except IncompleteReadError as error:
            return error.partial

    async def readuntil(self, separator=b"\n"):
        while separator not in self._buffer:
            if len(self._buffer) > self._limit:
                raise LimitOverrunError("Separator is not found, and chunk exceed the limit",
                                        len(self._buffer))
            if self._ended:
                raise IncompleteReadError(self._take(len(self._buffer)), None)
            await self._more()
        return self._take(self._buffer.index(separator) + len(separator))

    async def readexactly(self, n):
        while len(self._buffer) < n:
            if self._ended:
                raise IncompleteReadError(self._take(len(self._buffer)), n)
            await self._more()
        return self._take(n)

    def __aiter__(self):
        return self

    async def __anext__(self):
        line = await self.readline()
        if line == b"":
            raise StopAsyncIteration
        return line


class StreamWriter:
    """Bytes to the other end."""

    def __init__(self, reader, names):
        # That of the other end.
        self._reader = reader
        self._names = names
        self._closed = False

    def write(self, data):
        if not self._closed:
            _call(self._reader._loop, self._reader.feed_data, bytes(data))

    def writelines(self, lines):
        self.write(b"".join(lines))

    def can_write_eof(self):
        return True

    def write_eof(self):
        _call(self._reader._loop, self._reader.feed_eof)

    def close(self):
        if not self._closed:
            self._closed = True
            self.write_eof()

    def is_closing(self):
        return self._closed

    async def wait_closed(self):
        pass

    async def drain(self):
        if self._closed:
            raise ConnectionResetError("Connection lost")

    def get_extra_info(self, name, default=None):
        return self._names.get(name, default)


class _Socket:
    def __init__(self, name):
        self._name = name

    def getsockname(self):
        return self._name


class Server:
    """Calls a function for each that connects."""

    def __init__(self, connected, host, port):
        self._connected = connected
        self._loop = get_running_loop()
        self._port = _loopback.listen(self, port)
        self.sockets = (_Socket((host, self._port)),)
        self._closed = None

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        self.close()
        await self.wait_closed()

    def _accept(self, reader, writer):
        result = self._connected(reader, writer)
        if iscoroutine(result):
            create_task(result)

    def get_loop(self):
        return self._loop

    def is_serving(self):
        return bool(self.sockets)

    def close(self):
        if self.sockets:
            self.sockets = ()
            _loopback.unlisten(self._port)
            if self._closed is not None and not self._closed.done():
                self._closed.cancel()

    async def wait_closed(self):
        pass

    async def start_serving(self):
        pass

    async def serve_forever(self):
        self._closed = self._loop.create_future()
        try:
            await self._closed
        finally:
            self.close()


async def start_server(client_connected_cb, host=None, port=None, **_):
    return Server(client_connected_cb, host or "0.0.0.0", port or 0)


async def open_connection(host=None, port=None, **_):
    server = _loopback.server_at(port) if _loopback.is_own(host) else None
    if not isinstance(server, Server):
        raise ConnectionRefusedError(111, f"Connect call failed ({host!r}, {port})")
    here, there = (host, _loopback.listen(None)), (host, port)
    ours, theirs = StreamReader(), StreamReader(loop=server._loop)
    writer = StreamWriter(theirs, {"sockname": here, "peername": there})
    answers = StreamWriter(ours, {"sockname": there, "peername": here})
    _call(server._loop, server._accept, theirs, answers)
    return ours, writer


__all__ = ("Server", "StreamReader", "StreamWriter", "open_connection", "start_server")
