"""Programs too long to be read while a person waits: accepted, and read where they run."""

from dataclasses import replace

import pytest
from django.conf import settings

from runs import execution, lifecycle, programs
from runs.contract import RunRequest
from runs.providers.local import SOCKET_VARIABLE

HEAD = 'OPENQASM 3.0;\ninclude "stdgates.inc";\nqubit[2] q;\nbit[2] c;\n'
TAIL = "c = measure q;\n"
LONG = HEAD + "x q[0];\n" * 401 + "cx q[0], q[1];\n" + TAIL


@pytest.fixture
def submit(workflow, operator):
    def submitted(source, **changes):
        request = RunRequest(
            **{
                "mode": "simulator",
                "provider_id": "local",
                "device_id": "braket_sv",
                "shots": 100,
                "source_kind": "openqasm3",
                "source": source,
                **changes,
            }
        )
        return lifecycle.submit(request, workflow=workflow, by=operator)

    return submitted


@pytest.fixture
def execute(provider, monkeypatch):
    """Execute the next due run on the real simulator."""
    monkeypatch.setenv(SOCKET_VARIABLE, str(provider.socket_path))

    def executed(run):
        assert execution.execute_next() == run.pk
        run.refresh_from_db()
        run.source.refresh_from_db()
        return run

    return executed


def kinds(run):
    return [event.kind for event in run.events.all()]


def test_of_two_that_read_it_at_once_the_first_is_believed(submit):
    leases = "a" * 32, "b" * 32
    for _ in leases:
        submit(LONG)
    first, second = (lifecycle.claim(lease=lease) for lease in leases)
    read = programs.check(lifecycle.request_of(first), settings.RUN_LIMITS).lowered()
    for run, lease, depth in ((first, leases[0], 402), (second, leases[1], 7)):
        lifecycle.start(run.pk, lease=lease)
        lifecycle.note_read(run.pk, replace(read, depth=depth), lease=lease)
    assert first.source_id == second.source_id
    second.source.refresh_from_db()
    assert second.source.depth == 402


def test_a_long_program_waits_unread_and_is_read_where_it_runs(submit, execute):
    run = submit(LONG)
    assert run.status == "queued"
    assert run.source.qubits is None
    assert kinds(run) == ["run.requested", "run.queued"]
    run = execute(run)
    assert run.counts == {"11": 100}
    assert (run.source.qubits, run.source.operation_count) == (2, 402)
    assert kinds(run)[-3:] == ["run.started", "run.validated", "run.completed"]


def test_what_is_wrong_in_a_long_program_is_said_with_its_line(submit, execute):
    run = execute(submit(LONG.replace("cx q[0], q[1];", "cx q[0], q[7];")))
    assert (run.status, run.error_code) == ("failed", "invalid_circuit")
    assert run.error["stage"] == "validation"
    assert run.error["problems"][0]["line"] == 406
    assert kinds(run)[-1] == "run.failed"


def test_a_long_program_that_grows_beyond_its_limits_is_stopped(submit, execute):
    loop = "for int i in [0:100000] { x q[0]; }\n"
    run = execute(submit(HEAD + "x q[0];\n" * 301 + loop + TAIL))
    assert (run.status, run.error_code) == ("failed", "runner_limit_exceeded")


def test_the_same_long_program_is_read_once(submit, execute):
    first = execute(submit(LONG))
    again = execute(submit(LONG))
    assert again.source == first.source
    assert kinds(again).count("run.validated") == 1
    assert again.counts == {"11": 100}


def test_a_source_read_for_one_device_is_held_to_the_limits_of_another(submit, execute):
    wide = LONG.replace("qubit[2] q;", "qubit[12] q;").replace(TAIL, "x q;\n")
    assert execute(submit(wide)).status == "completed"
    run = execute(submit(wide, device_id="braket_dm"))
    assert (run.status, run.error_code) == ("failed", "runner_limit_exceeded")


def test_what_can_be_seen_without_reading_is_refused_at_once(submit):
    assert submit(LONG, shots=0).error_code == "runner_limit_exceeded"
    assert submit(LONG, device_id="warp_core").error_code == "unsupported_provider_path"
    refused = submit('include "/etc/passwd";\n' + LONG)
    assert refused.status == "failed"
    assert refused.source.qubits is None
