import time
from threading import Lock, Semaphore, Thread

WORKERS = 10
PERMITS = 3
HOLD_MS = 2000

semaphore = Semaphore(PERMITS)
counting = Lock()
inside = peak = 0


def work():
    global inside, peak
    with semaphore:  # @1
        with counting:
            inside += 1  # @2
            peak = max(peak, inside)
        time.sleep(HOLD_MS / 1000)  # @3
        with counting:
            inside -= 1  # @4


threads = [Thread(target=work) for _ in range(WORKERS)]
for thread in threads:
    thread.start()  # @5
completed = 0
for thread in threads:
    thread.join()  # @6
    completed += 1

print(f"peak_inside: {peak}")
print(f"completed: {completed}")
