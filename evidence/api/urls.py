"""The addresses of packets, shares and verification, below ``/api/v1/``."""

from django.urls import path

from evidence.api import packets, shares, verification

urlpatterns = [
    path("packets/<packet:pk>/", packets.PacketDetail.as_view(), name="packet"),
    path("packets/<packet:pk>/manifest/", packets.PacketManifest.as_view(), name="packet-manifest"),
    path("packets/<packet:pk>/bundle/", packets.PacketBundle.as_view(), name="packet-bundle"),
    path("packets/<packet:pk>/archive/", packets.PacketArchive.as_view(), name="packet-archive"),
    path(
        "packets/<packet:pk>/certificate/",
        packets.PacketCertificate.as_view(),
        name="packet-certificate",
    ),
    path("shares/", shares.ShareList.as_view(), name="shares"),
    path("shares/<share:pk>/", shares.ShareDetail.as_view(), name="share"),
    path("shares/<share:pk>/approve/", shares.ShareApprove.as_view(), name="share-approve"),
    path("shares/<share:pk>/decline/", shares.ShareDecline.as_view(), name="share-decline"),
    path("shares/<share:pk>/revoke/", shares.ShareRevoke.as_view(), name="share-revoke"),
    path("verify/", verification.Verify.as_view(), name="verify"),
]
