import time
from threading import Lock, Semaphore, Thread

FILES = 4
MAX_CONCURRENT = 2
STEPS = 10
STEP_MS = 200
FAIL = None

slots = Semaphore(MAX_CONCURRENT)
lock = Lock()
progress = [0] * FILES
active = peak = completed = failed = 0


def fetch(k):
    for part in range(STEPS):
        time.sleep(STEP_MS / 1000)  # @3
        if k == FAIL and part == STEPS // 2:
            raise OSError("connection lost")
        with lock:  # @4
            progress[k] = (part + 1) * 100 // STEPS


def download(k):
    global active, peak, completed, failed
    with slots:  # @1
        with lock:
            active += 1  # @2
            peak = max(peak, active)
        try:
            fetch(k)
        except OSError:
            with lock:
                failed += 1  # @6
        else:
            with lock:
                completed += 1  # @5
        with lock:
            active -= 1  # @7


threads = [Thread(target=download, args=(k,)) for k in range(FILES)]
for thread in threads:
    thread.start()  # @8

while any(thread.is_alive() for thread in threads):  # @9
    with lock:  # @10
        status = list(progress)  # @11
    time.sleep(1)  # @12

for thread in threads:
    thread.join()  # @13

print(f"completed: {completed}")  # @14
print(f"failed: {failed}")  # @15
print(f"peak_concurrent: {peak}")
