"""Whether this process answers, for supervisors and load balancers."""

from django.http import HttpRequest, HttpResponse


def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer; nothing else is asked, so that a slow database restarts no web process."""
    return HttpResponse("ok\n", content_type="text/plain")
