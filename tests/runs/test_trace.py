"""A trace is a chain: no line of it can be dropped, added, moved or changed unseen."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from runs import trace

START = datetime(2026, 11, 22, 14, 3, 11, 204_987, tzinfo=UTC)


def chain(length=4):
    lines, head = [], trace.GENESIS
    for seq in range(length):
        line = trace.line(seq, START + timedelta(seconds=seq), "run.queued", {"place": seq}, head)
        lines.append(line)
        head = trace.digest(line)
    return lines


def test_a_line_is_canonical_json_that_names_the_line_before():
    assert (
        trace.line(0, START, "run.requested", {"b": 1, "a": "é"}, trace.GENESIS)
        == (
            '{"at":"2026-11-22T14:03:11.204Z","data":{"a":"é","b":1},'
            f'"prev":"{"0" * 64}","seq":0,"type":"run.requested"}}'
        ).encode()
    )


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05.000Z"),
        (
            datetime(2026, 1, 2, 1, 4, 5, 999_999, tzinfo=timezone(timedelta(hours=-2))),
            "2026-01-02T03:04:05.999Z",
        ),
    ],
)
def test_times_are_in_utc_and_all_of_one_width(at, text):
    assert trace.timestamp(at) == text


def test_the_head_of_a_trace_is_the_digest_of_its_last_line():
    lines = chain()

    assert trace.verify(lines) == trace.digest(lines[-1])
    assert trace.verify([]) == trace.GENESIS


def changed(lines):
    members = json.loads(lines[1]) | {"data": {"place": 7}}
    return [lines[0], json.dumps(members, sort_keys=True, separators=(",", ":")).encode()]


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (lambda lines: lines[1:], "line 0 of the trace does not follow"),
        (lambda lines: [lines[0], *lines[2:]], "line 1 of the trace does not follow"),
        (lambda lines: [lines[1], lines[0]], "line 0 of the trace does not follow"),
        (lambda lines: [*lines, lines[-1]], "line 4 of the trace does not follow"),
        (lambda lines: [*changed(lines), lines[2]], "line 2 of the trace does not follow"),
        (lambda lines: [*lines[:3], lines[3] + b"\n"], "line 3 of the trace is not canonical"),
        (lambda lines: [lines[0], b"[]"], "line 1 of the trace is not canonical"),
        (lambda lines: [lines[0], b"\xff"], "line 1 of the trace is not canonical"),
        (lambda lines: [lines[0], b"[" * 100_000], "line 1 of the trace is not canonical"),
    ],
)
def test_a_broken_trace_names_its_broken_line(broken, message):
    with pytest.raises(ValueError, match=message):
        trace.verify(broken(chain()))
