"""The PostgreSQL that ``bin/with-postgres`` started, as something that can break down.

Its clock is not the one of this machine: libfaketime sets it ahead, so that whatever takes the time
from a web or worker machine instead of the database is found out by the checker.
"""

import os
import shlex
import subprocess
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

_LIBRARIES = "/usr/lib/*/faketime/libfaketime.so.1"


class Postgres:
    """One server, with a clock that is ``ahead_seconds`` of this machine's."""

    def __init__(self):
        if "POSTGRES_CTL" not in os.environ:
            pytest.fail("the campaign stops and starts its database: use bin/with-postgres")
        self.ahead_seconds = 0
        self._data = Path(os.environ["PGDATA"])
        # The server's own command line, without the folder, which pg_ctl adds again.
        program, _, _, *options = shlex.split((self._data / "postmaster.opts").read_text())
        assert Path(program).name == "postgres"
        self._options = shlex.join(options)
        self._library = next(Path("/").glob(_LIBRARIES.lstrip("/")), None)
        if self._library is None:
            pytest.fail("the campaign sets clocks: install faketime")

    @property
    def address(self):
        parts = urlsplit(os.environ["DATABASE_URL"])
        return parts.hostname, parts.port

    def url(self, database, *, port):
        """Return the address of ``database`` by the proxy on ``port``."""
        parts = urlsplit(os.environ["DATABASE_URL"])
        user = parts.netloc.rpartition("@")[0]
        bounds = "-c statement_timeout=20s -c lock_timeout=10s"
        query = {"sslmode": "disable", "gssencmode": "disable", "options": bounds}
        query |= {"connect_timeout": 3, "tcp_user_timeout": 10_000}
        return f"postgresql://{user}@{parts.hostname}:{port}/{database}?{urlencode(query)}"

    def stop(self, *, mode="immediate"):
        """Stop, usually as a crash does: what was committed is recovered at the start."""
        self._control("--mode", mode, "stop")

    def start(self, *, ahead_seconds):
        self.ahead_seconds = ahead_seconds
        log = str(self._data / "server.log")
        self._control("--wait", "--log", log, "--options", self._options, "start")

    def _control(self, *arguments):
        as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        clock = [f"LD_PRELOAD={self._library}", f"FAKETIME=+{self.ahead_seconds}s"]
        command = [os.environ["POSTGRES_CTL"], "--pgdata", str(self._data), "--silent"]
        subprocess.run(
            [*as_owner, "env", *clock, *command, *arguments],
            cwd="/",
            stdin=subprocess.DEVNULL,
            check=True,
            timeout=60,
        )
