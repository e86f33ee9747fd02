"""The main job in a real browser with the real worker: from signing in to a link that is revoked."""

import re
import subprocess

from playwright.sync_api import expect

from evidence import trust
from evidence.packet import verify_packet
from runs.models import Run
from tests import make

SECONDS = 45


def nothing(page, name):
    """Look at nothing: where a browser has no JavaScript, nothing can be measured in it."""


def sign_in(page, site, person):
    page.goto(f"{site}/")
    page.get_by_role("banner").get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Runs")


def create_workflow(page, look):
    primary = page.get_by_role("navigation", name="Primary")
    primary.get_by_role("link", name="Workflows").click()
    look(page, "workflows-none")
    page.get_by_role("main").get_by_role("link", name="New workflow").click()
    page.get_by_label("Name").fill("Entanglement of three qubits")
    page.get_by_label("Purpose").fill("See whether the GHZ state survives.")
    look(page, "workflow-new")
    page.get_by_role("button", name="Create workflow").click()
    look(page, "workflow-empty")


def fill_in_a_run(page, look):
    """Take a template, change it in the table, and watch the preview follow."""
    page.get_by_role("link", name="New run here").click()
    preview = page.get_by_role("region", name="Preview")
    expect(preview).to_contain_text("Choose a template")
    page.get_by_role("button", name="Bell pair").click()
    expect(preview.locator("svg.circuit")).to_be_visible()
    expect(preview).to_contain_text("2 qubits, depth 2")
    page.get_by_role("button", name="Add operation").click()
    page.get_by_label("Gate of operation 3").fill("cnot")
    page.get_by_label("Qubits of operation 3").fill("2")
    page.get_by_label("Controls of operation 3").fill("1")
    expect(preview).to_contain_text("3 qubits, depth 3")
    page.get_by_label("Name").fill("GHZ state, first try")
    page.get_by_label("Seed").fill("7")
    look(page, "run-new")


def run_and_watch(page, look, begin):
    """Send the form, and see the page become that of a sealed run without loading it again."""
    page.get_by_role("button", name="Run on Braket state vector simulator").click()
    run = page.locator("#run")
    expect(run).to_contain_text("Queued")
    look(page, "run-queued")
    page.evaluate("() => { window.loadedOnce = true }")
    begin()
    expect(run).to_contain_text("Completed", timeout=SECONDS * 1000)
    expect(run).to_contain_text("Evidence packet sealed", timeout=SECONDS * 1000)
    assert page.evaluate("() => window.loadedOnce"), "the page was loaded again"
    row = page.get_by_role("row").filter(has_text="111")
    expect(row.first).to_be_visible()
    look(page, "run-completed")


def download(page, name):
    with page.expect_download() as waiting:
        page.get_by_role("main").get_by_role("link", name=name).first.click()
    return waiting.value


