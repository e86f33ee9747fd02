"""How the commands in bin/ set a machine up, and what they say where they cannot."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ORDINARY = (
    "cat",
    "dirname",
    "env",
    "grep",
    "mktemp",
    "mkdir",
    "mv",
    "chmod",
    "rm",
    "sed",
    "tail",
    "wc",
)
BASH = shutil.which("bash")


@pytest.fixture
def machine(tmp_path):
    """A machine with nothing on it but the ordinary programs, and what a story puts there."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ORDINARY:
        (programs / name).symlink_to(shutil.which(name))

    class Machine:
        folder = tmp_path

        def put(self, name, script):
            path = programs / name
            path.write_text(f"#!{BASH}\n{script}\n")
            path.chmod(0o755)

        def run(self, lines, **environment):
            source = f". '{ROOT}/bin/setup.sh'; make_scratch; {lines}"
            return subprocess.run(
                [BASH, "-c", source],
                check=False,
                cwd=tmp_path,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env={"PATH": str(programs), "TMPDIR": str(tmp_path), **environment},
            )

    machine = Machine()
    machine.put("python3", f'exec {sys.executable} "$@"')
    machine.put("uname", "echo Linux")
    machine.put("id", "echo 1000")
    return machine


NEED_ONE = "need 'libone libtwo' one false; install_missing"


def test_what_is_there_is_not_installed(machine):
    machine.put("apt-get", "echo installing; exit 1")
    done = machine.run("need libone one true; install_missing; say ready")
    assert (done.returncode, done.stdout) == (0, "ready\n")


def test_root_installs_what_is_missing(machine):
    machine.put("id", "echo 0")
    machine.put("apt-get", f'echo "$DEBIAN_FRONTEND $*" >>{machine.folder}/called')
    done = machine.run(NEED_ONE)
    assert done.returncode == 0
    assert done.stdout == "Installing system packages: libone libtwo ... done\n"
    assert (machine.folder / "called").read_text().splitlines() == [
        " update",
        "noninteractive install --yes --no-install-recommends libone libtwo",
    ]


def test_one_who_may_becomes_root_for_it(machine):
    machine.put("sudo", 'shift $([ "$1" = -n ] && echo 1 || echo 0); exec "$@"')
    machine.put("true", "exit 0")
    machine.put("apt-get", f'echo "$*" >>{machine.folder}/called')
    assert machine.run(NEED_ONE).returncode == 0
    assert "libone libtwo" in (machine.folder / "called").read_text()


@pytest.mark.parametrize("sudo", ["is not there", "wants a password"])
def test_one_who_may_not_is_told_the_command(machine, sudo):
    machine.put("apt-get", f"touch {machine.folder}/called")
    if sudo == "wants a password":
        machine.put("sudo", "exit 1")
    done = machine.run(NEED_ONE)
    assert done.returncode == 1
    assert (
        "sudo apt-get update && sudo apt-get install --yes --no-install-recommends libone libtwo"
        in done.stdout
    )
    assert not (machine.folder / "called").exists()


def test_a_mac_is_told_of_homebrew(machine):
    machine.put("uname", "echo Darwin")
    done = machine.run(NEED_ONE)
    assert done.returncode == 1
    assert "brew install one\n" in done.stdout


def test_another_system_is_told_the_names(machine):
    done = machine.run(NEED_ONE)
    assert done.returncode == 1
    assert "libone libtwo" in done.stdout


def test_a_failed_step_shows_what_went_wrong(machine):
    machine.put("id", "echo 0")
    machine.put("apt-get", "echo 'E: Unable to locate package libone'; exit 100")
    done = machine.run(NEED_ONE)
    assert done.returncode == 1
    assert "... failed" in done.stdout
    assert "    E: Unable to locate package libone" in done.stdout


def test_a_python_that_refuses_to_run_is_passed_over(machine):
    machine.put("python3.11", "echo 'pyenv: python3.11: command not found' >&2; exit 127")
    done = machine.run('find_python; say "$PYTHON"')
    assert done.stdout.strip() == sys.executable


def test_another_version_of_python_will_not_do(machine):
    machine.put("python3.12", f"exec {sys.executable} -c ''")
    done = machine.run("find_python", PYTHON="python3.12")
    assert done.returncode == 1
    assert "needs Python 3.11" in done.stdout
    assert "pyenv install 3.11" in done.stdout


def test_a_python_without_venv_asks_for_the_package(machine):
    machine.put("half", "echo without-venv /usr/bin/python3.11")
    machine.put("apt-get", "exit 0")
    done = machine.run(
        "find_python; need python3-venv python@3.11 has_venv; install_missing", PYTHON="half"
    )
    assert "python3-venv" in done.stdout


def test_the_data_folder_is_for_one_account_and_keeps_its_secret(machine):
    lines = 'find_python; make_data_folder; say "$QUANTUMRUNS_HOME"'
    done = machine.run(lines, QUANTUMRUNS_HOME="data")
    home = machine.folder / "data"
    assert done.stdout == f"{home}\n"
    assert home.stat().st_mode & 0o777 == 0o700
    secret = home / "secret_key"
    assert secret.stat().st_mode & 0o777 == 0o600
    first = secret.read_text()
    assert len(first.strip()) >= 50
    machine.run(lines, QUANTUMRUNS_HOME="data")
    assert secret.read_text() == first


def test_what_is_unchanged_is_not_done_again(machine):
    lines = "for wanted in one one two; do unless_unchanged stamp $wanted say made $wanted; done"
    assert machine.run(f"cd '{machine.folder}'; {lines}").stdout == "made one\nmade two\n"


def test_the_scratch_folder_is_gone_afterwards(machine):
    done = machine.run('say "$SCRATCH"; exit 3')
    assert done.returncode == 3
    assert not Path(done.stdout.strip()).exists()
