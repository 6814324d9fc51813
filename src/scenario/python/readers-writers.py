from threading import Condition, Thread

READERS = 3
WRITERS = 1
ROUNDS = 3
PREFER = "readers"

condition = Condition()
readers = writers = writers_waiting = 0
peak_readers = peak_writers = torn_reads = 0
halves = [0, 0]


def must_wait():
    return writers > 0 or (PREFER == "writers" and writers_waiting > 0)


def read():
    global readers, peak_readers, torn_reads
    with condition:  # @4
        while must_wait():
            condition.wait()  # @5
        readers += 1
        peak_readers = max(peak_readers, readers)

    upper = halves[0]  # @6
    lower = halves[1]  # @7

    with condition:  # @9
        if upper != lower:
            torn_reads += 1  # @8
        readers -= 1
        condition.notify_all()  # @10


def write():
    global writers, writers_waiting, peak_writers
    with condition:  # @11
        writers_waiting += 1
        while readers > 0 or writers > 0:
            condition.wait()  # @12
        writers_waiting -= 1
        writers += 1
        peak_writers = max(peak_writers, writers)

    text = halves[0] + 1  # @13
    halves[0] = text  # @14
    halves[1] = text  # @15

    with condition:  # @16
        writers -= 1
        condition.notify_all()  # @17


def repeat(task):
    for _ in range(ROUNDS):
        task()


tasks = [read] * READERS + [write] * WRITERS
threads = [Thread(target=repeat, args=(task,)) for task in tasks]
for thread in threads:
    thread.start()  # @1
for thread in threads:
    thread.join()  # @2

print(f"peak_readers: {peak_readers}")
print(f"peak_writers: {peak_writers}")
print(f"torn_reads: {torn_reads}")  # @3
