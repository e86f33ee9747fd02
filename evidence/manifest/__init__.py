"""The manifest: one in-toto Statement per sealed revision of a run, public by construction. Core.

:func:`build` turns a record into the bytes that are hashed and signed; :func:`parse` is what every
reader (reviewer page, certificate, verification) gets; :func:`schema` says the shape to others. The
evidence id is the SHA-256 of the bytes.
"""

from evidence.manifest.building import MANIFEST_PREDICATE, build
from evidence.manifest.facts import (
    CountsFacts,
    ErrorFacts,
    Manifest,
    NamedExclusion,
    RouteFacts,
    RunFacts,
    SourceFacts,
    TraceFacts,
    ValuesFacts,
)
from evidence.manifest.reading import parse
from evidence.manifest.schema import schema

__all__ = [
    "MANIFEST_PREDICATE",
    "CountsFacts",
    "ErrorFacts",
    "Manifest",
    "NamedExclusion",
    "RouteFacts",
    "RunFacts",
    "SourceFacts",
    "TraceFacts",
    "ValuesFacts",
    "build",
    "parse",
    "schema",
]
