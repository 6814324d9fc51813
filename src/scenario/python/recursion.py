from threading import Lock, RLock, Thread

DEPTH = 5
LOCK = "rlock"

lock = Lock() if LOCK == "lock" else RLock()
deepest = None


def descend(level):
    global deepest
    with lock:  # @1
        deepest = level
        if level > 0:
            descend(level - 1)


worker = Thread(target=descend, args=(DEPTH,))
worker.start()  # @2
worker.join()  # @3

print(f"deepest_level: {deepest}")
