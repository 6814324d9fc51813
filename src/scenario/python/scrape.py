from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.error import HTTPError
from urllib.request import urlopen

WORKERS = 3
PAGES = 3
MISSING = 0


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        exists = "missing" not in self.path
        self.send_response(200 if exists else 404)
        self.end_headers()

    def log_message(self, *args):
        pass


# A site of our own, so that nobody else's is troubled.
server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
Thread(target=server.serve_forever, daemon=True).start()
root = f"http://127.0.0.1:{server.server_port}"

paths = [
    f"missing-{k}" if k >= PAGES - MISSING else f"page-{k}"
    for k in range(PAGES)
]
statuses = []
errors = 0


def fetch(path):
    try:
        with urlopen(f"{root}/{path}", timeout=5) as answer:  # @2
            return answer.status
    except HTTPError as answer:
        return answer.code


with ThreadPoolExecutor(WORKERS) as pool:  # @1
    futures = [pool.submit(fetch, path) for path in paths]  # @3
    for future in futures:
        try:
            statuses.append(future.result())  # @4
        except OSError:
            statuses.append("error")
            errors += 1

print(f"statuses: {','.join(map(str, statuses))}")
print(f"errors: {errors}")
