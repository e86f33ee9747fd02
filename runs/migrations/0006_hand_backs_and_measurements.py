"""Attempts that were handed back are counted, and sources read before 0003 tell a measurement.

A long source is read by a worker and its row is used again. Rows of that time say that there is no
measurement in any. The word for one is reserved in both languages, so the text tells it; where it
stands only in what is never executed, the source counts as measured, and takes no result types.
"""

import re
from typing import Any

from django.db import migrations, models

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_MEASURE = re.compile(r"\bmeasure\b")


def names_a_measurement(text: str) -> bool:
    """Tell whether OpenQASM 2 or 3 measures anything itself."""
    return _MEASURE.search(_COMMENT.sub(" ", text)) is not None


def correct(apps: Any, schema_editor: Any) -> None:
    sources = apps.get_model("runs", "Source").objects.using(schema_editor.connection.alias)
    read = sources.filter(
        kind__in=["openqasm2", "openqasm3"], is_measured=False, qubits__isnull=False
    )
    for pk, content in read.values_list("pk", "content").iterator(chunk_size=100):
        if names_a_measurement(bytes(content).decode("utf-8", "replace")):
            sources.filter(pk=pk).update(is_measured=True)


class Migration(migrations.Migration):

    dependencies = [
        ('runs', '0005_turns_of_workspaces'),
    ]

    operations = [
        migrations.RunPython(correct, migrations.RunPython.noop),
        migrations.AddField(
            model_name='run',
            name='hand_backs',
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
