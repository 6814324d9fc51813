import asyncio

TASKS = 5
PERMITS = 2
HOLD_MS = 2000

inside = peak = 0
semaphore = asyncio.Semaphore(PERMITS)


async def visit():
    global inside, peak
    async with semaphore:  # @2
        inside += 1
        peak = max(peak, inside)
        await asyncio.sleep(HOLD_MS / 1000)  # @3
        inside -= 1
    return 1


async def main():
    visits = await asyncio.gather(*(visit() for _ in range(TASKS)))  # @1
    print(f"peak_inside: {peak}")
    print(f"completed: {sum(visits)}")


asyncio.run(main())
