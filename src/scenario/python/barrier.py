import time
from threading import Barrier, BrokenBarrierError, Lock, Thread

PARTIES = 3
ROUNDS = 1
STEP_MS = 1000
ABORT_BY = None

barrier = Barrier(PARTIES)
counting = Lock()
arrived = 0
rounds_done = [0] * PARTIES


def work(k):
    global arrived
    for meeting in range(1, ROUNDS + 1):
        time.sleep(k * STEP_MS / 1000)  # @1
        if ABORT_BY == k:
            barrier.abort()  # @2
            return
        with counting:
            arrived += 1  # @3
        try:
            barrier.wait()  # @4
        except BrokenBarrierError:
            return
        assert arrived >= PARTIES * meeting  # @5
        rounds_done[k] = meeting


threads = [Thread(target=work, args=(k,)) for k in range(PARTIES)]
for thread in threads:
    thread.start()  # @6
for thread in threads:
    thread.join()  # @7

print(f"rounds_done: {min(rounds_done)}")
print(f"broken: {'yes' if barrier.broken else 'no'}")  # @8