def read_the_packet(page, look, run):
    page.get_by_role("link", name="Open packet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("GHZ state, first try")
    look(page, "packet")
    certificate = download(page, "Certificate")
    assert certificate.suggested_filename.endswith(".pdf")
    text = text_of_pdf(certificate.path())
    assert "GHZ state, first try" in text
    assert run.public_id in text
    assert run.manifest_sha256[:16] in re.sub(r"\s", "", text)


def text_of_pdf(path):
    assert path.read_bytes().startswith(b"%PDF-")
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return done.stdout.decode()


def request_share(page, look):
    page.get_by_role("link", name="Request share").click()
    page.get_by_label("Name for this link").fill("Journal review, round 1")
    page.get_by_role("textbox", name="Purpose").fill("For the two referees.")
    look(page, "share-request")
    page.get_by_role("button", name="Request share").click()
    expect(page.get_by_role("main")).to_contain_text("Waiting for approval")
    look(page, "share-waiting")


def approve(page, look):
    """Read what the reviewer will read, approve it, and return the link and the preview's text."""
    primary = page.get_by_role("navigation", name="Primary")
    primary.get_by_role("link", name="Shares").click()
    look(page, "shares")
    page.get_by_role("link", name="Journal review, round 1").click()
    look(page, "share-decide")
    page.get_by_role("link", name="Preview the exact page").click()
    look(page, "share-preview")
    preview = page.get_by_role("main").inner_text()
    page.go_back()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Approve and create link").click()
    look(page, "share-link")
    link = page.locator("[data-copy]").get_attribute("data-copy")
    return link, preview


def review(page, link, preview):
    """Open the link, and see what was approved; return the packet that it gives."""
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("GHZ state, first try")
    assert page.get_by_role("main").inner_text() == preview
    packet = download(page, "Packet (ZIP)")
    return packet.path()


def check_publicly(page, site, packet, run, look=nothing):
    page.goto(f"{site}/verify/")
    look(page, "verify")
    page.locator("input[type=file]").set_input_files(packet)
    page.get_by_role("button", name="Verify").click()
    main = page.get_by_role("main")
    expect(main.get_by_role("heading", level=1)).to_have_text(
        "The contents match the sealed manifest."
    )
    expect(main).to_contain_text(run.manifest_sha256)
    look(page, "verify-report")


def test_a_run_becomes_a_link_that_anybody_can_check(
    page, site, worker, begin, owner, operator, visitor, look, complaints
):
    worker.close()  # so that the queue is seen
    page.goto(f"{site}/")
    look(page, "home")
    sign_in(page, site, operator)
    look(page, "runs-none")
    create_workflow(page, look)
    fill_in_a_run(page, look)
    run_and_watch(page, look, begin)
    run = Run.objects.get()
    assert (run.status, run.created_by, run.seed) == ("completed", operator, 7)
    assert set(run.counts) == {"000", "111"}
    read_the_packet(page, look, run)
    request_share(page, look)

    colleague = visitor()
    sign_in(colleague, site, owner)
    link, preview = approve(colleague, look)
    assert link.startswith(f"{site}/s/")

    reviewer = visitor(java_script_enabled=False)
    packet = review(reviewer, link, preview)
    assert verify_packet(packet.read_bytes(), trust.keys()).is_good
    check_publicly(reviewer, site, packet, run)
    assert reviewer.context.cookies() == []

    another = visitor()
    review(another, link, preview)
    look(another, "review")
    check_publicly(another, site, packet, run, look)
    assert another.context.cookies() == []

    page.reload()
    look(page, "share-approved")
    page.get_by_role("link", name="Revoke link").click()
    look(page, "share-revoke")
    page.get_by_role("button", name="Revoke link").click()
    complaints.expect("404")
    assert reviewer.goto(link).status == 404
    assert another.goto(link).status == 404
    look(another, "review-dead")


def test_a_refused_circuit_is_kept_corrected_and_has_evidence_of_its_own(
    page, site, begin, operator, workflow, look, complaints
):
    begin()
    sign_in(page, site, operator)
    page.goto(f"{site}/workflows/{workflow.public_id}/runs/new/?template=bell")
    page.get_by_label("Controls of operation 2").fill("1")
    preview = page.get_by_role("region", name="Preview")
    expect(preview).to_contain_text("Not ready to run")
    page.get_by_role("textbox", name="Shots").fill("0")
    page.get_by_label("Name").fill("A circuit with a mistake")
    complaints.expect("status of 422")
    page.get_by_role("button", name="Run on Braket state vector simulator").click()

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error: ")
    for link, control in zip(summary.get_by_role("link").all(), wrong_controls(page), strict=True):
        link.click()
        expect(control).to_be_focused()
        expect(control).to_have_attribute("aria-invalid", "true")
    assert page.get_by_label("Name").input_value() == "A circuit with a mistake"
    look(page, "run-refused-form")

    run = Run.objects.get()
    page.get_by_role("link", name=run.public_id).click()
    expect(page.locator("#run")).to_contain_text("Evidence packet sealed", timeout=SECONDS * 1000)
    main = page.get_by_role("main")
    for words in ("invalid_circuit", "What happened to your run", "Is a retry safe?"):
        expect(main).to_contain_text(words)
    look(page, "run-failed")
    page.get_by_role("link", name="Open packet").click()
    expect(main).to_contain_text(": the run failed")
    look(page, "packet-failed")
    text = text_of_pdf(download(page, "Certificate").path())
    assert "A circuit with a mistake" in text
    assert "invalid_circuit" in text


def wrong_controls(page):
    return [
        page.get_by_role("textbox", name="Shots"),
        page.get_by_label("Gate of operation 2"),
    ]


def press_until(page, key, locator, *, times=80):
    """Press a key until the focus is where somebody who uses no mouse wants it."""
    for _ in range(times):
        page.keyboard.press(key)
        if locator.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{key} never leads to {locator}")


def test_a_run_is_asked_for_without_a_mouse(page, site, begin, operator, workflow):
    begin()
    sign_in(page, site, operator)
    page.goto(f"{site}/workflows/{workflow.public_id}/runs/new/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()

    press_until(page, "Tab", page.get_by_label("Gate of operation 1"))
    for words in ("h", "Tab", "0", "Enter", "2", "Shift+Tab", "x"):
        page.keyboard.press(words) if words[0].isupper() else page.keyboard.type(words)
    preview = page.get_by_role("region", name="Preview")
    expect(preview).to_contain_text("2 qubits, depth 1")
    press_until(page, "Tab", page.get_by_label("Name"))
    page.keyboard.type("Typed")
    press_until(page, "Tab", page.get_by_role("button", name="Run on Braket state vector"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Typed")
    expect(page.locator("#run")).to_contain_text("Evidence packet sealed", timeout=SECONDS * 1000)
    assert Run.objects.get().source.operations == [
        {"gate": "h", "targets": [0]},
        {"gate": "x", "targets": [2]},
    ]


def test_the_lists_of_a_busy_workspace(page, site, worker, owner, operator, workflow, look):
    worker.close()  # the runs below stay as they are made
    for number, status in enumerate(["completed", "failed", "cancelled", "running", "queued"]):
        run = make.run(workflow, by=operator, status=status, name=f"Calibration {number}")
        if run.is_terminal:
            packet = make.packet(run)
    make.share(packet, by=operator)
    make.share(packet, by=operator, decided_by=owner, status="approved")
    sign_in(page, site, owner)
    look(page, "runs")
    primary = page.get_by_role("navigation", name="Primary")
    for name in ("Workflows", "Evidence", "Shares", "Docs"):
        primary.get_by_role("link", name=name).click()
        look(page, name.lower())
    page.goto(f"{site}/workflows/{workflow.public_id}/")
    look(page, "workflow")
    page.goto(f"{site}/docs/your-first-run/")
    look(page, "docs-page")
