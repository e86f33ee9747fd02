"""The first command of the README, as a person types it: up, look, stop, up again."""

import io
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from evidence import signing
from evidence.packet import verify_packet

ROOT = Path(__file__).parents[2]
KERNELS = ROOT / "var" / "test-runner"
FIRST_START_SECONDS = 240
NEXT_START_SECONDS = 90


class Up:
    """``bin/up`` on a data folder of its own, with what it has printed so far."""

    def __init__(self, home, port):
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        environment |= {
            "PORT": str(port),
            "QUANTUMRUNS_HOME": str(home),
            "RUNNER_FOLDER": str(KERNELS),
        }
        self.log = home.parent / f"up-{time.monotonic_ns()}.log"
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [ROOT / "bin" / "up"],
                cwd="/",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, words, *, seconds):
        deadline = time.monotonic() + seconds
        while words not in self.log.read_text():
            assert time.monotonic() < deadline, self.log.read_text()
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        return self.log.read_text()

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def up(home, port):
    started = []

    def start():
        started.append(Up(home, port))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            os.killpg(one.process.pid, signal.SIGKILL)
            one.process.wait()


def get(address):
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.headers, answer.read()


def processes_of(home):
    """Return the command lines of every process that works on ``home``."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            environment = (folder / "environ").read_bytes() if folder.name.isdigit() else b""
        except OSError:
            continue
        if f"QUANTUMRUNS_HOME={home}".encode() in environment.split(b"\0"):
            found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def test_one_command_ends_in_a_share_that_anybody_can_open_and_check(up, home):
    first = up()
    printed = first.wait_for("Ctrl-C stops it", seconds=FIRST_START_SECONDS)
    assert len(re.findall(r"@quantumruns\.example +\S{12,}", printed)) == 3
    share = re.search(r"http://\S+/s/\S+", printed)[0]

    for secret in (home, home / "secret_key", home / "keys" / "signing.pem"):
        assert secret.stat().st_mode & 0o077 == 0, secret

    headers, page = get(share)
    assert b"The contents match the sealed manifest" in page
    assert headers["Set-Cookie"] is None
    _, archive = get(f"{share}packet.zip")
    _, key = get(key_address(share, archive))
    keys = signing.trusted_keys(signing.TrustedKey(signing.load_public_key(key)))
    assert verify_packet(archive, keys).is_good
    _, certificate = get(f"{share}certificate.pdf")
    assert certificate.startswith(b"%PDF-")

    run = re.search(r"A finished run +(\S+)", printed)[1]
    _, page = get(run)
    assert b"Sign in" in page
    assert b"GHZ state" not in page

    assert processes_of(home)
    assert first.stop() == 0
    assert processes_of(home) == []

    again = up()
    printed = again.wait_for("Ctrl-C stops it", seconds=NEXT_START_SECONDS)
    assert "its passwords were shown once" in printed
    assert get(share)[1] == get(share)[1]
    assert again.stop() == 0
    assert processes_of(home) == []


def key_address(share, archive):
    """Return where the key is that the packet's bundle names."""
    import json
    import zipfile

    with zipfile.ZipFile(io.BytesIO(archive)) as packet:
        bundle = json.loads(packet.read("manifest.sigstore.json"))
    site = share.split("/s/")[0]
    hint = bundle["verificationMaterial"]["publicKey"]["hint"]
    return f"{site}/.well-known/evidence-keys/{hint}.pem"
