import time
from threading import BoundedSemaphore, Lock, Thread

RESOURCES = 2
CLIENTS = 4
HOLD_MS = 500
DOUBLE_RELEASE = "no"

permits = BoundedSemaphore(RESOURCES)
lock = Lock()
holders = []
peak = errors = 0


def lend(client):
    global peak
    permits.acquire()  # @1
    with lock:  # @2
        holders.append(client)
        peak = max(peak, len(holders))


def give_back(client):
    global errors
    with lock:  # @4
        if client in holders:
            holders.remove(client)
            permits.release()  # @5
        else:
            errors += 1  # @6


def work(client):
    lend(client)
    time.sleep(HOLD_MS / 1000)  # @3
    give_back(client)
    if DOUBLE_RELEASE == "yes" and client == 0:
        give_back(client)


threads = [Thread(target=work, args=(k,)) for k in range(CLIENTS)]
for thread in threads:
    thread.start()  # @7
for thread in threads:
    thread.join()  # @8

print(f"peak_in_use: {peak}")
print(f"errors: {errors}")  # @9
