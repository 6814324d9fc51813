"""Heaps in lists. What is compared without Python code is done by the machine, as a whole."""

import _heapq

__all__ = ["heapify", "heappop", "heappush", "heappushpop", "heapreplace", "merge", "nlargest", "nsmallest"]


def heappush(heap, item, /):
    if _heapq.heappush(heap, item) is NotImplemented:
        heap.append(item)
        _rise(heap, 0, len(heap) - 1)


def heappop(heap, /):
    least = _heapq.heappop(heap)
    if least is not NotImplemented:
        return least
    last = heap.pop()
    if not heap:
        return last
    least = heap[0]
    heap[0] = last
    _sink(heap, 0)
    return least


def heapreplace(heap, item, /):
    least = _heapq.heapreplace(heap, item)
    if least is not NotImplemented:
        return least
    least = heap[0]
    heap[0] = item
    _sink(heap, 0)
    return least


def heappushpop(heap, item, /):
    least = _heapq.heappushpop(heap, item)
    if least is not NotImplemented:
        return least
    if heap and heap[0] < item:
        item, heap[0] = heap[0], item
        _sink(heap, 0)
    return item


def heapify(x, /):
    if _heapq.heapify(x) is NotImplemented:
        for at in reversed(range(len(x) // 2)):
            _sink(x, at)


def _rise(heap, root, at):
    item = heap[at]
    while at > root:
        parent = (at - 1) >> 1
        if not item < heap[parent]:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = item


def _sink(heap, at):
    """The lesser child goes up each time, down to a leaf, from which the item rises."""
    root, end, item = at, len(heap), heap[at]
    child = 2 * at + 1
    while child < end:
        right = child + 1
        if right < end and not heap[child] < heap[right]:
            child = right
        heap[at] = heap[child]
        at = child
        child = 2 * at + 1
    heap[at] = item
    _rise(heap, root, at)


class _Ahead:
    """What an iterable of `merge` gives next."""

    __slots__ = ("key", "value", "order", "rest", "is_reversed")

    def __init__(self, key, value, order, rest, is_reversed):
        self.key = key
        self.value = value
        self.order = order
        self.rest = rest
        self.is_reversed = is_reversed

    def __lt__(self, other):
        if self.is_reversed:
            if other.key < self.key:
                return True
            return not self.key < other.key and self.order < other.order
        if self.key < other.key:
            return True
        return not other.key < self.key and self.order < other.order


def merge(*iterables, key=None, reverse=False):
    ahead = []
    for order, iterable in enumerate(iterables):
        rest = iter(iterable)
        for value in rest:
            ahead.append(_Ahead(value if key is None else key(value), value, order, rest, reverse))
            break
    heapify(ahead)
    while ahead:
        first = ahead[0]
        yield first.value
        for value in first.rest:
            first.value = value
            first.key = value if key is None else key(value)
            heapreplace(ahead, first)
            break
        else:
            heappop(ahead)


def nsmallest(n, iterable, key=None):
    return sorted(iterable, key=key)[: max(n, 0)]


def nlargest(n, iterable, key=None):
    return sorted(iterable, key=key, reverse=True)[: max(n, 0)]
