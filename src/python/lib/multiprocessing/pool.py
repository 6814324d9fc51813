"""Pools of processes: calls that any of some processes does."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Thread

from _multiprocessing import TimeoutError, Workers, cpu_count


def _map(function, items):
    return [function(item) for item in items]


def _starmap(function, items):
    return [function(*item) for item in items]


class AsyncResult:
    """What comes of calls that were handed in."""

    def __init__(self, pool, futures, combine, callback, error_callback):
        self._pool = pool
        self._futures = futures
        self._combine = combine
        if callback is not None or error_callback is not None:
            tells = Thread(target=self._tell, args=(callback, error_callback))
            tells.daemon = True
            pool._tells.append(tells)
            tells.start()

    def _tell(self, callback, error_callback):
        try:
            value = self.get()
        except Exception as error:
            if error_callback is not None:
                error_callback(error)
        else:
            if callback is not None:
                callback(value)

    def ready(self):
        return all([future.done() for future in self._futures])

    def successful(self):
        if not self.ready():
            raise ValueError(f"{self!r} not ready")
        return all([future.exception() is None for future in self._futures])

    def wait(self, timeout=None):
        wait(self._futures, timeout)

    def get(self, timeout=None):
        if wait(self._futures, timeout).not_done:
            raise TimeoutError
        return self._combine([future.result() for future in self._futures])


ApplyResult = AsyncResult


class MapResult(AsyncResult):
    pass


class IMapIterator:
    """Results in the order of the calls."""

    def __init__(self, futures):
        self._futures = futures

    def __iter__(self):
        return self

    def next(self, timeout=None):
        if not self._futures:
            raise StopIteration
        if wait(self._futures[:1], timeout).not_done:
            raise TimeoutError
        return self._futures.pop(0).result()

    __next__ = next


class IMapUnorderedIterator(IMapIterator):
    """Results in the order in which they come."""

    def next(self, timeout=None):
        if not self._futures:
            raise StopIteration
        done = wait(self._futures, timeout, "FIRST_COMPLETED").done
        if not done:
            raise TimeoutError
        for future in self._futures:
            if future in done:
                self._futures.remove(future)
                return future.result()

    __next__ = next


class Pool:
    def __init__(self, processes=None, initializer=None, initargs=(), maxtasksperchild=None,
                 context=None):
        if processes is None:
            processes = cpu_count()
        if processes < 1:
            raise ValueError("Number of processes must be at least 1")
        if initializer is not None and not callable(initializer):
            raise TypeError("initializer must be a callable")
        self._processes = processes
        self._state = "RUN"
        self._tells = []
        self._workers = Workers(processes, None, initializer, initargs)

    def __repr__(self):
        return (f"<multiprocessing.pool.Pool state={self._state} "
                f"pool_size={self._processes}>")

    def _submit(self, function, *args, **kwds):
        if self._state != "RUN":
            raise ValueError("Pool not running")
        return self._workers.submit(function, *args, **kwds)

    def apply(self, func, args=(), kwds={}):
        return self.apply_async(func, args, kwds).get()

    def apply_async(self, func, args=(), kwds={}, callback=None, error_callback=None):
        future = self._submit(func, *args, **kwds)
        return AsyncResult(self, [future], lambda results: results[0], callback, error_callback)

    def map(self, func, iterable, chunksize=None):
        return self._in_chunks(_map, func, iterable, chunksize).get()

    def map_async(self, func, iterable, chunksize=None, callback=None, error_callback=None):
        return self._in_chunks(_map, func, iterable, chunksize, callback, error_callback)

    def starmap(self, func, iterable, chunksize=None):
        return self._in_chunks(_starmap, func, iterable, chunksize).get()

    def starmap_async(self, func, iterable, chunksize=None, callback=None, error_callback=None):
        return self._in_chunks(_starmap, func, iterable, chunksize, callback, error_callback)

    def _in_chunks(self, over, func, iterable, chunksize, callback=None, error_callback=None):
        if self._state != "RUN":
            raise ValueError("Pool not running")
        items = list(iterable)
        if chunksize is None:
            chunksize, extra = divmod(len(items), self._processes * 4)
            if extra:
                chunksize += 1
        if chunksize < 1:
            chunksize = 1
        futures = []
        for at in range(0, len(items), chunksize):
            futures.append(self._submit(over, func, items[at:at + chunksize]))
        return MapResult(self, futures, lambda results: sum(results, []), callback,
                         error_callback)

    def imap(self, func, iterable, chunksize=1):
        return IMapIterator([self._submit(func, item) for item in iterable])

    def imap_unordered(self, func, iterable, chunksize=1):
        return IMapUnorderedIterator([self._submit(func, item) for item in iterable])

    def close(self):
        if self._state == "RUN":
            self._state = "CLOSE"
            self._workers.close()

    def terminate(self):
        self._state = "TERMINATE"
        self._workers.terminate()

    def join(self):
        if self._state == "RUN":
            raise ValueError("Pool is still running")
        self._workers.join()
        for tells in self._tells:
            tells.join()

    def __enter__(self):
        if self._state != "RUN":
            raise ValueError("Pool not running")
        return self

    def __exit__(self, *args):
        self.terminate()


class ThreadPool(Pool):
    """The same with threads of this process."""

    def __init__(self, processes=None, initializer=None, initargs=()):
        if processes is None:
            processes = cpu_count()
        if processes < 1:
            raise ValueError("Number of processes must be at least 1")
        self._processes = processes
        self._state = "RUN"
        self._tells = []
        self._workers = _Threads(ThreadPoolExecutor(processes, "", initializer, initargs))


class _Threads:
    """A pool of threads by the names of one of processes."""

    def __init__(self, executor):
        self._executor = executor
        self.submit = executor.submit

    def close(self):
        self._executor.shutdown(wait=False)

    def terminate(self):
        self._executor.shutdown(wait=False, cancel_futures=True)

    def join(self):
        self._executor.shutdown()


multiprocessing.Pool = Pool
