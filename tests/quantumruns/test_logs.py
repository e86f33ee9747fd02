"""Log lines keep the secrets of links to themselves."""

import io
import logging

import pytest

from quantumruns.logs import HideShareTokens, TellRefusalsShortly

SECRET = "qrs_0123456789abcdefABCDEF"


@pytest.mark.parametrize(
    "path",
    [
        "/s/{}/certificate.pdf",
        "/invitations/{}/",
        "/accounts/confirm-email/{}/",
        "/accounts/password/reset/key/2-{}/",
    ],
)
def test_the_secret_of_a_link_is_left_out_and_the_rest_stays(path):
    line = '127.0.0.1 "GET %s HTTP/1.1" %d'
    record = logging.LogRecord("a", logging.INFO, "", 1, line, (path.format(SECRET), 200), None)

    assert HideShareTokens().filter(record)

    assert SECRET not in record.getMessage()
    assert record.getMessage().startswith('127.0.0.1 "GET /')
    assert record.getMessage().endswith('HTTP/1.1" 200')


def test_other_lines_stay_as_they_are():
    record = logging.LogRecord("a", logging.INFO, "", 1, "GET %s", ("/runs/run_01/",), None)

    HideShareTokens().filter(record)

    assert record.getMessage() == "GET /runs/run_01/"
    assert record.args == ("/runs/run_01/",)


def test_a_line_names_the_request_as_its_answer_does(client):
    console = next(h for h in logging.getLogger().handlers if h.name == "console")
    lines = io.StringIO()
    before = console.setStream(lines)
    try:
        answer = client.get("/nowhere/")
        logging.getLogger("worker").warning("Outside any request")
    finally:
        console.setStream(before)
    of_request, outside = lines.getvalue().splitlines()
    assert f" {answer['X-Request-Id']} Not Found: /nowhere/" in of_request
    assert outside.endswith(" worker - Outside any request")


def test_a_refusal_is_one_line_and_a_fault_is_told_whole():
    told = logging.LogRecord("django.request", logging.WARNING, "", 0, "Forbidden", (), None)
    told.exc_info = (ValueError, ValueError("no"), None)
    assert TellRefusalsShortly().filter(told)
    assert told.exc_info is None
    fault = logging.LogRecord("django.request", logging.ERROR, "", 0, "Fault", (), None)
    fault.exc_info = (ValueError, ValueError("no"), None)
    assert TellRefusalsShortly().filter(fault)
    assert fault.exc_info is not None
