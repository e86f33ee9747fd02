"""The form of a run, as a person meets it: nothing typed is lost, everything wrong is said."""

import json
import math

import pytest
from django.urls import reverse

from runs import gallery
from runs.forms.angles import read_angle, write_angle
from runs.models import Run
from tests import make


@pytest.fixture
def address(workflow):
    return reverse("runs:new", args=[workflow.pk])


@pytest.fixture
def visitor(client, operator):
    client.force_login(operator)
    return client


def typed(**changes):
    """What a browser sends for a Bell pair in the table."""
    return {
        "idempotency_key": "first-try",
        "act": "run",
        "mode": "simulator",
        "device": "local/braket_sv",
        "shots": "1000",
        "seed": "11",
        "route_rationale": "Exact for two qubits.",
        "name": "Bell pair",
        "tags": "baseline, lab 2",
        "evidence_requested": "on",
        "editor": "table",
        "op_gate": ["h", "cnot", ""],
        "op_targets": ["0", "1", ""],
        "op_controls": ["", "0", ""],
        "op_values": ["", "", ""],
        "source": "OPENQASM 3.0;",
        "operations_json": "",
        "parameters": "",
        **changes,
    }


def test_a_bell_pair_is_submitted_and_leads_to_its_run(visitor, address):
    answer = visitor.post(address, typed())
    run = Run.objects.get()
    assert answer.url == reverse("runs:detail", args=[run.pk])
    assert json.loads(run.source.text) == make.BELL
    assert (run.name, run.tags, run.seed, run.shots) == (
        "Bell pair",
        ["baseline", "lab 2"],
        11,
        1000,
    )
    assert run.route_rationale == "Exact for two qubits."
    assert run.status == "queued"


def test_a_double_click_makes_one_run(visitor, address):
    first = visitor.post(address, typed())
    second = visitor.post(address, typed())
    assert first.url == second.url
    assert Run.objects.count() == 1


def test_a_key_belongs_to_the_workflow_it_was_made_for(visitor, address, workspace, owner):
    visitor.post(address, typed())
    elsewhere = reverse("runs:new", args=[make.workflow(workspace, by=owner).pk])
    assert "There is a problem" in visitor.post(elsewhere, typed()).content.decode()
    assert Run.objects.count() == 1


def test_a_title_has_no_signs_that_cannot_be_seen(visitor, address):
    answer = visitor.post(address, typed(name="Bell\u202epair"))
    assert answer.status_code == 400
    assert "cannot be seen" in answer.content.decode()
    assert not Run.objects.exists()


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_lost(visitor, address):
    answer = visitor.post(address, typed(shots="many", seed="-1", op_targets=["zero", "1", ""]))
    content = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: " in content
    assert content.count("There is a problem") == 1
    assert 'href="#id_shots"' in content
    assert 'href="#id_seed"' in content
    assert "Operation 1: “zero” is not the number of a qubit" in content
    for kept in ('value="many"', 'value="zero"', "Exact for two qubits.", 'value="Bell pair"'):
        assert kept in content
    assert not Run.objects.exists()


def test_what_can_be_read_is_checked_beside_what_cannot(visitor, address):
    cells = {"op_gate": ["h", "cnott", "rx"], "op_targets": ["0", "1", "0"]}
    answer = visitor.post(
        address, typed(**cells, op_controls=["", "", ""], op_values=["", "", "pi/0"])
    )
    rows = answer.context["form"].rows
    assert [row.wrong for row in rows] == [set(), {"gate"}, {"values"}]
    content = answer.content.decode()
    assert "Did you mean cnot?" in content
    assert "divides by zero" in content
    assert not Run.objects.exists()


