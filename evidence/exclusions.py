"""The one registry of what evidence shows, what it names and keeps back, and what is secret. Core.

Every field of every model is in exactly one of three hands. *Public* values may stand in a packet
or on a reviewer's page. *Excluded* values are named in each manifest and bound to it by a salted
commitment, so that an owner can open one later and prove it. *Secret* values are never committed,
not even salted: the manifest names the group that they belong to. Keys are ``model.field``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Handling(StrEnum):
    PUBLIC = "public"
    EXCLUDED = "excluded"
    SECRET = "secret"


class Reason(StrEnum):
    PERSONAL_DATA = "personal-data"
    WORKSPACE_PRIVATE = "workspace-private"
    SECRET = "secret"
    NEVER_EXPORTED = "never-exported"


REASON_LABELS: Mapping[str, str] = {
    Reason.PERSONAL_DATA: "Personal data",
    Reason.WORKSPACE_PRIVATE: "Private to the workspace",
    Reason.SECRET: "Secret",
    Reason.NEVER_EXPORTED: "Never leaves the server",
}


@dataclass(frozen=True)
class Exclusion:
    """Something that evidence names and does not show; ``field`` is its name in the manifest."""

    field: str
    label: str
    reason: Reason


DISCLOSABLE: tuple[Exclusion, ...] = (
    Exclusion("run.notes", "Run notes", Reason.WORKSPACE_PRIVATE),
    Exclusion("run.tags", "Run tags", Reason.WORKSPACE_PRIVATE),
    Exclusion("user.email", "Owner e-mail", Reason.PERSONAL_DATA),
    Exclusion("user.name", "Owner name", Reason.PERSONAL_DATA),
    Exclusion("workflow.name", "Workflow name", Reason.WORKSPACE_PRIVATE),
    Exclusion("workflow.purpose", "Workflow purpose", Reason.WORKSPACE_PRIVATE),
    Exclusion("workflow.tags", "Workflow tags", Reason.WORKSPACE_PRIVATE),
    Exclusion("workspace.name", "Workspace name", Reason.WORKSPACE_PRIVATE),
)

CREDENTIALS = Exclusion("credentials", "Credentials and tokens", Reason.SECRET)
RAW_MESSAGES = Exclusion("provider.messages", "Raw provider messages", Reason.SECRET)
ADMINISTRATION = Exclusion(
    "workspace.administration", "Workspace administration", Reason.NEVER_EXPORTED
)
NAMED: tuple[Exclusion, ...] = (CREDENTIALS, RAW_MESSAGES, ADMINISTRATION)

_PUBLIC = {
    "workflow": "id",
    "sweep": "id",
    "source": (
        "sha256 kind is_valid content openqasm operations measured_qubits qubits operation_count"
        " depth is_measured result_types"
    ),
    "run": (
        "id workflow source retry_of sweep sweep_index name mode provider_id device_id shots seed"
        " parameters result_types route_rationale status submission billing attempt hand_backs"
        " created_at submitted_at started_at finished_at counts values measured_qubits sampling"
        " versions solver error error_code event_count trace_head manifest_sha256 sealed_at"
    ),
    "event": "seq at kind data line sha256",
    "signingkey": "kid public_pem is_development status not_before retired_at revoked_at reason",
    "packet": "run revision manifest manifest_sha256 bundle key sealed_at",
    "certificate": "packet pdf_sha256 pdf_bytes pages bundle issued_at",
    "checkpoint": "size root note growth key made_at",
    "logentry": "index packet manifest_sha256 checkpoint path",
    "share": "packet profile expires_at",
}

_SECRET: Mapping[Exclusion, Mapping[str, str]] = {
    CREDENTIALS: {
        "user": "password",
        "invitation": "token_sha256",
        "apitoken": "id user name prefix token_sha256 scopes created_at expires_at last_used_at"
        " revoked_at",
        "packet": "openings",
        "share": "token_sha256",
    },
    RAW_MESSAGES: {"event": "detail"},
    ADMINISTRATION: {
        "user": "id last_login is_superuser is_staff is_active date_joined time_zone theme groups"
        " user_permissions",
        "workspace": "id is_personal created_at",
        "membership": "id workspace user role joined_at",
        "invitation": "id workspace email role invited_by invited_at expires_at accepted_by"
        " accepted_at withdrawn_at",
        "auditevent": "id at action actor workspace object_id request_id data",
        "workflow": "workspace default_provider_id default_device_id default_shots created_by"
        " created_at archived_at",
        "source": "id workspace parameters_sha256 first_seen_at",
        "run": "workspace created_by route_context lease_token lease_until cancel_requested_at"
        " cancel_requested_by execution_seconds evidence_state evidence_lease_until"
        " evidence_attempts packet_id",
        "sweep": "workspace workflow created_by name points created_at cancel_requested_at",
        "workspacelimits": "workspace state_vector_qubits density_matrix_qubits analog_atoms shots"
        " operations wall_seconds",
        "event": "id run",
        "idempotencykey": "id user key fingerprint run status_code body created_at",
        "packet": "id workspace archive_sha256 archive_bytes file_count",
        "certificate": "id",
        "share": "id workspace openings label purpose status requested_by requested_at decided_by"
        " decided_at decline_reason self_approved archive_sha256 revoked_by revoked_at",
        "sharevisit": "id share at what",
    },
}


def _keys(fields: Mapping[str, str]) -> frozenset[str]:
    return frozenset(f"{model}.{name}" for model, names in fields.items() for name in names.split())


PUBLIC_FIELDS = _keys(_PUBLIC)
EXCLUDED_FIELDS = frozenset(exclusion.field for exclusion in DISCLOSABLE)
SECRET_FIELDS: Mapping[str, Exclusion] = {
    key: group for group, fields in _SECRET.items() for key in sorted(_keys(fields))
}

_LABELS = {exclusion.field: exclusion.label for exclusion in (*DISCLOSABLE, *NAMED)}


def handling(key: str) -> Handling:
    """Return in whose hands the field ``key`` (``model.field``) is.

    :raises KeyError: if the field is not classified.
    """
    if key in PUBLIC_FIELDS:
        return Handling.PUBLIC
    if key in EXCLUDED_FIELDS:
        return Handling.EXCLUDED
    if key in SECRET_FIELDS:
        return Handling.SECRET
    raise KeyError(key)


def label(field: str) -> str:
    """Return what people call an excluded field, or its own name where it is not known here."""
    return _LABELS.get(field, field)


def reason_label(reason: str) -> str:
    """Return a reason of a manifest in words, or itself where it is not known here."""
    return REASON_LABELS.get(reason, reason)
