"""The web process carries no SDK, no printer and no number crunching: it starts and stays small."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FORBIDDEN = {"boto3", "botocore", "braket", "numba", "numpy", "scipy", "weasyprint"}
# What gunicorn does, and then what a visitor of every address would make it load.
PROGRAM = """
import json, sys
import quantumruns.wsgi
from django.contrib import admin
from django.urls import URLResolver, get_resolver

def walk(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            walk(pattern.url_patterns)

walk(get_resolver().url_patterns)
admin.site.get_urls()
import quantumruns.api.schema
quantumruns.api.schema.description()
print(json.dumps(sorted(sys.modules)))
"""


def modules_of_the_web_process():
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_it_loads_nothing_of_the_worker():
    loaded = modules_of_the_web_process()
    assert "runs.api.runs" in loaded
    assert {name.partition(".")[0] for name in loaded} & FORBIDDEN == set()
    ours = {"quantumruns.tasks", "runs.execution", "runs.providers", "runs.runner"}
    assert loaded & (ours | {"evidence.certificates", "evidence.packets", "evidence.keys"}) == set()
