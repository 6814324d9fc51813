import time
from threading import Lock, Thread

DELAYS = [2000, 1000]

finished = []
lock = Lock()


def work(name, delay):
    time.sleep(delay / 1000)  # @1
    with lock:  # @2
        finished.append(name)


threads = []
for k, delay in enumerate(DELAYS, start=1):
    name = f"Worker-{k}"
    threads.append(Thread(target=work, name=name, args=(name, delay)))

for thread in threads:
    thread.start()  # @3
for thread in threads:
    thread.join()  # @4

print(f"started: {len(threads)}")
print(f"finished: {len(finished)}")
print(f"finish_order: {','.join(finished)}")
