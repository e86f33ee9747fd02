"""Drawings are SVG that a strict page may hold, a printer can print and a reader can hear."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings

from runs.channels import CHANNELS
from runs.circuits import parse
from runs.drawing import (
    bar_svg,
    circuit_svg,
    histogram_svg,
    miniature_svg,
    notice_svg,
    skyline_svg,
)
from runs.drawing.angles import angle_words
from runs.gallery import TEMPLATES
from runs.limits import Limits
from tests.runs.chance import circuits

SVG = "{http://www.w3.org/2000/svg}"


def circuit(*operations):
    return parse(list(operations), limits=Limits())


def gate(name, *targets, **more):
    return {"gate": name, "targets": list(targets), **more}


def drawn(*operations, **more):
    return ET.fromstring(circuit_svg(circuit(*operations), title="Circuit", **more))


def groups(svg):
    return [group for group in svg.iter(f"{SVG}g") if "o" in group.get("class").split()]


def titles(svg):
    return [group.find(f"{SVG}title").text for group in groups(svg)]


def test_a_bell_pair_is_drawn_as_in_the_textbook():
    svg = drawn(gate("h", 0), gate("cnot", 0, 1))

    assert titles(svg) == ["H on q0", "X on q1 controlled by q0", "Measure q0", "Measure q1"]
    assert [group.get("class") for group in groups(svg)] == ["o f-h", "o f-p", "o f-m", "o f-m"]
    assert [group.get("data-i") for group in groups(svg)] == ["0", "1", None, None]
    assert [text.text for text in svg.iter(f"{SVG}text")] == ["q0", "q1", "H"]
    assert len(groups(svg)[1].findall(f"{SVG}circle")) == 2


def test_a_drawing_has_a_name_and_a_description():
    svg = ET.fromstring(circuit_svg(circuit(gate("h", 4)), title="<Mine & yours>", ident="run"))

    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "run-t run-d"
    assert svg.find(f"{SVG}title").text == "<Mine & yours>"
    assert svg.find(f"{SVG}desc").text == "1 qubit, depth 1, 1 operation."


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (gate("rz", 2, angle=0.7853981633974483), "Rz(π/4) on q2"),
        (gate("v", 0, power=0.5), "V to the power ½ on q0"),
        (gate("cswap", 0, 1, 2), "SWAP on q1, q2 controlled by q0"),
        (
            gate("x", 3, controls=[0, 1], controlState=[1, 0]),
            "X on q3 controlled by q0 and controlled by 0 of q1",
        ),
        (gate("x", 3, controls=[0], controlState=[0]), "X on q3 controlled by 0 of q0"),
        (gate("u", 0, angles=[1, 0, -3.14]), "U(1, 0, -3.14) on q0"),
        (gate("bit_flip", 1, probability=0.1), "Bit flip, probability 0.1, on q1"),
        (
            gate("two_qubit_dephasing", 1, 0, probability=0.0123),
            "Two-qubit dephasing, probability 0.0123, on q1, q0",
        ),
        (
            gate("pauli_channel", 0, probabilities=[0.1, 0, 1 / 3]),
            "Pauli channel, probX 0.1, probY 0, probZ 0.333, on q0",
        ),
    ],
)
def test_every_gate_says_what_it_is(operation, words):
    assert titles(drawn(operation))[0] == words


def test_noise_has_a_shape_of_its_own_in_print_too():
    svg = drawn(gate("h", 0), gate("depolarizing", 0, probability=0.05))

    hadamard, noise = (group.find(f"{SVG}rect") for group in groups(svg)[:2])
    assert (hadamard.get("rx"), noise.get("rx")) == ("5", "17")
    assert [text.text for text in groups(svg)[1].iter(f"{SVG}text")] == ["DEPO", "0.05"]


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)
def test_every_channel_is_drawn_on_its_qubits(channel):
    values = [channel.most / len(channel.probabilities)] * len(channel.probabilities)
    svg = drawn(gate(channel.name, *range(channel.qubits), probabilities=values))

    assert titles(svg)[0].startswith(channel.name[0].upper())
    assert float(groups(svg)[0].find(f"{SVG}rect").get("height")) == 34 + 50 * (channel.qubits - 1)


def test_controls_are_full_where_they_act_on_1_and_hollow_on_0():
    svg = drawn(gate("h", 3, controls=[0, 1], controlState=[1, 0]))

    marks = {mark.get("class") for mark in groups(svg)[0].findall(f"{SVG}circle")}
    assert marks == {"d", "b"}


def test_the_failing_operation_is_marked_by_more_than_colour():
    svg = drawn(gate("h", 0), gate("cnot", 0, 1), gate("rx", 1, angle=1), failing=2)

    failing = [group for group in groups(svg) if "err" in group.get("class").split()]
    assert [group.get("data-i") for group in failing] == ["2"]
    assert failing[0].find(f"{SVG}rect").get("stroke-dasharray") == "3 2"


def test_lines_of_one_column_never_cross():
    svg = drawn(gate("cnot", 0, 2), gate("h", 1))

    places = [float(group.find(f"{SVG}line").get("x1")) for group in groups(svg)[:1]]
    box = groups(svg)[1].find(f"{SVG}rect")
    assert float(box.get("x")) > places[0]


def test_a_long_circuit_goes_on_below():
    short = drawn(*[gate("h", 0)] * 11)
    long = drawn(*[gate("h", 0)] * 12)

    assert [text.text for text in short.iter(f"{SVG}text")].count("q0") == 1
    assert [text.text for text in long.iter(f"{SVG}text")].count("q0") == 2
    assert float(long.get("height")) > 2 * float(short.get("height"))
    assert long.get("width") == short.get("width")
    assert float(long.get("width")) <= 760, "the room that a panel has beside another"


def test_a_very_long_circuit_says_how_much_is_not_drawn():
    svg = drawn(*[gate("h", 0)] * 1_500)

    assert len(groups(svg)) == 400
    assert list(svg.iter(f"{SVG}text"))[-1].text == "1,100 more operations are not drawn"


def test_a_phase_of_the_whole_state_is_noted_below():
    svg = drawn(gate("h", 0), {"gate": "gphase", "targets": [], "angle": 1.5707963267948966})

    assert list(svg.iter(f"{SVG}text"))[-1].text == "Global phase π/2"


def test_wires_that_only_pass_a_gate_are_drawn_across_it():
    svg = drawn(gate("zz", 0, 2, angle=1), gate("h", 1))

    box, passing = (groups(svg)[0].findall(f"{SVG}{tag}") for tag in ("rect", "line"))
    assert len(box) == 1
    assert [line.get("class") for line in passing] == ["k", "w"]


@pytest.mark.parametrize(
    ("angle", "words"),
    [
        (0, "0"),
        (3.141592653589793, "π"),
        (-1.5707963267948966, "-π/2"),
        (2.356194490192345, "3π/4"),
        (6.283185307179586, "2π"),
        (0.3, "0.3"),
        (-1.23456, "-1.23"),
        (1e6, "1e+06"),
    ],
)
def test_angles_are_parts_of_pi_where_they_are_close(angle, words):
    assert angle_words(angle) == words


@settings(derandomize=True, max_examples=40, deadline=None)
@given(circuits())
def test_every_circuit_can_be_drawn_and_needs_no_style(found):
    for text in (circuit_svg(found, title='"<&>'), miniature_svg(found)):
        svg = ET.fromstring(text)
        width, height = float(svg.get("width")), float(svg.get("height"))
        assert svg.get("viewBox") == f"0 0 {svg.get('width')} {svg.get('height')}"
        for element in svg.iter():
            assert "style" not in element.attrib
            assert element.tag != f"{SVG}style"
            assert 0 <= float(element.get("x", 0)) <= width
            assert 0 <= float(element.get("y", 0)) <= height


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.slug)
def test_a_card_shows_the_beginning_of_a_template(template):
    svg = ET.fromstring(miniature_svg(template.circuit))

    assert svg.get("aria-hidden") == "true"
    assert float(svg.get("width")) <= 300
    assert len(groups(svg)) >= 4
    assert "id" not in {name for element in svg.iter() for name in element.attrib}


def test_what_cannot_be_drawn_says_so():
    svg = ET.fromstring(notice_svg("Gates depend on measurements & more", title="Program"))

    assert [text.text for text in svg.iter(f"{SVG}text")] == ["Gates depend on measurements & more"]


def test_a_bar_is_a_share_with_its_interval():
    assert bar_svg(0.25, 0.2, 0.3, top=0.5) == (
        '<svg class="bar" aria-hidden="true" width="100%" height="16">'
        '<rect class="g" width="100%" height="16" rx="3" fill="#EDF1F3"/>'
        '<rect class="v" width="50.00%" height="16" rx="3" fill="#1743C4"/>'
        '<line class="h" x1="40.00%" x2="60.00%" y1="8" y2="8" stroke="#fff" stroke-width="6"/>'
        '<line class="e" x1="40.00%" x2="60.00%" y1="8" y2="8" stroke="#14212B" '
        'stroke-width="2"/></svg>'
    )
    assert 'x2="100.00%"' in bar_svg(0.5, 0.4, 0.6, top=0.5)


def test_a_histogram_names_every_outcome_and_what_it_leaves_out():
    counts = {format(n, "05b"): n + 1 for n in range(20)}
    svg = ET.fromstring(histogram_svg(counts, 210))

    texts = [text.text for text in svg.iter(f"{SVG}text")]
    assert texts[:2] == ["10011", "20 · 9.5 %"]
    assert texts[-2:] == ["Other (4)", "10 · 4.8 %"]
    assert svg.find(f"{SVG}desc").text.startswith("20 outcomes seen in 210 shots")


def test_a_skyline_holds_many_outcomes_in_few_bars():
    counts = {format(n, "011b"): n % 90 + 1 for n in range(2_048)}
    svg = ET.fromstring(skyline_svg(counts, sum(counts.values())))

    tops = [float(top) for top in re.findall(r"V([\d.]+)H", svg.find(f"{SVG}path").get("d"))]
    assert (len(tops), tops[0]) == (512, 0)
    assert tops == sorted(tops)
    assert svg.get("aria-label").startswith("2,048 outcomes, the most frequent in")
