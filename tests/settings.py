"""The product's own settings, with what a test run needs in place of a configured machine.

pytest needs no environment variable: whatever ``quantumruns.settings`` asks for is set here, before
it is read. ``DATABASE_URL`` chooses PostgreSQL; without it the database is SQLite in memory.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

HOME_FOR_TESTS = Path(tempfile.mkdtemp(prefix="quantumruns-tests-"))
atexit.register(shutil.rmtree, HOME_FOR_TESTS, ignore_errors=True)

os.environ["QUANTUMRUNS_HOME"] = str(HOME_FOR_TESTS)
os.environ["SITE_URL"] = "http://testserver"
os.environ.setdefault("SECRET_KEY", "a-key-for-tests-alone-that-guards-nothing-in-any-installation")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{HOME_FOR_TESTS / 'unused.sqlite3'}")

from quantumruns.settings import *  # noqa: E402, F403 - read after the environment is in place
from quantumruns.settings import ALLOWED_HOSTS, STATIC_ROOT, STORAGES  # noqa: E402

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STATIC_ROOT.mkdir()  # nothing is collected for tests, but WhiteNoise warns of a missing folder
