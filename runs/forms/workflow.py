"""The form of a workflow: what it is called, what it is for, and what its new runs start from."""

from typing import Any

from django import forms
from django.conf import settings

from accounts.models import Role, User, Workspace
from runs import routes
from runs.forms.tags import TagsField
from runs.models import Workflow


def _routes() -> list[tuple[str, str]]:
    return [
        (f"{device.provider_id}/{device.device_id}", f"{device.name} ({device.mode})")
        for device in routes.DEVICES
    ]


class WorkflowForm(forms.Form):
    """Creates or changes a workflow. A person with one workspace is not asked which."""

    workspace = forms.ModelChoiceField(
        Workspace.objects.none(),
        empty_label=None,
        help_text="Its members see the workflow and its runs. It cannot be changed later.",
    )
    name = forms.CharField(
        max_length=120,
        help_text="Only your workspace sees it; evidence never shows it.",
        error_messages={"required": "Enter a name for the workflow"},
    )
    purpose = forms.CharField(
        required=False,
        max_length=4000,
        help_text="What question its runs answer. Private to the workspace.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tags = TagsField(help_text="Separate tags with commas.")
    default_route = forms.ChoiceField(
        choices=_routes,
        help_text="Where new runs start; each run can choose another.",
    )

    def __init__(self, data: Any = None, *, user: User, workflow: Workflow | None = None) -> None:
        super().__init__(data, initial=_initial(workflow))
        most = settings.RUN_LIMITS.shots
        self.fields["default_shots"] = forms.IntegerField(
            min_value=1,
            max_value=most,
            help_text=f"Between 1 and {most:,}.",
            error_messages={"required": "Enter how many shots new runs start with"},
        )
        self._choose_workspace(user, workflow)

    def _choose_workspace(self, user: User, workflow: Workflow | None) -> None:
        mine = Workspace.objects.filter(
            memberships__user=user, memberships__role__in=[Role.OWNER, Role.OPERATOR]
        )
        self.only_workspace = None
        choices = list(mine[:2])
        if workflow is not None or len(choices) == 1:
            self.only_workspace = workflow.workspace if workflow else choices[0]
            del self.fields["workspace"]
            return
        field = self.fields["workspace"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = mine

    @property
    def chosen_workspace(self) -> Workspace:
        """The workspace that was chosen, or the only one there is."""
        chosen: Workspace = self.only_workspace or self.cleaned_data["workspace"]
        return chosen

    def values(self) -> dict[str, Any]:
        """Return the columns of a workflow, its workspace left aside."""
        provider_id, device_id = self.cleaned_data["default_route"].split("/")
        return {
            "name": self.cleaned_data["name"],
            "purpose": self.cleaned_data["purpose"],
            "tags": self.cleaned_data["tags"],
            "default_provider_id": provider_id,
            "default_device_id": device_id,
            "default_shots": self.cleaned_data["default_shots"],
        }


def _initial(workflow: Workflow | None) -> dict[str, Any]:
    if workflow is None:
        return {"default_shots": 1000}
    return {
        "name": workflow.name,
        "purpose": workflow.purpose,
        "tags": workflow.tags,
        "default_route": f"{workflow.default_provider_id}/{workflow.default_device_id}",
        "default_shots": workflow.default_shots,
    }
