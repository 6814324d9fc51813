"""Two ends, each of which gets what the other sends."""

import multiprocessing
from _multiprocessing import Queue
from queue import Empty


class Connection:
    """An end. That of a pipe in one direction only sends, or only receives."""

    def __init__(self, incoming, outgoing):
        self._incoming = incoming
        self._outgoing = outgoing
        self._held = []
        self.closed = False

    @property
    def readable(self):
        return self._incoming is not None

    @property
    def writable(self):
        return self._outgoing is not None

    def _check(self, queue, action):
        if self.closed:
            raise OSError("handle is closed")
        if queue is None:
            raise OSError(f"connection is {action}-only")

    def send(self, obj):
        self._check(self._outgoing, "read")
        self._outgoing.put(obj)

    def recv(self):
        self._check(self._incoming, "write")
        if self._held:
            return self._held.pop()
        return self._incoming.get()

    def poll(self, timeout=0.0):
        self._check(self._incoming, "write")
        if self._held:
            return True
        try:
            if timeout is None:
                self._held.append(self._incoming.get())
            else:
                self._held.append(self._incoming.get(timeout > 0, max(timeout, 0)))
        except Empty:
            return False
        return True

    def close(self):
        self.closed = True

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()


def Pipe(duplex=True):
    first, second = Queue(), Queue()
    if duplex:
        return Connection(first, second), Connection(second, first)
    return Connection(first, None), Connection(None, first)


multiprocessing.Pipe = Pipe
