"""The admin of people, workspaces and the audit log.

Records can be read and searched, never changed or deleted; digests and second-factor secrets are
not shown at all. What can be changed is audited. Nobody signs in here: allauth's page does that.
"""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Count, Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from accounts import audit, tokens
from accounts.models import ApiToken, AuditEvent, Invitation, Membership, User, Workspace

admin.site.site_header = admin.site.site_title = "QuantumRuns admin"
admin.site.index_title = "Records"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
for _model in (Group, EmailAddress, Authenticator):
    admin.site.unregister(_model)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows records to all staff; nobody may add, change or delete them here."""

    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_staff

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_staff

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class PartlyEditable(ReadOnlyAdmin):
    """Lets superusers change what is not listed as read-only, and audits it."""

    audit_action = ""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.is_superuser

    def save_model(
        self,
        request: HttpRequest,
        obj: Any,
        form: "ModelForm[Any]",
        change: bool,  # noqa: FBT001
    ) -> None:
        super().save_model(request, obj, form, change)
        if form.changed_data:
            new = {name: form.cleaned_data[name] for name in form.changed_data}
            by = request.user if isinstance(request.user, User) else None
            audit.record(self.audit_action, by=by, object_id=str(obj.pk), **new)


@admin.register(User)
class UserAdmin(PartlyEditable):
    """People. Superusers deactivate them and make them staff; the rest is theirs to change."""

    audit_action = "person.changed_by_admin"
    list_display = ("email", "name", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = (
        "email",
        "name",
        "time_zone",
        "is_active",
        "is_staff",
        "is_superuser",
        "date_joined",
        "last_login",
    )
    readonly_fields = ("email", "name", "time_zone", "date_joined", "last_login")


@admin.register(Workspace)
class WorkspaceAdmin(ReadOnlyAdmin):
    list_display = ("name", "public_id", "is_personal", "members", "created_at")
    list_filter = ("is_personal",)
    search_fields = ("name", "memberships__user__email")
    date_hierarchy = "created_at"
    fields = ("public_id", "name", "is_personal", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Workspace]:
        workspaces: QuerySet[Workspace] = super().get_queryset(request)
        return workspaces.annotate(_members=Count("memberships"))

    @admin.display(description="members")
    def members(self, workspace: Any) -> int:
        count: int = workspace._members  # noqa: SLF001 - the annotation above
        return count


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("user", "workspace", "role", "joined_at")
    list_filter = ("role",)
    list_select_related = ("user", "workspace")
    search_fields = ("user__email", "user__name", "workspace__name")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("email", "workspace", "role", "invited_at", "accepted_at", "withdrawn_at")
    list_filter = ("role",)
    list_select_related = ("workspace",)
    search_fields = ("email", "workspace__name", "invited_by__email")
    exclude = ("token_sha256",)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """API tokens without what opens anything; superusers revoke them."""

    list_display = ("name", "prefix", "user", "expires_at", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__email")
    exclude = ("token_sha256",)
    actions = ("revoke",)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Tell whether the action below is offered."""
        return request.user.is_superuser

    @admin.action(description="Revoke selected API tokens", permissions=["revoke"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiToken]) -> None:
        for token in chosen:
            tokens.revoke(token, by=request.user)  # type: ignore[arg-type]
        self.message_user(request, "The chosen tokens no longer work.", messages.SUCCESS)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "action", "actor", "workspace", "object_id", "request_id")
    list_filter = ("action",)
    list_select_related = ("actor", "workspace")
    search_fields = ("action", "object_id", "request_id", "actor__email", "workspace__name")
    date_hierarchy = "at"
