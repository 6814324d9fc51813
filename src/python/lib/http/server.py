"""Servers that the program's own requests reach."""

import queue
import sys
import threading

import _loopback
import _machine


class _Body:
    """What a handler writes."""

    def __init__(self):
        self.text = b""

    def write(self, data):
        self.text += data
        return len(data)

    def flush(self):
        pass


class _Read:
    """What a handler reads."""

    def __init__(self, data):
        self._left = data or b""

    def read(self, amount=-1):
        end = len(self._left) if amount is None or amount < 0 else amount
        read = self._left[:end]
        self._left = self._left[end:]
        return read


class _Exchange:
    """A request, and the answer to it."""

    def __init__(self, method, path, data):
        self.method = method
        self.path = path
        self.data = data
        self.status = None
        self.body = b""
        self.is_answered = threading.Event()

    def answer(self, handler):
        self.status = handler._status
        self.body = handler.wfile.text
        self.is_answered.set()


class BaseHTTPRequestHandler:
    """Answers a request by its method `do_GET` and the like."""

    server_version = "BaseHTTP/0.6"

    def __init__(self, request, client_address, server):
        self.request = request
        self.client_address = client_address
        self.server = server
        self.command = request.method
        self.path = request.path
        self.headers = {}
        self.rfile = _Read(request.data)
        self.wfile = _Body()
        self._status = None
        try:
            method = getattr(self, f"do_{self.command}", None)
            if method is None:
                self.send_error(501, f"Unsupported method ({self.command!r})")
            else:
                method()
        finally:
            request.answer(self)

    def send_response(self, code, message=None):
        self.log_request(code)
        self._status = int(code)

    def send_error(self, code, message=None, explain=None):
        self.send_response(code, message)

    def send_header(self, keyword, value):
        pass

    def end_headers(self):
        pass

    def log_request(self, code="-", size="-"):
        self.log_message('"%s" %s %s', f"{self.command} {self.path} HTTP/1.1", code, size)

    def log_message(self, format, *args):
        sys.stderr.write(f"{self.client_address[0]} - - {format % args}\n")


class HTTPServer:
    """Answers one request after the other."""

    def __init__(self, server_address, RequestHandlerClass):
        host, port = server_address
        self.RequestHandlerClass = RequestHandlerClass
        self._requests = queue.Queue()
        self.server_port = _loopback.listen(self, port)
        self.server_name = host
        self.server_address = (host, self.server_port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server_close()

    def serve_forever(self, poll_interval=0.5):
        while True:
            request = self._requests.get()
            if request is None:
                break
            self.process_request(request)

    def handle_request(self):
        request = self._requests.get()
        if request is not None:
            self.process_request(request)

    def process_request(self, request):
        self.finish_request(request)

    def finish_request(self, request):
        self.RequestHandlerClass(request, ("127.0.0.1", 0), self)

    def shutdown(self):
        self._requests.put(None)

    def server_close(self):
        _loopback.unlisten(self.server_port)

    def _ask(self, method, path, data=None):
        """Hands in a request, whose answer is there when it `is_answered`."""
        exchange = _Exchange(method, path, data)
        self._requests.put(exchange)
        return exchange


class ThreadingHTTPServer(HTTPServer):
    """Answers each request by a thread of its own."""

    daemon_threads = True

    def process_request(self, request):
        thread = threading.Thread(target=self.finish_request, args=(request,),
                                  daemon=self.daemon_threads)
        thread.start()


__all__ = ("BaseHTTPRequestHandler", "HTTPServer", "ThreadingHTTPServer")
