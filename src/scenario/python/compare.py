import asyncio
import os
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

WORKLOAD = "io"
JOBS = 10
JOB_MS = 1000


def job(k):
    if WORKLOAD == "cpu":
        sum(i * i for i in range(5_000_000))  # @2
    else:
        time.sleep(JOB_MS / 1000)  # @3


def with_pool(pool):
    began = time.perf_counter()
    list(pool.map(job, range(JOBS)))  # @1
    return round((time.perf_counter() - began) * 1000)


async def as_task():
    if WORKLOAD == "cpu":
        job(0)
    else:
        await asyncio.sleep(JOB_MS / 1000)  # @4


async def with_tasks():
    began = time.perf_counter()
    await asyncio.gather(*(as_task() for _ in range(JOBS)))  # @5
    return round((time.perf_counter() - began) * 1000)


if __name__ == "__main__":
    with ThreadPoolExecutor(JOBS) as threads:
        # With the interpreter lock or without: that is a matter of the interpreter.
        print("threads_ms:", with_pool(threads))
    at_a_time = min(JOBS, os.cpu_count() or 1) if WORKLOAD == "cpu" else JOBS
    with ProcessPoolExecutor(at_a_time) as processes:
        print("processes_ms:", with_pool(processes))
    print("tasks_ms:", asyncio.run(with_tasks()))
