import asyncio

WAITERS = 2
SET_AFTER_MS = 2000


async def waiter(event):
    await event.wait()  # @2
    return 1


async def setter(event):
    await asyncio.sleep(SET_AFTER_MS / 1000)  # @3
    event.set()  # @4
    return 0


async def main():
    event = asyncio.Event()
    calls = [waiter(event) for _ in range(WAITERS)] + [setter(event)]
    woken = sum(await asyncio.gather(*calls))  # @1
    print(f"woken: {woken}")


asyncio.run(main())
