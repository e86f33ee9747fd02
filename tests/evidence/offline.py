"""Packets checked as their README says: in a shell, with openssl, jq and sha256sum."""

import os
import re
import shutil
import subprocess

from evidence import layout


def commands(readme):
    """The commands of a packet's README, block by block."""
    return re.findall(r"```sh\n(.*?)```", readme.decode(), re.DOTALL)


def follow(folder, files, script, key, *, strict=False):
    """Lay ``files`` out and run ``script`` among them; return all that was printed.

    The one command that needs a network gets the public ``key`` (PEM) instead of an answer. A
    ``strict`` shell ends at the first command that fails, and so does the test.
    """
    packet = folder / "packet"
    for path, content in files.items():
        (packet / path).parent.mkdir(parents=True, exist_ok=True)
        (packet / path).write_bytes(content)
    curl = folder / "bin" / "curl"
    curl.parent.mkdir()
    # curl -sSf -o FILE ADDRESS
    curl.write_text('#!/bin/sh\necho "fetched $4"\nprintf %s "$PUBLIC_KEY" > "$3"\n')
    curl.chmod(0o700)
    path = os.pathsep.join([str(curl.parent), os.environ["PATH"]])
    done = subprocess.run(
        [shutil.which("bash"), *(["-e"] if strict else []), "-c", script],
        cwd=packet,
        env={**os.environ, "PATH": path, "PUBLIC_KEY": key, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=strict,
    )
    return done.stdout


def check(folder, files, key, *, readme=None):
    """What the README (that of the packet, or the one given) prints about a packet's files."""
    script = "\n".join(commands(readme or files[layout.README]))
    return follow(folder, files, script, key)
