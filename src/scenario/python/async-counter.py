import asyncio

TASKS = 100
PAUSE_MS = 10
GUARD = "lock"

counter = 0
lock = asyncio.Lock()


async def add_one():
    global counter
    value = counter  # @3
    await asyncio.sleep(PAUSE_MS / 1000)  # @4
    counter = value + 1  # @5


async def increment():
    if GUARD == "lock":
        async with lock:  # @2
            await add_one()
    else:
        await add_one()


async def main():
    await asyncio.gather(*(increment() for _ in range(TASKS)))  # @1
    print(f"counter: {counter}")  # @6
    print(f"expected: {TASKS}")


asyncio.run(main())
