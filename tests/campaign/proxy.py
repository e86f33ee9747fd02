"""A network that misbehaves: a TCP proxy before PostgreSQL that cuts, holds, delays and takes aim.

It runs in a thread of its own. Whoever aims gives a shot: what to do at the next moment of a kind,
before its statement goes on to the server, or after the server did it and before the answer goes
back, which is when a client cannot know.
"""

import asyncio
import contextlib
import functools
import random
import struct
import threading
from dataclasses import dataclass

from tests.campaign.moments import Track
from tests.runs.processes import owner_of_port


@dataclass
class Shot:
    """``fire(pid)`` gets the process at the other end, if that is ``wanted``.

    The connection is broken with it, unless the shot ``forwards`` and only looks on.
    """

    moment: str
    fire: object
    wanted: object
    is_after: bool = False
    forwards: bool = False
    pid: int | None = None


class Proxy:
    """Forwards to ``upstream``, a pair of host and port, until something else is asked for."""

    def __init__(self, upstream, *, seed):
        self.upstream = upstream
        self.delay_seconds = 0.0
        self.cut_share = 0.0
        self.cuts = 0
        self._random = random.Random(seed)
        self._links = set()
        self._shot = None
        self._is_ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def start(self):
        self._thread.start()
        self._is_ready.wait()

    def stop(self):
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join()

    def cut(self):
        """Break every connection there is."""
        self._loop.call_soon_threadsafe(self._cut_all)

    def hold(self):
        """Become a black hole: nothing goes through, and nobody is told."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def release(self):
        """Let new connections through; a real network would have forgotten the old ones."""
        self._loop.call_soon_threadsafe(self._cut_all)
        self._loop.call_soon_threadsafe(self._open.set)

    def aim(self, shot):
        """Wait for the moment of ``shot``; a shot that was aimed before is forgotten."""
        self._shot = shot

    async def _run(self):
        self._loop = asyncio.get_running_loop()
        self._over, self._open = asyncio.Event(), asyncio.Event()
        self._open.set()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._is_ready.set()
        await self._over.wait()
        server.close()
        self._cut_all()

    def _cut_all(self):
        for link in list(self._links):
            link.close()

    async def _serve(self, reader, writer):
        await self._open.wait()
        try:
            upstream = await asyncio.open_connection(*self.upstream)
        except OSError:
            writer.close()
            return
        link = _Link(self, (reader, writer), upstream)
        self._links.add(link)
        await asyncio.gather(link.forth(), link.back())
        self._links.discard(link)

    def shot_at(self, moment, port):
        """Return the shot that is aimed at this, and aim no more; its victim is known then."""
        shot = self._shot
        if shot is None or shot.moment != moment:
            return None
        shot.pid = owner_of_port(port)
        if shot.pid is None or not shot.wanted(shot.pid):
            return None
        self._shot = None
        return shot

    def draw_cut(self):
        """Return whether the next message meets a cut, and if so before or after it is done."""
        if self._random.random() >= self.cut_share:
            return None
        self.cuts += 1
        return self._random.choice(["before", "after"])


class _Link:
    """One connection through the proxy."""

    def __init__(self, proxy, client, upstream):
        self.proxy = proxy
        self.reader, self.writer = client
        self.up_reader, self.up_writer = upstream
        self.port = self.writer.get_extra_info("peername")[1]
        self.track = Track()
        self.on_answer = None

    def close(self):
        for writer in (self.writer, self.up_writer):
            writer.transport.abort()

    async def forth(self):
        """Carry what the client says, a message at a time."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            self.up_writer.write(await _startup(self.reader))
            while True:
                kind, body = await _message(self.reader)
                await self._pause()
                if not self._goes_on(kind, body):
                    break
                self.up_writer.write(kind + struct.pack("!I", len(body) + 4) + body)
                await self.up_writer.drain()
        self.close()

    async def back(self):
        """Carry what the server answers, or act on its first sign."""
        with contextlib.suppress(OSError):
            while data := await self.up_reader.read(65536):
                await self.proxy._open.wait()
                if self.on_answer is not None:
                    self.on_answer()
                    break
                self.writer.write(data)
                await self.writer.drain()
        self.close()

    async def _pause(self):
        await self.proxy._open.wait()
        if self.proxy.delay_seconds:
            await asyncio.sleep(self.proxy.delay_seconds)

    def _goes_on(self, kind, body):
        """Return whether the message goes to the server, whatever comes back."""
        cut = self.proxy.draw_cut()
        if cut is not None:
            self.on_answer = self.close
            return cut == "after"
        moment = self.track.see(body) if kind == b"Q" else ""
        shot = self.proxy.shot_at(moment, self.port) if moment else None
        if shot is None:
            return True
        if shot.is_after and not shot.forwards:
            self.on_answer = functools.partial(shot.fire, shot.pid)
        else:
            shot.fire(shot.pid)
        return shot.is_after or shot.forwards


async def _startup(reader):
    """Return the first message, which has no type; there is neither TLS nor GSSAPI."""
    length = await reader.readexactly(4)
    return length + await reader.readexactly(struct.unpack("!I", length)[0] - 4)


async def _message(reader):
    """Return the type and the body of the next message."""
    head = await reader.readexactly(5)
    kind, length = head[:1], struct.unpack("!I", head[1:])[0]
    return kind, await reader.readexactly(length - 4)
