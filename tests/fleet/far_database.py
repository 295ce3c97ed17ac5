"""A database that is far away: a proxy that holds every byte back for some milliseconds, in a process of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Pass bytes on in their order, each piece so many seconds after it came."""
    held: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    async def write() -> None:
        with suppress(ConnectionError):
            while (item := await held.get())[1]:
                await asyncio.sleep(max(0.0, item[0] - loop.time()))
                writer.write(item[1])
                await writer.drain()
        writer.close()

    writing = asyncio.create_task(write())
    with suppress(ConnectionError):
        while piece := await reader.read(65536):
            held.put_nowait((loop.time() + seconds, piece))
    held.put_nowait((loop.time(), b""))
    await writing


def _serve(told: Connection, socket: str, seconds: float) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_unix_connection(socket)
        await asyncio.gather(_pass_on(reader, ours, seconds), _pass_on(theirs, writer, seconds))

    async def run() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


class FarDatabase:
    """The proxy of a cluster's socket, as a context manager; `round_trip` is in seconds."""

    def __init__(self, folder: Path, round_trip: float) -> None:
        self._socket = str(folder / ".s.PGSQL.5432")
        self._one_way = round_trip / 2

    def __enter__(self) -> Self:
        ours, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_serve, args=(theirs, self._socket, self._one_way), daemon=True)
        self._process.start()
        self._port: int = ours.recv()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.join()

    def url(self, database: str) -> str:
        """Return the address of a database through the proxy."""
        name = database.partition("?")[0].rpartition("/")[2]
        return f"postgresql://bevaka@127.0.0.1:{self._port}/{name}"
