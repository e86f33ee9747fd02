"""The settings that a machine's environment makes."""

import json
import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from quantumruns import environment

_PRINT = (
    "import json; from quantumruns import settings as s;"
    "print(json.dumps({'hosts': s.ALLOWED_HOSTS, 'database': str(s.DATABASES['default']['NAME'])}))"
)


def settings_of(**variables):
    answer = subprocess.run(
        [sys.executable, "-c", _PRINT],
        env={"PATH": os.environ["PATH"], "SECRET_KEY": "k" * 50, **variables},
        capture_output=True,
        check=True,
    )
    return json.loads(answer.stdout)


def test_the_host_of_the_site_is_served_without_naming_it_twice(tmp_path):
    hosts = settings_of(QUANTUMRUNS_HOME=str(tmp_path), SITE_URL="https://runs.example.org:8443")
    assert hosts["hosts"] == ["localhost", "127.0.0.1", "[::1]", "runs.example.org"]


def test_a_data_folder_may_have_any_name(tmp_path):
    home = tmp_path / "lab #2 100% ?"
    assert settings_of(QUANTUMRUNS_HOME=str(home))["database"] == f"{home}/quantumruns.sqlite3"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://localhost:8000", "localhost"),
        ("https://runs.example.org", "runs.example.org"),
        ("http://[::1]:8000", "[::1]"),
    ],
)
def test_a_site_has_one_host(url, host):
    assert environment.host(url) == host


@pytest.mark.parametrize("url", ["runs.example.org", "https://", "https://example.org/runs"])
def test_another_address_is_refused_with_an_example(url):
    with pytest.raises(ImproperlyConfigured, match=r"https://runs\.example\.org"):
        environment.host(url)
