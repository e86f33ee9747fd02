"""The addresses of evidence: the workspace's, the reviewer's, and everybody's."""

from django.urls import path, re_path

from evidence import review, verification
from evidence.views import log, packets, shares

app_name = "evidence"

_DIGEST = r"(?P<sha256>[0-9a-f]{64})"

urlpatterns = [
    path("evidence/", packets.packet_list, name="packet_list"),
    path("evidence/<packet:pk>/", packets.packet_detail, name="packet_detail"),
    path("evidence/<packet:pk>/packet.zip", packets.packet_archive, name="packet_archive"),
    path(
        "evidence/<packet:pk>/certificate.pdf",
        packets.packet_file,
        {"name": "certificate.pdf"},
        name="certificate",
    ),
    path(
        "evidence/<packet:pk>/manifest.json",
        packets.packet_file,
        {"name": "manifest.json"},
        name="manifest",
    ),
    path(
        "evidence/<packet:pk>/manifest.sigstore.json",
        packets.packet_file,
        {"name": "manifest.sigstore.json"},
        name="bundle",
    ),
    path("evidence/<packet:pk>/packet.tlog-proof", log.packet_proof, name="packet_proof"),
    path("evidence/<packet:pk>/share/", shares.share_request, name="share_request"),
    path("shares/", shares.share_list, name="share_list"),
    path("shares/<share:pk>/", shares.share_detail, name="share_detail"),
    path("shares/<share:pk>/preview/", shares.share_preview, name="share_preview"),
    path(
        "shares/<share:pk>/preview/<str:name>",
        shares.share_preview_file,
        name="share_preview_file",
    ),
    path("shares/<share:pk>/approve/", shares.share_approve, name="share_approve"),
    path("shares/<share:pk>/decline/", shares.share_decline, name="share_decline"),
    path("shares/<share:pk>/revoke/", shares.share_revoke, name="share_revoke"),
    path("shares/<share:pk>/extend/", shares.share_extend, name="share_extend"),
    path("s/<str:token>/", review.page, name="review"),
    path("s/<str:token>", review.page),
    path("s/<str:token>/<str:name>", review.file, name="review_file"),
    path("s/", review.nothing),
    path("s/<path:rest>", review.nothing),
    path("verify/", verification.verify, name="verify"),
    re_path(rf"^verify/{_DIGEST}$", verification.digest, name="verify_digest"),
    re_path(rf"^verify/{_DIGEST}\.json$", verification.digest_json, name="verify_digest_json"),
    path("verify/verify.py", verification.program, name="verify_program"),
    path("verify/log/", log.checkpoints, name="checkpoints"),
    path(".well-known/evidence-checkpoints/latest", log.latest, name="latest_checkpoint"),
    path(".well-known/evidence-checkpoints/<int:size>", log.checkpoint, name="checkpoint"),
    path(".well-known/evidence-checkpoints/<int:size>/growth", log.growth, name="growth"),
    path(".well-known/jwks.json", verification.jwks, name="jwks"),
    re_path(
        r"^\.well-known/evidence-keys/(?P<kid>[0-9a-f]{64})\.pem$",
        verification.key_pem,
        name="key_pem",
    ),
]
