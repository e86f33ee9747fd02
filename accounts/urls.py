"""The addresses of settings, workspaces and invitations."""

from django.urls import path

from accounts.views import invitations, profile, tokens, workspaces

app_name = "people"
_WORKSPACE = "settings/workspaces/<workspace:pk>/"
urlpatterns = [
    path("settings/", profile.profile, name="settings"),
    path("settings/tokens/", tokens.token_list, name="tokens"),
    path("settings/tokens/<token:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("settings/workspaces/", workspaces.workspace_list, name="workspaces"),
    path(_WORKSPACE, workspaces.workspace_detail, name="workspace"),
    path(f"{_WORKSPACE}rename/", workspaces.rename, name="workspace_rename"),
    path(f"{_WORKSPACE}members/<int:member>/role/", workspaces.change_role, name="member_role"),
    path(f"{_WORKSPACE}members/<int:member>/remove/", workspaces.remove, name="member_remove"),
    path(f"{_WORKSPACE}invite/", invitations.invite, name="invite"),
    path(
        f"{_WORKSPACE}invitations/<invitation:invitation>/withdraw/",
        invitations.withdraw,
        name="invitation_withdraw",
    ),
    path("settings/invitations/", invitations.invitation_list, name="invitations"),
    path(
        "settings/invitations/<invitation:invitation>/",
        invitations.answer,
        name="invitation_answer",
    ),
    path("invitations/<str:text>/", invitations.invitation_link, name="invitation"),
]
