import time
from threading import Event, Lock, Thread

WAITERS = 3
SET_AFTER_MS = 3000
CLEAR_AFTER = "yes"

event = Event()
counting = Lock()
woken = 0


def wait():
    global woken
    event.wait()  # @1
    with counting:
        woken += 1


def set_later():
    time.sleep(SET_AFTER_MS / 1000)  # @2
    event.set()  # @3


waiters = [Thread(target=wait) for _ in range(WAITERS)]
setter = Thread(target=set_later)
for waiter in waiters:
    waiter.start()  # @4
setter.start()  # @5
for waiter in waiters:
    waiter.join()  # @6
setter.join()  # @7
if CLEAR_AFTER == "yes":
    event.clear()  # @8

print(f"woken: {woken}")
print(f"is_set: {'yes' if event.is_set() else 'no'}")  # @9
