import asyncio

DELAYS = [2000, 1000, 3000]
STYLE = "gather"

finished = []


async def nap(name, delay):
    await asyncio.sleep(delay / 1000)  # @1
    finished.append(name)
    return delay


async def main():
    calls = [nap(f"Sleeper-{k}", delay) for k, delay in enumerate(DELAYS, start=1)]
    if STYLE == "sequential":
        results = [await call for call in calls]
    elif STYLE == "tasks":
        tasks = [asyncio.create_task(call) for call in calls]  # @2
        results = [await task for task in tasks]  # @3
    else:
        results = await asyncio.gather(*calls)  # @4
    print(f"results: {','.join(map(str, results))}")
    print(f"finish_order: {','.join(finished)}")


asyncio.run(main())
