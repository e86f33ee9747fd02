"""What a workspace may ask of the simulators: the server's limits, or less where it is so set."""

from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.forms.models import model_to_dict

from runs.limits import Limits
from runs.models import WorkspaceLimits


def limits_of(workspace_id: UUID) -> Limits:
    """Return the limits in force for runs of a workspace; none is above the server's."""
    most: Limits = settings.RUN_LIMITS
    row = WorkspaceLimits.objects.filter(pk=workspace_id).first()
    if row is None:
        return most
    lowered = {
        name: min(value, getattr(most, name))
        for name, value in model_to_dict(row, exclude=["workspace"]).items()
        if value is not None
    }
    return replace(most, **lowered)
