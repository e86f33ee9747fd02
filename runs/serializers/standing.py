"""What answers say of where a run stands: its place in the queue, and its attempts."""

from rest_framework import serializers

from runs.life import REASONS, Ending


class QueueAnswer(serializers.Serializer[object]):
    """The place among the runs that wait, if no other comes; so it is approximate.

    Where ``atLeast``, the run stands there or further back. One that is ``held`` waits besides for
    another run of its person to end.
    """

    position = serializers.IntegerField(min_value=1, help_text="1 is next.")
    atLeast = serializers.BooleanField(source="is_least")
    held = serializers.BooleanField(source="is_held")
    approximate = serializers.BooleanField()
    readAt = serializers.DateTimeField(source="read_at")


class AttemptAnswer(serializers.Serializer[object]):
    """One automatic attempt. Without an ending it is underway; a lost one has a reason."""

    number = serializers.IntegerField(min_value=1)
    claimedAt = serializers.DateTimeField(source="claimed_at")
    startedAt = serializers.DateTimeField(source="started_at", allow_null=True)
    endedAt = serializers.DateTimeField(source="ended_at", allow_null=True)
    ending = serializers.ChoiceField([ending.value for ending in Ending], allow_null=True)
    reason = serializers.CharField(help_text=f"{', '.join(REASONS)}; empty unless it was lost.")
