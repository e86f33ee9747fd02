"""``manage.py serve`` gives each process what it needs, and refuses a place that is taken."""

import fcntl
import http.server
import os
import socket
import threading

import pytest
from django.core.management import CommandError, call_command

from quantumruns.management.commands import serve

SECRETS = {
    "EVIDENCE_SIGNING_KEY_FILE": "/keys/signing.pem",
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
    "AWS_PROFILE": "lab",
    "PROVIDER_KEY_FILE": "/keys/providers",
}


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(autouse=True)
def same_folder(monkeypatch, tmp_path, settings):
    settings.HOME = tmp_path
    monkeypatch.chdir(settings.BASE_DIR)


def test_the_web_process_gets_no_key_and_no_credentials(monkeypatch):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    environment = serve.web_program().environment
    assert not SECRETS.keys() & environment.keys()
    assert not set(SECRETS.values()) & set(environment.values())
    assert environment["PATH"] == os.environ["PATH"]


def test_the_worker_gets_the_key(settings, tmp_path):
    settings.EVIDENCE_SIGNING_KEY_FILE = None
    key = serve.worker_program().environment["EVIDENCE_SIGNING_KEY_FILE"]
    assert key == str(tmp_path / "keys" / "signing.pem")
    settings.EVIDENCE_SIGNING_KEY_FILE = "/run/secrets/key.pem"
    assert serve.worker_program().environment["EVIDENCE_SIGNING_KEY_FILE"] == "/run/secrets/key.pem"


def test_a_taken_port_is_refused_with_a_way_out(monkeypatch, free_port):
    monkeypatch.setenv("PORT", str(free_port))
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port))
        other.listen()
        with pytest.raises(CommandError, match=rf"Port {free_port} .*PORT={free_port + 1} bin/up"):
            call_command("serve")


@pytest.mark.parametrize("port", ["", "http", "0", "65536", "-1"])
def test_a_port_is_a_number(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(CommandError, match="PORT must be a number"):
        call_command("serve")


def test_a_data_folder_has_one_supervisor(monkeypatch, free_port, tmp_path):
    monkeypatch.setenv("PORT", str(free_port))
    with (tmp_path / "serve.lock").open("w") as lock:
        lock.write("4711")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CommandError, match=r"already runs .*\(process 4711\)"):
            call_command("serve")


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_web_process_is_ready_when_it_says_so(status, healthy):
    class Web(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Web) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        assert serve.is_healthy(server.server_port) is healthy
        server.shutdown()
        thread.join()


def test_nobody_there_is_not_ready(free_port):
    assert not serve.is_healthy(free_port)