def test_noise_is_typed_with_its_probabilities(visitor, address):
    noisy = typed(
        device="local/braket_dm",
        op_gate=["h", "bit_flip", "pauli_channel"],
        op_targets=["0", "0", "0"],
        op_controls=["", "", ""],
        op_values=["", "0.1", "0.01, 0, 2e-3"],
    )
    visitor.post(address, noisy)
    run = Run.objects.get()
    assert run.error is None
    assert json.loads(run.source.text)[1:] == [
        {"gate": "bit_flip", "targets": [0], "probability": 0.1},
        {"gate": "pauli_channel", "targets": [0], "probabilities": [0.01, 0, 0.002]},
    ]
    again = visitor.get(f"{address}?from={run.public_id}")
    assert [row.values for row in again.context["rows"]][:3] == ["", "0.1", "0.01, 0, 0.002"]
    shown = visitor.get(reverse("runs:detail", args=[run.pk]), {"view": "operations"})
    assert "Angle, rad; or probability" in shown.content.decode()
    assert "0.01, 0, 0.002" in shown.content.decode()


def test_noise_is_marked_where_the_device_has_none(visitor, address):
    noise = {"op_gate": ["h", "bit_flip"], "op_targets": ["0", "0"], "op_controls": ["", ""]}
    answer = visitor.post(address, typed(**noise, op_values=["", "0.1"]))
    content = answer.content.decode()
    assert "Operation 2 (bit_flip) is noise; Braket state vector simulator has none" in content
    assert [row.wrong for row in answer.context["form"].rows] == [set(), {"gate"}]
    answer = visitor.post(address, typed(**noise, op_values=["", "pi"], idempotency_key="b"))
    assert "“pi” is not a probability; write 0.05" in answer.content.decode()


def test_thousands_may_be_marked_as_the_hint_marks_them(visitor, address):
    visitor.post(address, typed(shots="10,000"))
    assert Run.objects.get().shots == 10_000
    answer = visitor.post(address, typed(shots="1,0", idempotency_key="b"))
    assert "Enter the shots as a whole number" in answer.content.decode()


def test_a_template_names_the_run_unless_it_has_a_name(visitor, address):
    answer = visitor.post(address, typed(act="template-ghz", name=""))
    assert 'value="GHZ state"' in answer.content.decode()
    answer = visitor.post(address, typed(act="template-w-state", name="GHZ state"))
    assert 'value="W state"' in answer.content.decode()
    answer = visitor.post(address, typed(act="template-w-state", name="Mine"))
    assert 'value="Mine"' in answer.content.decode()


def test_a_refused_circuit_is_kept_as_a_failed_run_and_marked_in_the_table(visitor, address):
    answer = visitor.post(address, typed(op_targets=["0", "0", ""]))
    run = Run.objects.get()
    content = answer.content.decode()
    assert answer.status_code == 422
    assert (run.status, run.error_code) == ("failed", "invalid_circuit")
    assert run.public_id in content
    assert 'href="#op-1"' in content
    assert 'id="op-1-error"' in content
    assert 'value="Bell pair"' in content


def test_what_a_run_was_refused_for_stands_beside_its_field_in_the_order_of_the_page(
    visitor, address
):
    answer = visitor.post(address, typed(shots="0", op_targets=["0", "0", ""]))
    content = answer.content.decode()
    assert Run.objects.get().status == "failed"
    assert 'id="id_shots_error"' in content
    assert content.index('href="#id_shots"') < content.index('href="#op-1"')


def test_the_corrected_form_carries_a_new_key(visitor, address):
    answer = visitor.post(address, typed(op_targets=["0", "0", ""]))
    assert answer.context["idempotency_key"] != "first-try"


@pytest.mark.parametrize(
    "changes",
    [
        {"shots": "9" * 20},
        {"shots": f"-{'9' * 20}"},
        {"act": "remove-²"},
        {"act": f"remove-{'1' * 5000}"},
        {"editor": "openqasm3", "parameters": "theta = 1e999"},
        {"editor": "openqasm3", "parameters": []},
    ],
)
def test_what_no_browser_sends_is_answered_all_the_same(visitor, address, changes):
    assert visitor.post(address, typed(**changes)).status_code in {200, 302, 422}


def test_operations_are_added_and_removed_without_javascript(visitor, address):
    content = visitor.post(address, typed(act="add", shots="many")).content.decode()
    assert 'value="many"' in content
    assert "There is a problem" not in content
    answer = visitor.post(address, typed(act="remove-0"))
    assert [row.gate for row in answer.context["form"].rows if row.gate] == ["cnot"]
    assert not Run.objects.exists()


