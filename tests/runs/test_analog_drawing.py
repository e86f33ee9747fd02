"""Drawings of analog programs are to scale, may stand on a strict page, and can be heard."""

import itertools
import re
import xml.etree.ElementTree as ET

import pytest

from runs import analog
from runs.analog.drawing import description, miniature_svg, program_svg
from runs.analog.gallery import BY_SLUG, TEMPLATES
from tests.runs.analog_programs import by_chance, chain, constant, program

SVG = "{http://www.w3.org/2000/svg}"
RAMP = ([0, 400, 1000], [0, 1.5e7, 0])


def drawn(sent, **more):
    return ET.fromstring(program_svg(analog.parse_any_size(sent), title="Program", **more))


def sites(svg):
    """The sites that are drawn: what they are called, and their circles."""
    groups = [group for group in svg.iter(f"{SVG}g") if group.find(f"{SVG}circle") is not None]
    return [(group.find(f"{SVG}title").text, group.find(f"{SVG}circle")) for group in groups]


def texts(svg):
    return [text.text for text in svg.iter(f"{SVG}text")]


def test_sites_are_drawn_to_one_scale_with_y_upwards():
    svg = drawn(program([(0, 0), (12, 0), (0, 6)], RAMP, filling=[1, 1, 0]))

    (first, origin), (_, right), (vacant, above) = sites(svg)
    x, y = (float(origin.get(name)) for name in ("cx", "cy"))
    assert float(right.get("cx")) - x == pytest.approx(2 * (y - float(above.get("cy"))))
    assert float(right.get("cy")) == y
    assert (first, vacant) == ("Site 0 at 0, 0 µm", "Site 2 at 0, 6 µm, vacant")
    assert above.get("stroke-dasharray")
    assert {"0", "1", "2"} <= {*texts(svg)}


def test_the_scale_bar_is_as_long_as_it_says():
    svg = drawn(program(chain(2, 30), RAMP))
    (_, one), (_, other) = sites(svg)
    pixels = (float(other.get("cx")) - float(one.get("cx"))) / 30

    label = next(text for text in texts(svg) if re.fullmatch(r"\d+ µm", text))
    bar = next(path.get("d") for path in svg.iter(f"{SVG}path") if "H" in path.get("d"))
    start, end = re.search(r"M([\d.]+) [\d.]+H([\d.]+)$", bar).groups()
    assert float(end) - float(start) == pytest.approx(int(label.split()[0]) * pixels, abs=0.2)


def test_lines_join_the_atoms_that_block_each_other():
    """At 15 rad/µs the radius is 8.44 µm: neighbours at 5 and 8, and none at 10."""
    svg = drawn(program([(0, 0), (5, 0), (13, 0), (23, 0)], RAMP))

    joined = [line for line in svg.iter(f"{SVG}line") if line.get("y1") == line.get("y2")]
    places = {
        round(float(circle.get("cx")), 1): place for place, (_, circle) in enumerate(sites(svg))
    }
    pairs = {
        tuple(places[float(line.get(end))] for end in ("x1", "x2"))
        for line in joined
        if float(line.get("x1")) in places and float(line.get("x2")) in places
    }
    assert pairs == {(0, 1), (1, 2)}
    assert "Lines: within the blockade radius, 8.44 µm" in texts(svg)


def test_fields_are_lines_between_points_and_a_phase_is_stairs():
    turned = ([0, 250, 1000], [0, 1.5, 0])
    svg = drawn(program([(0, 0)], RAMP, constant(1000, -2e7), phase=turned))

    amplitude, detuning, phase = (
        re.findall(r"[ML]([\d.]+) ([\d.]+)", path.get("d"))
        for path in svg.iter(f"{SVG}path")
        if "L" in path.get("d")
    )
    assert len(amplitude) == 3
    assert len({y for _, y in detuning}) == 1
    assert [x for x, _ in phase[1:3]] == [phase[1][0]] * 2
    assert len({y for _, y in phase}) == 2
    assert {"15", "−20", "1.5", "Amplitude Ω in rad/µs", "Phase φ in rad"} <= {*texts(svg)}


@pytest.mark.parametrize("seed", range(0, 40, 4))
def test_a_drawing_holds_no_style_and_stays_within_itself(seed):
    text = program_svg(analog.parse_any_size(by_chance(seed)), title="<Program & more>")
    svg = ET.fromstring(text)

    assert "style" not in text
    assert svg.find(f"{SVG}title").text == "<Program & more>"
    width, height = (float(svg.get(name)) for name in ("width", "height"))
    for circle in svg.iter(f"{SVG}circle"):
        assert 0 < float(circle.get("cx")) < width
        assert 0 < float(circle.get("cy")) < height
    for path in svg.iter(f"{SVG}path"):
        for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path.get("d")):
            assert 0 <= float(x) <= width
            assert 0 <= float(y) <= height


@pytest.mark.parametrize("template", TEMPLATES, ids=BY_SLUG)
def test_a_card_shows_the_register_and_the_drive(template):
    svg = ET.fromstring(miniature_svg(template.analog))

    assert len(sites(svg)) == template.analog.atoms
    assert svg.get("aria-hidden") == "true"
    assert float(svg.get("width")) <= 190


@pytest.mark.parametrize("end", [1, 3, 150, 999, 1000, 4000, 20_000])
def test_the_axis_has_a_few_round_times(end):
    svg = drawn(program([(0, 0)], constant(end, 1e6)))

    last = max(place for place, text in enumerate(texts(svg)) if text == "Time in µs")
    ticks = list(itertools.takewhile(_is_time, reversed(texts(svg)[:last])))
    assert 5 <= len(ticks) <= 12
    assert ticks[-1] == "0"


def _is_time(text):
    return re.fullmatch(r"[\d.e−]+", text) is not None


def test_the_words_say_what_is_seen():
    sent = program(chain(3, 5.5), RAMP, constant(1000, -2e7), filling=[1, 0, 1])

    assert description(analog.parse_any_size(sent)) == (
        "2 atoms on 3 sites, driven for 1 µs: amplitude from 0 to 15 rad/µs, "
        "detuning −20 rad/µs, phase 0 rad."
    )
