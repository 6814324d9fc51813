import asyncio


async def one():
    return 1


async def main():
    total = 0
    for _ in range(100_000):
        total += await one()
        await asyncio.sleep(0)
    print(total)


asyncio.run(main())
