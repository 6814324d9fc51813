import asyncio

PAGES = 3
MISSING = 0


async def answer(reader, writer):
    """A site of one page, so that this runs anywhere."""
    _, path, _ = (await reader.readline()).decode().split()
    status = "200 OK" if path.startswith("/index.html") else "404 Not Found"
    writer.write(f"HTTP/1.0 {status}\r\n\r\n".encode())
    writer.close()


async def get(port, path):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /{path} HTTP/1.0\r\n\r\n".encode())
    status_line = await reader.readline()  # @1
    writer.close()
    return int(status_line.split()[1])


async def main():
    site = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = site.sockets[0].getsockname()[1]
    there = PAGES - MISSING
    paths = [
        f"index.html?page={page}" if page <= there else f"missing-{page}.html"
        for page in range(1, PAGES + 1)
    ]
    requests = [get(port, path) for path in paths]
    answers = await asyncio.gather(*requests, return_exceptions=True)  # @2
    site.close()

    statuses = [answer for answer in answers if isinstance(answer, int)]
    print(f"statuses: {','.join(map(str, statuses))}")
    print(f"errors: {len(answers) - len(statuses)}")


asyncio.run(main())
