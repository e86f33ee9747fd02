"""The public check: a file or a digest in, a report out. Nothing about a run is told here.

The file stays in memory and is forgotten with the answer. A PDF is looked up by its digest and
never parsed.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from evidence import heads, layout, trust
from evidence.forms import VerifyForm
from evidence.instructions import verifier
from evidence.models import KeyStatus, Packet, SigningKey
from evidence.packet import NOT_EVIDENCE, Report, verify_packet
from evidence.signing import Verdict
from runs import canonical, trace

_FORM_OVERHEAD_BYTES = 64 * 1024


@dataclass(frozen=True)
class Known:
    """What we say of a digest that we issued: no fact of any run.

    ``sha256`` is the evidence id; ``digest_of`` says what was asked for by its digest: the
    ``manifest``, or the ``certificate`` made from it.
    """

    sha256: str
    digest_of: str
    status: str
    key_id: str
    key_status: str
    is_development: bool
    issued_at: datetime

    def as_json(self) -> dict[str, Any]:
        """Return it for programs, in camelCase."""
        return {
            "known": True,
            "digestOf": self.digest_of,
            "evidenceId": self.sha256,
            "status": self.status,
            "keyId": self.key_id,
            "keyStatus": self.key_status,
            "developmentKey": self.is_development,
            "issuedAt": trace.timestamp(self.issued_at),
        }


def known(sha256: str) -> Known | None:
    """Return what we say of the manifest or certificate of this digest; None where it is no such.

    ``status`` is ``current``, ``superseded`` (a later revision exists) or ``withdrawn`` (its key
    was revoked).
    """
    packets = Packet.objects.select_related("key")
    packet = packets.filter(manifest_sha256=sha256).first()
    certified = None if packet else packets.filter(certificate__pdf_sha256=sha256).first()
    packet = packet or certified
    if packet is None:
        return None
    later = Packet.objects.filter(run=packet.run_id, revision__gt=packet.revision)
    status = "superseded" if later.exists() else "current"
    if packet.key.status == KeyStatus.REVOKED:
        status = "withdrawn"
    return Known(
        sha256=packet.manifest_sha256,
        digest_of="certificate" if certified else "manifest",
        status=status,
        key_id=packet.key_id,
        key_status=packet.key.status,
        is_development=packet.key.is_development,
        issued_at=packet.sealed_at,
    )


@csrf_exempt  # it changes nothing and asks nobody who they are, so it needs no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Show the form, and the report of what was sent with it."""
    if request.method != "POST":
        return render(request, "verify/form.html", {"form": VerifyForm()})
    if _length(request) > settings.VERIFY_UPLOAD_BYTES + _FORM_OVERHEAD_BYTES:
        return _too_large(request)
    form = VerifyForm(request.POST, request.FILES)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "verify/form.html", {"form": form}, status=status)
    if form.cleaned_data["file"] is None:
        return redirect("evidence:verify_digest", form.cleaned_data["digest"])
    if form.cleaned_data["file"].size > settings.VERIFY_UPLOAD_BYTES:
        return _too_large(request)
    content = form.cleaned_data["file"].read()
    return render(request, "verify/report.html", check(content))


def _too_large(request: HttpRequest) -> HttpResponse:
    context = {"form": VerifyForm(), "is_too_large": True}
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return render(request, "verify/form.html", context, status=status)


def check(content: bytes) -> dict[str, Any]:
    """Return what can be said of ``content``: ``sha256``, and ``known``, ``report``, ``proof``.

    ``headline`` says it in a sentence, and ``is_good`` whether it is what was sealed.
    ``only_claims`` is true of a file that differs from what we issued under its evidence id.
    """
    digest = canonical.sha256(content)
    issued = known(digest)
    if issued is not None:
        headline = f"This {issued.digest_of} is ours, unchanged."
        return {"sha256": digest, "headline": headline, "is_good": True, "known": issued}
    if content.startswith(b"%PDF-"):
        return {"sha256": digest, "headline": NOT_EVIDENCE, "is_unknown_pdf": True}
    if heads.is_proof(content):
        return _proof(digest, heads.check_proof(content, trust.keys()))
    report = verify_packet(content, trust.keys())
    found = known(report.evidence_id)
    return {
        "sha256": digest,
        "headline": report.headline,
        "is_good": report.is_good,
        "report": report,
        "known": found,
        "only_claims": found is not None and not _agrees(report, found),
    }


def _proof(digest: str, found: heads.Finding) -> dict[str, Any]:
    """Say what a proof of a place in the log comes to: it tells itself of which packet."""
    good = "This packet has a place in the log."
    return {
        "sha256": digest,
        "headline": good if found.is_good else "This does not prove a place in the log.",
        "is_good": found.is_good,
        "proof": found,
        "known": known(found.evidence_id) if found.is_good else None,
    }


def _agrees(report: Report, found: Known) -> bool:
    """Return whether a file is what we issued, be its key revoked since or not."""
    is_withdrawn = report.verdict is Verdict.UNTRUSTED and found.status == "withdrawn"
    return report.is_good or is_withdrawn


@require_safe
def digest(request: HttpRequest, sha256: str) -> HttpResponse:
    """Say whether we issued what has this digest: what the QR code of a certificate opens."""
    found = known(sha256)
    status = HTTPStatus.OK if found else HTTPStatus.NOT_FOUND
    context = {"sha256": sha256, "known": found}
    return render(request, "verify/digest.html", context, status=status)


@require_safe
def digest_json(request: HttpRequest, sha256: str) -> JsonResponse:  # noqa: ARG001
    """Say the same for programs."""
    found = known(sha256)
    if found is None:
        unknown = {"known": False, "evidenceId": sha256}
        return JsonResponse(unknown, status=HTTPStatus.NOT_FOUND)
    return JsonResponse(found.as_json())


@require_safe
def program(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Hand out the verify.py that packets are sealed with today."""
    return HttpResponse(
        verifier(),
        content_type="text/x-python; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{layout.VERIFIER}"'},
    )


@require_safe
def jwks(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Publish all public keys as a JSON Web Key Set (RFC 7517)."""
    return JsonResponse(trust.jwks(), content_type="application/jwk-set+json")


@require_safe
def key_pem(request: HttpRequest, kid: str) -> HttpResponse:  # noqa: ARG001
    """Publish one public key as PEM."""
    row = get_object_or_404(SigningKey, kid=kid)
    return HttpResponse(row.public_pem, content_type="application/x-pem-file")


def _length(request: HttpRequest) -> int:
    """Return the announced length of the body, before anything of it is read."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise BadRequest("The length of the request is not a number.") from None
