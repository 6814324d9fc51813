"""asyncio: an event loop, what runs on it, and what tasks wait for."""

from asyncio.exceptions import *
from asyncio.events import *
from asyncio.futures import *
from asyncio.tasks import *
from asyncio.locks import *
from asyncio.queues import *
from asyncio.timeouts import *
from asyncio.taskgroups import *
from asyncio.loop import *
from asyncio.runners import *
from asyncio.streams import *
