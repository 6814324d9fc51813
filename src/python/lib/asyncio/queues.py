"""Queues, for tasks."""

from collections import deque

from asyncio.locks import Event, _LoopBound


class QueueEmpty(Exception):
    """There is no item."""


class QueueFull(Exception):
    """There is no room."""


class Queue(_LoopBound):
    def __init__(self, maxsize=0):
        self._maxsize = maxsize
        self._getters = deque()
        self._putters = deque()
        self._unfinished_tasks = 0
        self._finished = Event()
        self._finished.set()
        self._init(maxsize)

    # What other orders replace.

    def _init(self, maxsize):
        self._queue = deque()

    def _get(self):
        return self._queue.popleft()

    def _put(self, item):
        self._queue.append(item)

    def __repr__(self):
        return f"<{type(self).__name__} at {id(self):#x} {self._format()}>"

    def __str__(self):
        return f"<{type(self).__name__} {self._format()}>"

    def __class_getitem__(cls, item):
        return cls

    def _format(self):
        told = f"maxsize={self._maxsize!r}"
        if getattr(self, "_queue", None):
            told += f" _queue={list(self._queue)!r}"
        if self._getters:
            told += f" _getters[{len(self._getters)}]"
        if self._putters:
            told += f" _putters[{len(self._putters)}]"
        if self._unfinished_tasks:
            told += f" tasks={self._unfinished_tasks}"
        return told

    @property
    def maxsize(self):
        return self._maxsize

    def qsize(self):
        return len(self._queue)

    def empty(self):
        return not self._queue

    def full(self):
        return self._maxsize > 0 and self.qsize() >= self._maxsize

    def _wake_next(self, waiters):
        while waiters:
            waiter = waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                break

    async def _wait(self, waiters, must_wait):
        """Waits in a line while it has to. Who is cancelled after it was called lets the next
        one go."""
        while must_wait():
            waiter = self._get_loop().create_future()
            waiters.append(waiter)
            try:
                await waiter
            except:
                waiter.cancel()
                try:
                    waiters.remove(waiter)
                except ValueError:
                    pass
                if not must_wait() and not waiter.cancelled():
                    self._wake_next(waiters)
                raise

    async def put(self, item):
        await self._wait(self._putters, self.full)
        return self.put_nowait(item)

    def put_nowait(self, item):
        if self.full():
            raise QueueFull
        self._put(item)
        self._unfinished_tasks += 1
        self._finished.clear()
        self._wake_next(self._getters)

    async def get(self):
        await self._wait(self._getters, self.empty)
        return self.get_nowait()

    def get_nowait(self):
        if self.empty():
            raise QueueEmpty
        item = self._get()
        self._wake_next(self._putters)
        return item

    def task_done(self):
        if self._unfinished_tasks <= 0:
            raise ValueError("task_done() called too many times")
        self._unfinished_tasks -= 1
        if self._unfinished_tasks == 0:
            self._finished.set()

    async def join(self):
        if self._unfinished_tasks > 0:
            await self._finished.wait()


class PriorityQueue(Queue):
    def _init(self, maxsize):
        self._queue = []

    def _put(self, item):
        """A heap, in the order of CPython's: equal items come out as there."""
        heap = self._queue
        heap.append(item)
        at = len(heap) - 1
        while at > 0:
            parent = (at - 1) >> 1
            if not item < heap[parent]:
                break
            heap[at] = heap[parent]
            at = parent
        heap[at] = item

    def _get(self):
        heap = self._queue
        last = heap.pop()
        if not heap:
            return last
        first = heap[0]
        # The smaller child moves up all the way, then the last item up to its place.
        at, child = 0, 1
        while child < len(heap):
            if child + 1 < len(heap) and not heap[child] < heap[child + 1]:
                child += 1
            heap[at] = heap[child]
            at, child = child, 2 * child + 1
        while at > 0:
            parent = (at - 1) >> 1
            if not last < heap[parent]:
                break
            heap[at] = heap[parent]
            at = parent
        heap[at] = last
        return first


class LifoQueue(Queue):
    def _init(self, maxsize):
        self._queue = []

    def _get(self):
        return self._queue.pop()


__all__ = ("LifoQueue", "PriorityQueue", "Queue", "QueueEmpty", "QueueFull")
