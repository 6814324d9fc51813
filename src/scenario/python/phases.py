from threading import Barrier, Lock, Thread

WORKERS = 3
BARRIER = "on"

barrier = Barrier(WORKERS)
lock = Lock()
total = 0
totals = [0] * WORKERS


def work(k):
    global total
    with lock:  # @1
        total += 2 * k  # @2
    if BARRIER == "on":
        barrier.wait()  # @3
    totals[k] = total  # @4


threads = [Thread(target=work, args=(k,)) for k in range(WORKERS)]
for thread in threads:
    thread.start()  # @5
for thread in threads:
    thread.join()  # @6

print(f"totals: {','.join(map(str, totals))}")
print(f"expected: {WORKERS * (WORKERS - 1)}")
