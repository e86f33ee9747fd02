"""The reviewer's door: sealed bytes and nothing else. No account, no cookie, no script.

A link names an archive by digest; whatever is shown or downloaded here comes out of that archive.
Live rows of runs, people and workspaces are never read. Links that do not work, for whatever
reason, all get the same answer.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from uuid import UUID

from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts import bearer
from evidence import citation, layout, reading, store, trust
from evidence import manifest as manifests
from evidence.models import Share, ShareVisit
from evidence.packet import read

logger = logging.getLogger(__name__)

KIND = "qrs"
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FILE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Link:
    """A link that works: which bytes it shows, until when, and whether one person made it alone."""

    share_id: UUID
    archive_sha256: str
    expires_at: datetime
    self_approved: bool


class Answer(HttpResponse):
    """An answer that notes a visit once it is sent, so that it neither waits nor fails for it."""

    visit: ShareVisit | None = None

    def close(self) -> None:
        if self.visit is not None:
            try:
                self.visit.save()
            except DatabaseError:
                logger.exception("A visit of share %s was not noted", self.visit.share_id)
        super().close()


def _apart(view: View) -> View:
    """Keep a view apart from the sessions, cookies and languages of whoever looks."""

    @csrf_exempt  # nothing can be posted here, so no cookie needs to be set for it
    @require_safe
    @wraps(view)
    def apart(request: HttpRequest, **parts: str) -> HttpResponse:
        # A plain dict: no middleware can read a session through it, or set a cookie for one.
        request.session = {}  # type: ignore[assignment]
        request.META.pop("CSRF_COOKIE_NEEDS_UPDATE", None)
        with timezone.override(UTC), translation.override("en"):
            response = view(request, **parts)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return apart


@_apart
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the record that the link ``token`` shares."""
    link = _find(token)
    if link is None:
        return _dead()
    try:
        archive = store.get(link.archive_sha256)
        html = page_html(
            archive,
            expires_at=link.expires_at,
            self_approved=link.self_approved,
            url=reverse("evidence:review", args=[token]),
        )
    except (store.StoreError, reading.UnreadableError) as error:
        return _unreadable(link, error)
    return _visited(request, link, "page", page_response(html))


@_apart
def file(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Hand out a file of the record that the link ``token`` shares, or the packet as a whole."""
    link = _find(token)
    if link is None:
        return _dead()
    try:
        answer = file_response(store.get(link.archive_sha256), name)
    except store.StoreError as error:
        return _unreadable(link, error)
    return _visited(request, link, name, answer) if answer else _dead()


@_apart
def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer addresses below ``/s/`` that no link has as links that do not work."""
    return _dead()


def page_html(
    archive: bytes,
    *,
    expires_at: datetime,
    self_approved: bool,
    url: str,
    is_preview: bool = False,
) -> str:
    """Return the reviewer's page of ``archive``: the same text whenever and for whomever.

    ``url`` is where the page's downloads are, with a slash at its end. ``self_approved`` says that
    nobody but the person who asked could approve.

    :raises UnreadableError: if the archive is not what was sealed.
    """
    taken = reading.take(archive, trust.keys())
    context = {
        "reading": taken,
        "manifest": taken.manifest,
        "report": taken.report,
        "is_development": trust.is_development(taken.report.key_id),
        "expires_at": expires_at,
        "self_approved": self_approved,
        "archive_bytes": len(archive),
        "url": url,
        "is_preview": is_preview,
        "plain_citation": citation.plain(taken.manifest),
        "bibtex": citation.bibtex(taken.manifest),
    }
    return render_to_string("review/page.html", context)


def page_response(html: str, *, status: int = 200) -> Answer:
    """Return a reviewer's page as an answer in which no script can run."""
    answer = Answer(html, status=status)
    answer["Content-Security-Policy"] = _PAGE_POLICY
    return answer


def file_response(archive: bytes, name: str) -> Answer | None:
    """Return a file of ``archive``, or all of it, as a download; None where it is not there."""
    files = read(archive)
    content = archive if name == layout.ARCHIVE else files.get(name)
    download = layout.DOWNLOADS.get(name)
    if content is None or download is None:
        return None
    called = download.name(manifests.parse(files[layout.MANIFEST]).run.run_id)
    answer = Answer(content, content_type=download.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{called}"'
    answer["Content-Security-Policy"] = _FILE_POLICY
    return answer


def _find(token: str) -> Link | None:
    """Return the link of a token by the database's clock; a mistyped one costs no query."""
    if not bearer.is_well_formed(KIND, token):
        return None
    found = Share.objects.live().filter(token_sha256=bearer.digest(token))
    row = found.values_list("pk", "archive_sha256", "expires_at", "self_approved").first()
    return Link(*row) if row else None


def _dead() -> Answer:
    return page_response(render_to_string("review/dead.html"), status=404)


def _unreadable(link: Link, error: Exception) -> Answer:
    logger.error("The bytes of share %s cannot be shown", link.share_id, exc_info=error)
    return page_response(render_to_string("review/unreadable.html"), status=500)


def _visited(request: HttpRequest, link: Link, what: str, answer: Answer) -> Answer:
    if request.method == "GET":
        answer.visit = ShareVisit(share_id=link.share_id, what=what)
    return answer
