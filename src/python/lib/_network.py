"""Asking for a page: of a server of the program itself, or by the script."""

import time

import _loopback
import _machine


class Late(Exception):
    """The answer would come too late."""


def ask(method, url, data, timeout):
    """Status, None if there is no way to the server, and text."""
    server, path = own_server(url)
    if server is not None:
        exchange = server._ask(method, path, data)
        if not exchange.is_answered.wait(timeout):
            raise Late
        return exchange.status, exchange.body.decode()
    status, text, seconds = answer(url)
    if timeout is not None and seconds > timeout:
        time.sleep(timeout)
        raise Late
    time.sleep(seconds)
    return status, text


def answer(url):
    """Status, text and seconds, by the script; a server of our own that is not there refuses."""
    host, port, _ = parts(url)
    if host is not None and _loopback.is_own(host):
        return None, "", 0
    return _machine.answer(url)


def own_server(url):
    host, port, path = parts(url)
    if host is None or not _loopback.is_own(host):
        return None, path
    return _loopback.server_at(port), path


def parts(url):
    """Host, port and path; no host if the address is of the site."""
    scheme, colon, rest = url.partition("://")
    if not colon:
        return None, None, url
    host, slash, path = rest.partition("/")
    host, colon, port = host.partition(":")
    number = int(port) if port.isdigit() else (443 if scheme == "https" else 80)
    return host, number, "/" + path


def host_of(url):
    return parts(url)[0]


def is_address(url):
    return "://" in url or _machine.is_of_the_site(url)
