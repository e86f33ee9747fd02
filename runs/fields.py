"""Serializer fields that take JSON's own types and nothing that merely looks like them.

``"12"`` is no number, ``1`` is no truth value, and a name that a request does not know is told.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

_LARGEST_INTEGER = 2**53 - 1


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses the fields that it does not know."""

    default_error_messages = {"unknown": "There is no such field. There are {known}."}
    elsewhere: ClassVar[frozenset[str]] = frozenset()

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            known = [*self.fields, *sorted(self.elsewhere)]
            message = self.error_messages["unknown"].format(known=", ".join(known))
            unknown = {name: [message] for name in data if name not in known}
            if unknown:
                raise serializers.ValidationError(unknown | self._other_problems(data))
        return super().to_internal_value(data)

    def _other_problems(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What is wrong besides, so that everything is told at once."""
        try:
            super().to_internal_value(data)
        except serializers.ValidationError as error:
            return dict(error.detail) if isinstance(error.detail, dict) else {}
        return {}


class Query(StrictSerializer):
    """The filters of a list. A misspelt one is refused: ignoring it would find too much."""

    elsewhere = frozenset({"after", "limit"})


class Text(serializers.CharField):
    """A JSON string."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A JSON number without a fraction."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_value": _LARGEST_INTEGER, **options})

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class Number(serializers.FloatField):
    """A JSON number."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return float(data)


class Truth(serializers.BooleanField):
    """``true`` or ``false``."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data
