"""Log lines keep the secrets of links to themselves."""

import io
import logging

import pytest

from quantumruns.logs import HideShareTokens

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
