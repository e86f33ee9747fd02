"""The admin of workflows, sources, runs, traces and idempotency keys: to look at, never to change.

What people do to a run they do on its page, where it is checked and recorded. The limits of a
workspace are the operator's own, and are set here.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from accounts import identifiers
from accounts.admin import PartlyEditable, ReadOnlyAdmin
from runs.models import Event, IdempotencyKey, Run, Source, Sweep, Workflow, WorkspaceLimits


class ByPublicId(ReadOnlyAdmin):
    """Finds a record by the identifier that people see, besides the words of its fields."""

    id_prefix = ""
    ordering = ("-pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        try:
            pk = identifiers.decode(self.id_prefix, search_term.strip())
        except ValueError:
            found: tuple[QuerySet[Any], bool] = super().get_search_results(
                request, queryset, search_term
            )
            return found
        return queryset.filter(pk=pk), False


@admin.register(Workflow)
class WorkflowAdmin(ByPublicId):
    id_prefix = "wf"
    list_display = ("name", "public_id", "workspace", "created_by", "created_at", "archived_at")
    list_filter = (("archived_at", admin.EmptyFieldListFilter), "default_device_id")
    list_select_related = ("workspace", "created_by")
    search_fields = ("name", "workspace__name", "created_by__email")
    date_hierarchy = "created_at"

    def view_on_site(self, obj: Workflow) -> str:
        return reverse("runs:workflow_detail", args=[obj.pk])


@admin.register(Source)
class SourceAdmin(ReadOnlyAdmin):
    list_display = ("sha256", "kind", "qubits", "operation_count", "depth", "first_seen_at")
    list_filter = ("kind", "is_valid")
    search_fields = ("sha256", "workspace__name")
    fields = (
        "workspace",
        "kind",
        "sha256",
        "parameters_sha256",
        "is_valid",
        "text",
        "openqasm",
        "operations",
        "measured_qubits",
        "qubits",
        "operation_count",
        "depth",
        "first_seen_at",
    )


class EventInline(admin.TabularInline):  # type: ignore[type-arg]
    """The trace, below its run."""

    model = Event
    fields = readonly_fields = ("seq", "at", "kind", "data", "detail", "sha256")
    ordering = ("seq",)
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_staff

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Run)
class RunAdmin(ByPublicId):
    """Runs, without the leases of the workers that execute them."""

    id_prefix = "run"
    list_display = (
        "title",
        "public_id",
        "status",
        "mode",
        "device_id",
        "shots",
        "error_code",
        "evidence_state",
        "workspace",
        "created_at",
    )
    list_filter = (
        "status",
        "mode",
        "provider_id",
        "device_id",
        "evidence_state",
        ("error_code", admin.AllValuesFieldListFilter),
    )
    list_select_related = ("workspace",)
    search_fields = ("name", "workflow__name", "workspace__name", "created_by__email")
    date_hierarchy = "created_at"
    exclude = ("lease_token", "lease_until", "evidence_lease_until")
    inlines = (EventInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        runs: QuerySet[Run] = super().get_queryset(request)
        return runs.select_related("workspace", "workflow", "source", "created_by")

    def view_on_site(self, obj: Run) -> str:
        return reverse("runs:detail", args=[obj.pk])


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("run", "seq", "kind", "at")
    list_filter = ("kind",)
    list_select_related = ("run",)
    search_fields = ("kind", "sha256", "run__name")
    ordering = ("-pk",)
    fields = ("run", "seq", "at", "kind", "data", "detail", "sha256")


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    """Which keys were used; the answers that they bind are the caller's own and not shown."""

    list_display = ("key", "user", "status_code", "run", "created_at")
    list_filter = ("status_code",)
    list_select_related = ("user", "run")
    search_fields = ("key", "user__email")
    date_hierarchy = "created_at"
    exclude = ("body",)


@admin.register(Sweep)
class SweepAdmin(ByPublicId):
    id_prefix = "swp"
    list_display = ("title", "public_id", "workflow", "created_by", "created_at")
    list_select_related = ("workflow", "created_by")
    search_fields = ("name", "workflow__name", "created_by__email")
    date_hierarchy = "created_at"


@admin.register(WorkspaceLimits)
class WorkspaceLimitsAdmin(PartlyEditable):
    """Limits below those of the server. Superusers set them, and lift them by emptying a field."""

    audit_action = "workspace.limits_changed_by_admin"
    list_display = (
        "workspace",
        "state_vector_qubits",
        "density_matrix_qubits",
        "analog_atoms",
        "shots",
        "operations",
        "wall_seconds",
    )
    list_select_related = ("workspace",)
    search_fields = ("workspace__name", "workspace__memberships__user__email")
    raw_id_fields = ("workspace",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("workspace",) if obj else ()
