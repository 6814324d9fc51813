import asyncio

ITEMS = 5
CAPACITY = 0
PRODUCE_MS = 500
CONSUME_MS = 1000


async def produce(queue):
    produced = 0
    for item in range(ITEMS):
        await asyncio.sleep(PRODUCE_MS / 1000)  # @2
        await queue.put(item)  # @3
        produced += 1
    await queue.put(None)  # no more will come  # @4
    return produced


async def consume(queue):
    consumed = 0
    while await queue.get() is not None:  # @5
        await asyncio.sleep(CONSUME_MS / 1000)  # @6
        consumed += 1
    return consumed


async def main():
    queue = asyncio.Queue(CAPACITY)
    counts = await asyncio.gather(produce(queue), consume(queue))  # @1
    print(f"produced: {counts[0]}")
    print(f"consumed: {counts[1]}")


asyncio.run(main())
