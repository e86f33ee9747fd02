"""Reading where the atoms of an analog program are. Core."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import dist
from typing import Any

from runs.analog.reading import Reader
from runs.analog.words import atoms, figure
from runs.circuits.words import count
from runs.limits import Limits

# Nearer than this, in micrometres, Rydberg atoms are not bound to the van der Waals law any more.
LEAST_DISTANCE = 1.0
LARGEST_EXTENT = 1_000.0
MOST_SITES = 256
_MICRO = 6
_ROUNDING = 1e-9
_IN_METRES = "Positions are in metres: 5.5 µm is 0.0000055."

Site = tuple[float, float]


@dataclass(frozen=True)
class Register:
    """The sites in micrometres, and which of them hold an atom."""

    sites: tuple[Site, ...]
    filling: tuple[bool, ...]


def read_register(reader: Reader, setup: Any, limits: Limits) -> Register | None:
    """Return the register of a program's ``setup``, or nothing where it is none.

    Sites lie at least 1 µm apart, within 1 mm; 1 to ``limits.analog_atoms`` of them are filled.
    """
    outer = reader.members("The setup", setup, "ahs_register")
    if "ahs_register" not in outer:
        return None
    inner = reader.members("The register", outer["ahs_register"], "sites", "filling")
    sites = _read_sites(reader, inner["sites"]) if "sites" in inner else None
    filling = _read_filling(reader, inner["filling"]) if "filling" in inner else None
    if filling is not None:
        _check_atoms(reader, sum(filling), limits)
    if sites is None or filling is None:
        return None
    if len(filling) != len(sites):
        reader.wrong(
            f"The register has {count(len(sites), 'site')} and a filling of {len(filling)}",
            hint="The filling has one value for each site.",
        )
        return None
    return Register(sites, filling)


def number_of_sites(setup: Any) -> int | None:
    """Return how many sites a program's ``setup`` lists, also where some are wrong, if it does."""
    register = setup.get("ahs_register") if isinstance(setup, dict) else None
    sites = register.get("sites") if isinstance(register, dict) else None
    return len(sites) if isinstance(sites, list) else None


def _read_sites(reader: Reader, value: Any) -> tuple[Site, ...] | None:
    elements = reader.elements("The list of sites", value)
    if elements is None:
        return None
    if len(elements) > MOST_SITES:
        reader.too_much(
            f"The register has {len(elements):,} sites; this runner takes at most {MOST_SITES}"
        )
        return None
    sites = [_read_site(reader, place, element) for place, element in enumerate(elements)]
    known = {place: site for place, site in enumerate(sites) if site is not None}
    _check_extent(reader, known.values())
    _check_distances(reader, known)
    return tuple(known.values()) if len(known) == len(sites) else None


def _read_site(reader: Reader, place: int, value: Any) -> Site | None:
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - the atoms lie in a plane
        reader.wrong(f"Site {place} is not a list of two coordinates", hint=_IN_METRES)
        return None
    names = (f"The x of site {place}", f"The y of site {place}")
    x, y = (
        reader.number(name, coordinate, shift=_MICRO)
        for name, coordinate in zip(names, value, strict=True)
    )
    return None if x is None or y is None else (x, y)


def _check_extent(reader: Reader, sites: Collection[Site]) -> None:
    for name, coordinates in zip("xy", zip(*sites, strict=True), strict=False):
        extent = max(coordinates) - min(coordinates)
        if extent > LARGEST_EXTENT:
            reader.wrong(
                f"The register is {figure(extent)} µm long in {name}; "
                f"it may be {LARGEST_EXTENT:,.0f} µm",
                hint=_IN_METRES,
            )


def _check_distances(reader: Reader, sites: Mapping[int, Site]) -> None:
    for (one, here), (other, there) in combinations(sites.items(), 2):
        distance = dist(here, there)
        if distance == 0:
            reader.wrong(f"Sites {one} and {other} are at the same place")
        elif distance < LEAST_DISTANCE - _ROUNDING:
            reader.wrong(
                f"Sites {one} and {other} are {figure(distance)} µm apart; "
                f"sites are at least {figure(LEAST_DISTANCE)} µm apart",
                hint=_IN_METRES,
            )


def _read_filling(reader: Reader, value: Any) -> tuple[bool, ...] | None:
    elements = reader.elements("The filling", value)
    if elements is None:
        return None
    wrong = [place for place, element in enumerate(elements) if not _is_bit(element)]
    for place in wrong:
        reader.wrong(f"The filling of site {place} is neither 0 nor 1")
    return None if wrong else tuple(element == 1 for element in elements)


def _is_bit(value: Any) -> bool:
    return type(value) is int and value in (0, 1)


def _check_atoms(reader: Reader, number: int, limits: Limits) -> None:
    if number == 0:
        reader.wrong("The register holds no atom, so there is nothing to measure")
    elif number > limits.analog_atoms:
        reader.too_much(
            f"The register holds {atoms(number)}; this runner takes at most {limits.analog_atoms}"
        )
