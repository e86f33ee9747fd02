"""What somebody would plant who can write to the database: bombs in every table of django-q2.

A bomb makes a file, so a story sees whether one went off.
"""

import pickle
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ, Schedule, Task
from django_q.signing import SignedPackage


class Bomb:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return (Path.touch, (Path(self.path),))


def explode(path):
    """Do what must never be done: read a planted result."""
    _plant_result(_text(Bomb(path)), is_success=True)
    list(Task.objects.all())
    Task.objects.all().delete()


def payloads(path):
    """Entries of the queue: unsigned pickles, and such that are signed with the right key."""
    call = {"id": "1", "name": "1", "func": "os.system", "args": (f"touch {path}",), "kwargs": {}}
    return [
        _text(Bomb(path)),
        _text(call),
        SignedPackage.dumps(Bomb(path)),
        SignedPackage.dumps(call),
    ]


def everywhere(path):
    """Plant all that makes ``path`` when it is believed; return the number of rows by table."""
    for payload in payloads(path):
        OrmQ.objects.create(key="quantumruns", payload=payload)
        OrmQ.objects.create(key="quantumruns", payload=payload, lock=_yesterday())
    for is_success in (True, False):
        _plant_result(_text(Bomb(path)), is_success=is_success)
    Schedule.objects.create(
        func="os.system", args=repr(f"touch {path}"), schedule_type="I", next_run=_yesterday()
    )
    return {"django_q_ormq": 8, "django_q_task": 2, "django_q_schedule": 1}


def _plant_result(text, *, is_success):
    columns = "id, name, func, args, kwargs, result, started, stopped, success, attempt_count"
    values = [uuid4().hex, "planted", "os.system", *[text] * 3, _yesterday(), _yesterday()]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO django_q_task ({columns}) VALUES ({', '.join(['%s'] * 10)})",
            [*values, is_success, 1],
        )


def _text(value):
    """Return a pickle as django-q2's columns hold it."""
    return b64encode(pickle.dumps(value)).decode()


def _yesterday():
    return timezone.now() - timedelta(days=1)
