import threading

lock = threading.Lock()


def work():
    n = 0
    for _ in range(500000):
        with lock:
            n += 1
    return n


print(work())