@pytest.mark.parametrize("slug", sorted(gallery.BY_SLUG))
def test_every_template_fills_the_table_and_runs_as_it_stands(visitor, address, slug):
    answer = visitor.post(address, typed(act=f"template-{slug}"))
    rows = answer.context["form"].rows
    cells = {
        f"op_{column}": [getattr(row, column) for row in rows]
        for column in ("gate", "targets", "controls", "values")
    }
    device = answer.context["chosen_device"]
    visitor.post(address, typed(**cells, device=device, idempotency_key=slug))
    run = Run.objects.get()
    assert run.status == "queued"
    assert run.source.operations == gallery.BY_SLUG[slug].circuit.as_json()


def test_openqasm_is_taken_with_values_for_its_inputs(visitor, address):
    source = 'OPENQASM 3.0;\ninclude "stdgates.inc";\ninput float theta;\nqubit q;\nrx(theta) q;\n'
    visitor.post(address, typed(editor="openqasm3", source=source, parameters="theta = pi/2"))
    run = Run.objects.get()
    assert run.status == "queued"
    assert run.source.operations[0]["angle"] == pytest.approx(math.pi / 2)


def test_an_error_in_openqasm_names_its_line(visitor, address):
    answer = visitor.post(
        address, typed(editor="openqasm3", source="OPENQASM 3.0;\nqubit q;\nhh q;\n")
    )
    content = answer.content.decode()
    assert answer.status_code == 422
    assert "ine 3" in content
    assert 'href="#id_source"' in content


def test_operations_can_be_pasted_as_json(visitor, address):
    operations = [{"gate": "x", "targets": [0], "power": 0.5}]
    visitor.post(address, typed(editor="json", operations_json=json.dumps(operations)))
    assert json.loads(Run.objects.get().source.text) == operations
    answer = visitor.post(address, typed(editor="json", operations_json="{", idempotency_key="b"))
    assert "This is not JSON" in answer.content.decode()


def test_the_preview_draws_the_circuit_and_records_nothing(visitor, workflow):
    preview = reverse("runs:preview", args=[workflow.pk])
    content = visitor.post(preview, typed()).content.decode()
    assert "<svg" in content
    assert "2 qubits, depth 2" in content
    content = visitor.post(preview, typed(op_gate=["hadamard", "cnot", ""])).content.decode()
    assert "Not ready to run" in content
    assert 'href="#op-0"' in content
    assert not Run.objects.exists()


def test_run_again_starts_from_the_exact_source(visitor, address, workflow, operator):
    visitor.post(address, typed())
    run = Run.objects.get()
    answer = visitor.get(address, {"from": run.public_id})
    assert [row.gate for row in answer.context["form"].rows] == ["h", "cnot"]
    assert 'value="Bell pair"' in answer.content.decode()


def test_viewers_are_told_why_not_and_strangers_find_nothing(client, address, viewer, stranger):
    client.force_login(viewer)
    assert client.get(address).status_code == 403
    assert client.post(address, typed()).status_code == 403
    client.force_login(stranger)
    assert client.get(address).status_code == 404
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.3", 0.3),
        ("pi", math.pi),
        ("-pi/2", -math.pi / 2),
        ("3*pi/4", 3 * math.pi / 4),
        ("2π", 2 * math.pi),
        ("1e-3", 1e-3),
    ],
)
def test_angles_are_read_as_physicists_write_them(text, value):
    assert read_angle(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["", "pie", "pi/0", "1/2/3", "__import__", "nan", "inf", "1e999", "1e999*pi"]
)
def test_other_words_are_no_angles(text):
    with pytest.raises(ValueError, match=r"number|zero"):
        read_angle(text)


@pytest.mark.parametrize(
    "value", [0.0, 0.3, math.pi, -3 * math.pi / 4, math.pi / 8, 1e-9, 12345.678]
)
def test_a_written_angle_reads_as_exactly_the_same(value):
    assert read_angle(write_angle(value)) == value
