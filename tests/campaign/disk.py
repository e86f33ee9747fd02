"""A small disk for the evidence store, which can be full."""

import os
import subprocess
from pathlib import Path

_MEBIBYTES = 512


class Disk:
    """A tmpfs of its own where this user may mount one, else a folder that goes away."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={_MEBIBYTES}m,mode=0700", "tmpfs"]
        done = subprocess.run([*mount, str(folder)], capture_output=True, check=False)
        self.is_mounted = done.returncode == 0
        self.store = folder / "store"
        self.store.mkdir()
        self._ballast = folder / "ballast"
        self._aside = folder / "aside"

    @property
    def fault(self):
        """What it does when it breaks down, in words."""
        return "disk full" if self.is_mounted else "disk away"

    def fill(self):
        """Leave no byte free, or put a file where the store was."""
        if self.is_mounted:
            self._take_what_is_left()
        else:
            self.store.rename(self._aside)
            self.store.touch()

    def free(self):
        if self.is_mounted:
            self._ballast.unlink(missing_ok=True)
        elif self._aside.exists():
            self.store.unlink()
            self._aside.rename(self.store)

    def close(self):
        self.free()
        if self.is_mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    def _take_what_is_left(self):
        with self._ballast.open("ab") as file:
            for size in (2**20, 2**12, 1):
                self._write_until_full(file, bytes(size))

    @staticmethod
    def _write_until_full(file, block):
        try:
            while True:
                os.write(file.fileno(), block)
        except OSError:
            return


def bytes_free(path):
    """Return the bytes that are free for files below ``path``."""
    found = os.statvfs(Path(path))
    return found.f_bavail * found.f_frsize
