"""The admin of evidence, its log, shares, visits and public keys: to look at, never to change.

Digests of tokens and the openings of private values are not shown; keys are managed by
``manage.py evidence_key``.
"""

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from accounts.admin import ReadOnlyAdmin
from evidence.models import Certificate, Checkpoint, LogEntry, Packet, Share, ShareVisit, SigningKey
from runs.admin import ByPublicId


@admin.register(Packet)
class PacketAdmin(ByPublicId):
    id_prefix = "pkt"
    list_display = ("public_id", "run", "revision", "manifest_sha256", "workspace", "sealed_at")
    list_filter = ("revision",)
    list_select_related = ("run", "workspace")
    search_fields = ("manifest_sha256", "archive_sha256", "run__name", "workspace__name")
    date_hierarchy = "sealed_at"
    fields = (
        "public_id",
        "workspace",
        "run",
        "revision",
        "manifest_sha256",
        "key",
        "archive_sha256",
        "archive_bytes",
        "file_count",
        "sealed_at",
    )

    def view_on_site(self, obj: Model) -> str:
        return reverse("evidence:packet_detail", args=[obj.pk])


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    list_display = ("pdf_sha256", "packet", "pages", "pdf_bytes", "issued_at")
    list_select_related = ("packet",)
    search_fields = ("pdf_sha256", "packet__manifest_sha256", "packet__run__name")
    date_hierarchy = "issued_at"
    exclude = ("bundle",)


@admin.register(Checkpoint)
class CheckpointAdmin(ReadOnlyAdmin):
    list_display = ("size", "root", "made_at")
    date_hierarchy = "made_at"


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    list_display = ("place", "manifest_sha256", "packet", "checkpoint")
    list_select_related = ("packet", "checkpoint")
    search_fields = ("manifest_sha256",)


@admin.register(Share)
class ShareAdmin(ByPublicId):
    id_prefix = "shr"
    list_display = (
        "label",
        "public_id",
        "status",
        "profile",
        "workspace",
        "requested_by",
        "decided_by",
        "self_approved",
        "expires_at",
    )
    list_filter = ("status", "profile", "self_approved")
    list_select_related = ("workspace", "requested_by", "decided_by")
    search_fields = ("label", "packet__manifest_sha256", "workspace__name", "requested_by__email")
    date_hierarchy = "requested_at"
    exclude = ("token_sha256",)

    def view_on_site(self, obj: Model) -> str:
        return reverse("evidence:share_detail", args=[obj.pk])


@admin.register(ShareVisit)
class ShareVisitAdmin(ReadOnlyAdmin):
    list_display = ("at", "share", "what")
    list_filter = ("what",)
    list_select_related = ("share",)
    search_fields = ("share__label", "what")
    date_hierarchy = "at"


@admin.register(SigningKey)
class SigningKeyAdmin(ReadOnlyAdmin):
    list_display = ("kid", "status", "is_development", "not_before", "retired_at", "revoked_at")
    list_filter = ("status", "is_development")
    search_fields = ("kid", "reason")
