"""What checking a packet found: one line per check, with a name that stays and a sentence. Core."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from evidence.manifest import Manifest
from evidence.signing import Verdict


class CheckVerdict(StrEnum):
    """How one check ended. *withheld* is no fault: the packet says what is not in it."""

    PASSED = "passed"
    FAILED = "failed"
    UNTRUSTED = "untrusted"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Check:
    """One check: its stable name, the file it is about (or none), and what was found."""

    name: str
    verdict: CheckVerdict
    sentence: str
    path: str = ""


_HEADLINES: Mapping[Verdict, str] = {
    Verdict.VALID: "The contents match the sealed manifest.",
    Verdict.KEY_RETIRED: "The contents match the sealed manifest; its key has since been retired.",
    Verdict.UNTRUSTED: "The contents match, but the key that sealed them was revoked.",
    Verdict.UNKNOWN_KEY: "The contents were sealed with a key that is not the issuer's.",
    Verdict.INVALID: "This is not what was sealed.",
}
NOT_EVIDENCE = "This is no packet, bundle or certificate of QuantumRuns."


@dataclass(frozen=True)
class Report:
    """All checks of one archive or signature file.

    ``verdict`` is that of the signature, or *invalid* where any check failed. ``manifest`` is
    what could be read; trust it only where :attr:`is_good`. ``disclosed`` holds the private
    values that the packet opens and proves, by field. ``is_evidence`` is false of what does not
    even claim to be a packet or a signature file.
    """

    verdict: Verdict
    checks: tuple[Check, ...]
    evidence_id: str = ""
    key_id: str = ""
    manifest: Manifest | None = None
    disclosed: Mapping[str, str] = field(default_factory=dict)
    is_evidence: bool = True

    @property
    def is_good(self) -> bool:
        """Whether everything that is there is what the issuer sealed."""
        return self.verdict.is_good

    @property
    def headline(self) -> str:
        """The outcome in one sentence."""
        return _HEADLINES[self.verdict] if self.is_evidence else NOT_EVIDENCE

    @property
    def worst_first(self) -> tuple[Check, ...]:
        """The checks: the failed ones, those of an untrusted key, then the others as they come."""
        return tuple(sorted(self.checks, key=_by_severity))

    @property
    def withheld(self) -> tuple[str, ...]:
        """The signed files that are not in the archive, by path."""
        return tuple(
            check.path
            for check in self.checks
            if check.name == "file" and check.verdict is CheckVerdict.WITHHELD
        )

    def as_json(self) -> dict[str, Any]:
        """Return the report for programs, in camelCase."""
        return {
            "verdict": self.verdict.value,
            "headline": self.headline,
            "evidenceId": self.evidence_id,
            "keyId": self.key_id,
            "disclosed": dict(self.disclosed),
            "checks": [
                {
                    "name": check.name,
                    "verdict": check.verdict.value,
                    "sentence": check.sentence,
                    "path": check.path,
                }
                for check in self.checks
            ],
        }


def _by_severity(check: Check) -> tuple[bool, bool]:
    return check.verdict is not CheckVerdict.FAILED, check.verdict is not CheckVerdict.UNTRUSTED
