//! `requests` and `aiohttp`, which are not CPython's: pages by the script, and of the
//! program's own servers.

use lockstep_compile::{Ran, Verdict, run_on_model, run_on_threads};

/// What a program prints on the model and on threads.
#[track_caller]
fn prints(program: &str, expected: &str) {
    let ran: [Ran; 2] = [
        run_on_model(program, "pages.py", 1),
        run_on_threads(program, "pages.py", 20.0),
    ];
    for ran in ran {
        assert_eq!(ran.verdict, Verdict::Ok, "{}{}", ran.out, ran.err);
        assert_eq!(ran.out, expected);
    }
}

#[test]
fn requests_are_answered_by_the_script() {
    prints(
        r#"# lockstep: https://example.org/missing 404 after 2 s
# lockstep: https://example.org/data 200 '{"items": 3}' after 50 ms
# lockstep: https://example.org/down no answer
# lockstep: https://example.org/slow 200 after 9 s
import requests

answer = requests.get("https://example.org")
print(answer, answer.status_code, answer.ok, answer.reason, bool(answer), repr(answer.text))
print(isinstance(answer, requests.Response), answer.url, answer.content)
data = requests.get("https://example.org/data", params={"a": 1})
print(data.json(), data.elapsed.total_seconds() < 5)
missing = requests.get("https://example.org/missing")
print(missing.status_code, missing.ok)
try:
    missing.raise_for_status()
except requests.HTTPError as error:
    print(error, error.response is missing)
for ask in (
    lambda: requests.get("https://example.org/slow", timeout=1),
    lambda: requests.get("https://example.org/down"),
    lambda: requests.get("//example.org"),
    lambda: answer.json(),
):
    try:
        ask()
    except requests.exceptions.RequestException as error:
        print(type(error).__name__, isinstance(error, OSError))
print(issubclass(requests.ReadTimeout, requests.Timeout),
      issubclass(requests.ConnectTimeout, requests.ConnectionError),
      issubclass(requests.MissingSchema, ValueError), issubclass(requests.InvalidURL, ValueError))
for method in (requests.post, requests.put, requests.patch, requests.delete, requests.head,
               requests.options):
    print(method("https://example.org").status_code, end=" ")
print(requests.request("GET", "https://example.org/missing").status_code)
with requests.Session() as session:
    print(session.get("https://example.org").status_code, isinstance(requests.session(), requests.Session))
try:
    requests.get("https://example.org/data").json()
    requests.get("https://example.org").json()
except requests.JSONDecodeError:
    print("no JSON")
"#,
        "<Response [200]> 200 True OK True ''
True https://example.org b''
{'items': 3} True
404 False
404 Client Error: Not Found for url: https://example.org/missing True
ReadTimeout True
ConnectionError True
MissingSchema True
JSONDecodeError True
True True True True
200 200 200 200 200 200 404
200 True
no JSON
",
    );
}

#[test]
fn tasks_ask_for_pages_and_for_those_of_the_program_itself() {
    prints(
        r#"# lockstep: https://example.org/missing 404
# lockstep: https://example.org/data 200 '[1, 2]'
# lockstep: https://example.org/down no answer
# lockstep: https://example.org/slow 200 after 9 s
import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import aiohttp


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ours")

    def log_message(self, *args):
        pass


async def main(port):
    limit = aiohttp.TCPConnector(limit=1)
    timeout = aiohttp.ClientTimeout(total=1)
    async with aiohttp.ClientSession(connector=limit, timeout=timeout) as session:
        async with session.get("https://example.org/data") as answer:
            print(answer, answer.status, answer.ok, await answer.json(), await answer.read())
        print(isinstance(answer, aiohttp.ClientResponse), answer.method, answer.url)
        missing = await session.post("https://example.org/missing")
        try:
            missing.raise_for_status()
        except aiohttp.ClientResponseError as error:
            print(error, error.status)
        try:
            await session.get("https://example.org/down")
        except aiohttp.ClientConnectorError as error:
            print(isinstance(error, aiohttp.ClientConnectionError), isinstance(error, aiohttp.ClientError))
        try:
            await session.get("https://example.org/slow")
        except asyncio.TimeoutError:
            print("late")
        try:
            await session.get("//example.org")
        except aiohttp.InvalidURL as error:
            print(error)
        async with session.get(f"http://127.0.0.1:{port}/page") as answer:
            print(answer.status, await answer.text())
        both = await asyncio.gather(*(session.get("https://example.org") for _ in range(2)))
        print([answer.status for answer in both])
    try:
        await session.get("https://example.org")
    except RuntimeError as error:
        print(error)
    print(issubclass(aiohttp.ServerTimeoutError, asyncio.TimeoutError))


server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
threading.Thread(target=server.serve_forever, daemon=True).start()
asyncio.run(main(server.server_port))
"#,
        "<ClientResponse(https://example.org/data) [200 OK]> 200 True [1, 2] b'[1, 2]'
True GET https://example.org/data
404, message='Not Found', url='https://example.org/missing' 404
True True
late
//example.org
200 ours
[200, 200]
Session is closed
True
",
    );
}
