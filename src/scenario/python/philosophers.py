import time
from threading import Lock, Semaphore, Thread

SEATS = 5
MEALS = 3
STRATEGY = "naive"
PAUSE_MS = 10

forks = [Lock() for _ in range(SEATS)]
waiter = Semaphore(SEATS - 1)
eaten = [0] * SEATS


def eat(k):
    first, second = k, (k + 1) % SEATS
    if STRATEGY == "ordered":
        first, second = sorted((first, second))
    with forks[first]:  # @1
        time.sleep(PAUSE_MS / 1000)  # @2
        with forks[second]:  # @3
            eaten[k] += 1


def dine(k):
    for _ in range(MEALS):
        if STRATEGY == "waiter":
            with waiter:  # @4
                eat(k)
        else:
            eat(k)


philosophers = [Thread(target=dine, args=(k,)) for k in range(SEATS)]
for philosopher in philosophers:
    philosopher.start()  # @5
for philosopher in philosophers:
    philosopher.join()  # @6

print(f"meals_eaten: {sum(eaten)}")
