"""The audit log: one row for every security act, with the request it came in."""

from typing import Any

from accounts.current import request_id
from accounts.models import AuditEvent, User, Workspace


def record(
    action: str,
    *,
    by: User | None,
    workspace: Workspace | None = None,
    object_id: str = "",
    **data: Any,
) -> AuditEvent:
    """Append one event, named ``subject.verb`` (``share.approved``). ``data`` holds no secret."""
    return AuditEvent.objects.create(
        action=action,
        actor=by,
        workspace=workspace,
        object_id=object_id,
        request_id=request_id.get(),
        data=data,
    )
