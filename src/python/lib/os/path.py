"""Names of files, as POSIX has them; there are no files."""

__all__ = [
    "abspath",
    "basename",
    "commonpath",
    "commonprefix",
    "dirname",
    "exists",
    "expanduser",
    "isabs",
    "isdir",
    "isfile",
    "join",
    "lexists",
    "normcase",
    "normpath",
    "realpath",
    "relpath",
    "sep",
    "split",
    "splitdrive",
    "splitext",
]

sep = "/"


def join(a, /, *p):
    path = a
    for part in p:
        if part.startswith("/"):
            path = part
        elif not path or path.endswith("/"):
            path += part
        else:
            path += "/" + part
    return path


def split(p):
    at = p.rfind("/") + 1
    head, tail = p[:at], p[at:]
    if head and head != "/" * len(head):
        head = head.rstrip("/")
    return head, tail


def basename(p):
    return split(p)[1]


def dirname(p):
    return split(p)[0]


def splitext(p):
    slash, dot = p.rfind("/"), p.rfind(".")
    if dot > slash and p[slash + 1 : dot].strip("."):
        return p[:dot], p[dot:]
    return p, ""


def splitdrive(p):
    return "", p


def isabs(s):
    return s.startswith("/")


def normcase(s):
    return s


def normpath(path):
    if not path:
        return "."
    root = "//" if path.startswith("//") and not path.startswith("///") else "/" if path.startswith("/") else ""
    parts = []
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part != ".." or not root and not parts or parts and parts[-1] == "..":
            parts.append(part)
        elif parts:
            parts.pop()
    return root + "/".join(parts) or "."


def abspath(path):
    return normpath(join("/", path))


def realpath(filename, *, strict=False):
    return abspath(filename)


def relpath(path, start="."):
    if not path:
        raise ValueError("no path specified")
    of = [part for part in abspath(start).split("/") if part]
    to = [part for part in abspath(path).split("/") if part]
    same = len(commonprefix([of, to]))
    return join(*[".."] * (len(of) - same), *to[same:]) if len(of) > same or to[same:] else "."


def commonprefix(m):
    if not m:
        return ""
    first, last = min(m), max(m)
    for at, part in enumerate(first):
        if part != last[at]:
            return first[:at]
    return first


def commonpath(paths):
    paths = list(paths)
    if not paths:
        raise ValueError("commonpath() arg is an empty sequence")
    if len({isabs(path) for path in paths}) > 1:
        raise ValueError("Can't mix absolute and relative paths")
    parts = [[part for part in path.split("/") if part and part != "."] for path in paths]
    return ("/" if isabs(paths[0]) else "") + "/".join(commonprefix(parts))


def expanduser(path):
    return path


def exists(path):
    return False


lexists = isfile = isdir = exists
