"""Runs whose result is more than counts, looked at at every width: values, and atoms in place of bits."""

from playwright.sync_api import expect

from tests import make
from tests.browser.test_journey import sign_in
from tests.evidence.records import ATOMS
from tests.runs import results_by_hand as by_hand


def test_values_are_read_wide_and_narrow(page, site, worker, operator, workflow, look):
    worker.close()  # the runs below stay as they are made
    estimated = {"values": by_hand.SAMPLED, "counts": by_hand.SAMPLED_COUNTS}
    atoms = make.source(workflow.workspace, analog=ATOMS, qubits=3)
    runs = {
        "estimated": make.run(workflow, by=operator, name="Bell pair", **estimated),
        "exact": make.run(workflow, by=operator, name="Exact", values=by_hand.EXACT, shots=0),
        "largest": make.run(workflow, by=operator, name="Large", values=by_hand.LARGEST, shots=0),
        "atoms": make.run(workflow, by=operator, name="Atoms", source=atoms, counts={"010": 1000}),
    }
    sign_in(page, site, operator)
    main = page.get_by_role("main")
    for name, run in runs.items():
        page.goto(f"{site}/runs/{run.public_id}/")
        expect(main).to_contain_text(run.name)
        look(page, f"run-{name}")
    page.goto(f"{site}/runs/{runs['estimated'].public_id}/")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="⟨Z₀Z₁⟩"))
    expect(row).to_contain_text("0.9860")
    expect(row).to_contain_text("± 0.0053")
