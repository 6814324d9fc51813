import time
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

INPUTS = [5]
FUNCTION = "square"
VIA = "thread"
WORKERS = 3
TASK_MS = 1000


def power(n):
    time.sleep(TASK_MS / 1000)  # @1
    return n**3 if FUNCTION == "cube" else n**2


class ResultThread(Thread):
    def run(self):
        self.result = self._target(*self._args)


if VIA == "pool":
    with ThreadPoolExecutor(WORKERS) as pool:  # @5
        results = list(pool.map(power, INPUTS))  # @6
else:
    threads = [ResultThread(target=power, args=(n,)) for n in INPUTS]
    for thread in threads:
        thread.start()  # @3
    results = []
    for thread in threads:
        thread.join()  # @4
        results.append(thread.result)

print(f"results: {','.join(map(str, results))}")
