"""What was measured, as a table beside what was promised."""

import itertools

from tests.benchmarks.measuring import STAGES, median, p95

_HEAD = ("what", "measured", "against", "ratio", "promise", "kept")


def ms(seconds):
    """Return a time in milliseconds, or seconds where it is long."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


class Report:
    """Says each figure as soon as it is there, and all of them together at the end."""

    def __init__(self):
        self._rows = []
        self._notes = []

    def say(self, text):
        print(text, flush=True)

    def row(self, what, measured, against, ratio=None, bound="", promise=None):
        kept = ""
        if promise is not None:
            kept = "yes" if (ratio <= promise) == (bound == "at most") else "NO"
        number = "" if ratio is None else f"{ratio:.2f}"
        promised = "" if promise is None else f"{bound} {promise}"
        self._rows.append((what, measured, against, number, promised, kept))
        self.say(f"{what}: {measured} ({against}) {number} {kept}".rstrip())

    def stages(self, one):
        """Note how long each stage of a run took, by the trace and the client's clock."""
        parts = []
        for first, last in itertools.pairwise(STAGES[:-1]):
            took = one.stage(first, last)
            parts.append(f"{first} → {last} {ms(median(took))} ({ms(p95(took))})")
        parts.append(f"in the runner {ms(median(one.executions))}")
        self._notes.append(f"{one.name}, {one.shots:,} shots: " + ", ".join(parts))

    def note(self, text):
        self._notes.append(text)

    def print(self):
        rows = [_HEAD, *self._rows]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
        print()
        for place, cells in enumerate(rows):
            aligned = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
            print("| " + " | ".join(aligned) + " |")
            if place == 0:
                print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
        print("\nMedians, and in brackets what 95 % do not exceed:")
        for note in self._notes:
            print(f"* {note}")
