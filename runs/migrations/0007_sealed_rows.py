"""Runs that have ended, their sources and their traces cannot be changed or deleted."""

from django.db import migrations

from runs.migrations._guards import Guard, changed, guarding, never_changed, refusing

# Everything of a run but what people call it (name, tags, notes), how its evidence stands, and who
# asked for its cancellation, which is forgotten with the person.
RUN = (
    "id workspace_id workflow_id source_id created_by_id retry_of_id sweep_id sweep_index"
    " mode provider_id device_id shots seed parameters result_types route_rationale route_context"
    " status submission billing attempt hand_backs lease_token lease_until cancel_requested_at"
    " created_at submitted_at started_at finished_at counts values measured_qubits sampling"
    " versions solver execution_seconds error error_code event_count trace_head"
).split()
BY = "cancel_requested_by_id"
SOMEBODY_ELSE = f'NEW."{BY}" IS NOT NULL AND ({changed([BY])})'

SOURCE = "id workspace_id sha256 parameters_sha256 kind is_valid content first_seen_at".split()
# What a source was read to is written once, by whoever reads it first.
READ = (
    "openqasm operations measured_qubits qubits operation_count depth is_measured result_types"
).split()

HAS_ENDED = 'OLD."finished_at" IS NOT NULL'
RUN_MESSAGE = "a run that has ended is not changed"
SOURCE_MESSAGE = "a source is not changed"


class Migration(migrations.Migration):
    dependencies = [("runs", "0006_hand_backs_and_measurements")]

    operations = [
        refusing(),
        guarding(
            Guard(
                "runs_run",
                "UPDATE",
                RUN_MESSAGE,
                f"{HAS_ENDED} AND ({changed(RUN)} OR ({SOMEBODY_ELSE}))",
            ),
            Guard("runs_run", "DELETE", RUN_MESSAGE, HAS_ENDED),
            Guard(
                "runs_source",
                "UPDATE",
                SOURCE_MESSAGE,
                f'{changed(SOURCE)} OR (OLD."qubits" IS NOT NULL AND ({changed(READ)}))',
            ),
            Guard("runs_source", "DELETE", SOURCE_MESSAGE),
            *never_changed("runs_event", "a line of a trace is not changed"),
        ),
    ]
