from threading import BoundedSemaphore, Semaphore

PERMITS = 2
ACQUIRES = 2
RELEASES = 3
KIND = "semaphore"

bounded = KIND == "bounded"
semaphore = BoundedSemaphore(PERMITS) if bounded else Semaphore(PERMITS)
errors = 0

for _ in range(ACQUIRES):
    semaphore.acquire(blocking=False)  # @1
for _ in range(RELEASES):
    try:
        semaphore.release()  # @2
    except ValueError:
        errors += 1

value = 0
while semaphore.acquire(blocking=False):  # @3
    value += 1
print(f"value: {value}")
print(f"errors: {errors}")
