import time
from collections import deque
from threading import Condition, Thread

PRODUCERS = 1
CONSUMERS = 1
CAPACITY = 5
ITEMS = 10
PRODUCE_MS = 500
CONSUME_MS = 1000
RECHECK = "while"
NOTIFY = "one"

buffer = deque()
condition = Condition()
produced = consumed = peak = errors = 0


def wait_while(blocked):
    while blocked():
        condition.wait()  # @7
        if RECHECK == "if":
            break


def tell():
    if NOTIFY == "all":
        condition.notify_all()  # @8
    else:
        condition.notify()  # @9


def put_in(item):
    global produced, peak
    with condition:  # @5
        wait_while(lambda: len(buffer) >= CAPACITY)
        buffer.append(item)
        produced += 1
        peak = max(peak, len(buffer))
        tell()


def take_out():
    global consumed, errors
    with condition:  # @6
        wait_while(lambda: not buffer)
        try:
            buffer.popleft()  # @10
        except IndexError:
            errors += 1
            raise
        consumed += 1
        tell()


def produce():
    for number in range(ITEMS):
        put_in(number)
        time.sleep(PRODUCE_MS / 1000)  # @1


def consume(share):
    for _ in range(share):
        take_out()
        time.sleep(CONSUME_MS / 1000)  # @2


total = PRODUCERS * ITEMS
shares = [len(range(k, total, CONSUMERS)) for k in range(CONSUMERS)]
threads = [Thread(target=produce) for _ in range(PRODUCERS)]
threads += [Thread(target=consume, args=(share,)) for share in shares]
for thread in threads:
    thread.start()  # @3
for thread in threads:
    thread.join()  # @4

print(f"produced: {produced}")
print(f"consumed: {consumed}")
print(f"peak_queue: {peak}")
print(f"errors: {errors}")
