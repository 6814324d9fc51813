import random
import time
from threading import Lock, RLock, Thread

BALANCES = [100, 0]
THREADS = 2
TRANSFERS = 1
AMOUNT = 50
PATTERN = "opposite"
STRATEGY = "fine"
PAUSE_MS = 10
SEED = 1

balances = list(BALANCES)
bank_lock = Lock()
locks = [RLock() for _ in balances]
done = [0] * THREADS


def withdraw(source):
    balance = balances[source]  # @9
    if balance < AMOUNT:
        return False
    if STRATEGY in ("none", "coarse"):
        time.sleep(PAUSE_MS / 1000)  # @14
    balances[source] = balance - AMOUNT  # @10
    return True


def deposit(target):
    balance = balances[target]  # @11
    balances[target] = balance + AMOUNT  # @12


def move_money(source, target):
    if not withdraw(source):
        return False
    deposit(target)
    return True


def move_with_both_held(source, target):
    with locks[source]:  # @7
        if not withdraw(source):
            return False
    with locks[target]:  # @8
        deposit(target)
    return True


def transfer(source, target):
    if STRATEGY == "none":
        return move_money(source, target)
    if STRATEGY == "coarse":
        with bank_lock:  # @4
            return move_money(source, target)
    first, second = source, target
    if STRATEGY == "ordered":
        first, second = sorted((source, target))
    with locks[first]:  # @5
        time.sleep(PAUSE_MS / 1000)  # @13
        with locks[second]:  # @6
            return move_with_both_held(source, target)


def route(k, dice):
    if PATTERN == "random":
        return dice.sample(range(len(balances)), 2)
    if PATTERN == "opposite" and k % 2 == 1:
        return 1, 0
    return 0, 1


def work(k):
    dice = random.Random(SEED + k)
    for _ in range(TRANSFERS):
        done[k] += transfer(*route(k, dice))


threads = [Thread(target=work, args=(k,)) for k in range(THREADS)]
for thread in threads:
    thread.start()  # @1
for thread in threads:
    thread.join()  # @2

print(f"balances: {','.join(map(str, balances))}")  # @3
print(f"total: {sum(balances)}")
print(f"expected_total: {sum(BALANCES)}")
print(f"done: {sum(done)}")
print(f"refused: {THREADS * TRANSFERS - sum(done)}")
