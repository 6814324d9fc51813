import time
from queue import Queue
from threading import Lock, Semaphore, Thread

CLIENTS = 5
CONNECTIONS = 3
HOLD_MS = 2000

permits = Semaphore(CONNECTIONS)
idle = Queue()
for connection in range(CONNECTIONS):
    idle.put(connection)  # @1

counting = Lock()
in_use = peak = 0


def use_connection():
    global in_use, peak
    permits.acquire()  # @2
    connection = idle.get_nowait()  # @3
    with counting:
        in_use += 1  # @4
        peak = max(peak, in_use)

    time.sleep(HOLD_MS / 1000)  # @5

    with counting:
        in_use -= 1  # @6
    idle.put(connection)  # @7
    permits.release()  # @8


threads = [Thread(target=use_connection) for _ in range(CLIENTS)]
for thread in threads:
    thread.start()  # @9
served = 0
for thread in threads:
    thread.join()  # @10
    served += 1

print(f"peak_in_use: {peak}")
print(f"served: {served}")
