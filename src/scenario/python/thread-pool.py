import time
from concurrent.futures import ThreadPoolExecutor, as_completed

WORKERS = 3
TASKS = 5
TASK_MS = 1000
COLLECT = "as-completed"
FAIL_AT = None

results = []
exceptions = 0


def square(n):
    time.sleep(TASK_MS / 1000)  # @2
    if n == FAIL_AT:
        raise ValueError(f"task {n} failed")
    return n * n


with ThreadPoolExecutor(WORKERS) as pool:  # @1
    if COLLECT == "map":
        try:
            for result in pool.map(square, range(TASKS)):  # @3
                results.append(result)
        except ValueError:
            exceptions += 1
    else:
        futures = [pool.submit(square, n) for n in range(TASKS)]  # @4
        for future in as_completed(futures):  # @5
            try:
                results.append(future.result())  # @6
            except ValueError:
                exceptions += 1

print(f"results: {','.join(map(str, results))}")
print(f"exceptions: {exceptions}")
