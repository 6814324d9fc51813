"""Servers of the program itself, by their ports: there is no other network."""

import itertools

_ports = itertools.count(49152)
_servers = {}


def listen(server, port=0):
    """The port at which the server is found."""
    if port == 0:
        port = next(_ports)
    if port in _servers:
        raise OSError(98, "Address already in use")
    _servers[port] = server
    return port


def unlisten(port):
    _servers.pop(port, None)


def server_at(port):
    """The server, or None."""
    return _servers.get(port)


def is_own(host):
    return host in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "", None)
