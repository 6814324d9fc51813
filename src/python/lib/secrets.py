"""Random texts and numbers. They are as the run's seed gives them: no secrets at all."""

import random
from random import SystemRandom

__all__ = [
    "SystemRandom",
    "choice",
    "compare_digest",
    "randbelow",
    "randbits",
    "token_bytes",
    "token_hex",
    "token_urlsafe",
]

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def choice(seq):
    return random.choice(seq)


def randbelow(exclusive_upper_bound):
    if exclusive_upper_bound <= 0:
        raise ValueError("Upper bound must be positive.")
    return random.randrange(exclusive_upper_bound)


def randbits(k):
    return random.getrandbits(k)


def token_bytes(nbytes=None):
    return random.randbytes(32 if nbytes is None else nbytes)


def token_hex(nbytes=None):
    return token_bytes(nbytes).hex()


def token_urlsafe(nbytes=None):
    """As base64 writes the bytes, without what stands at its end."""
    data = token_bytes(nbytes)
    bits = int.from_bytes(data, "big") << -len(data) * 8 % 6
    length = (len(data) * 8 + 5) // 6
    return "".join([_ALPHABET[bits >> 6 * at & 63] for at in range(length - 1, -1, -1)])


def compare_digest(a, b, /):
    if isinstance(a, str) != isinstance(b, str) or not isinstance(a, (str, bytes)):
        names = type(a).__name__, type(b).__name__
        raise TypeError("unsupported operand types(s) or combination of types: '%s' and '%s'" % names)
    return a == b
