# What bin/up, bin/check and bin/test share: a Python, system packages, the virtual environment and
# the data folder. Sourced, never run; it speaks the bash 3.2 that macOS still has.
#
# Whoever sources it may set SETUP_LOG first; every step writes its detail there.

set -euo pipefail

WHERE_CALLED=$PWD
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
VENV=$ROOT/.venv
cd "$ROOT"

say() { printf '%s\n' "$*"; }

fail() {
  printf '\n%s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# step WHAT COMMAND...: one calm line for the person, the detail for the log, which a failure shows.
step() {
  local what=$1 began=$SECONDS lines
  shift
  lines=$(wc -l <"$SETUP_LOG")
  printf '%s ... ' "$what"
  if "$@" >>"$SETUP_LOG" 2>&1 </dev/null; then
    [ $((SECONDS - began)) -lt 3 ] && say "done" || say "done ($((SECONDS - began)) s)"
    return
  fi
  printf 'failed\n\n'
  tail -n +"$((lines + 1))" "$SETUP_LOG" | tail -n 25 | sed 's/^/    /'
  fail "That did not work. The whole output is in $SETUP_LOG; mend the cause and run the same command again."
}

# Makes a private folder for the length of this command, and removes it however the command ends.
make_scratch() {
  SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/quantumruns.XXXXXX")
  SETUP_LOG=$SCRATCH/setup.log
  : >"$SETUP_LOG"
  trap 'rm -rf "$SCRATCH"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# --- Python ---------------------------------------------------------------------------------------

# Prints "with-venv PATH" or "without-venv PATH" if the command is a Python 3.11, else nothing.
# A pyenv shim may be there and refuse to run, so it is tried and not only looked for.
describe_python() {
  "$1" -c '
import importlib.util, sys
if sys.version_info[:2] == (3, 11):
    complete = importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")
    print("with-venv" if complete else "without-venv", sys.executable)
' 2>/dev/null || true
}

python_candidates() {
  [ -z "${PYTHON:-}" ] || { say "$PYTHON"; return; }
  printf '%s\n' python3.11 python3 python \
    "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.11.*/bin/python3.11 \
    /usr/bin/python3.11 /usr/bin/python3 /opt/homebrew/bin/python3.11 /usr/local/bin/python3.11
}

# Sets PYTHON to the path of a Python 3.11, and PYTHON_NEEDS_VENV where Debian has split off a part.
find_python() {
  local candidate found incomplete=
  while IFS= read -r candidate; do
    have "$candidate" || continue
    found=$(describe_python "$candidate")
    case $found in
      with-venv\ *) PYTHON=${found#* } PYTHON_NEEDS_VENV=; return ;;
      without-venv\ *) incomplete=${incomplete:-${found#* }} ;;
    esac
  done < <(python_candidates)
  [ -n "$incomplete" ] || fail "QuantumRuns needs Python 3.11, and none was found. Any of these brings it:

    sudo apt-get install python3 python3-venv     (Debian 12)
    pyenv install 3.11                            (any Linux or macOS, with pyenv)
    brew install python@3.11                      (macOS, with Homebrew)

Then run the same command again, or name it: PYTHON=/path/to/python3.11 bin/up"
  PYTHON=$incomplete PYTHON_NEEDS_VENV=yes
}

# --- System packages ------------------------------------------------------------------------------

MISSING_DEBIAN=
MISSING_HOMEBREW=

# need DEBIAN-PACKAGES HOMEBREW-FORMULAS COMMAND...: notes the packages if the command fails.
need() {
  local debian=$1 homebrew=$2
  shift 2
  "$@" >/dev/null 2>&1 && return
  MISSING_DEBIAN="$MISSING_DEBIAN $debian"
  MISSING_HOMEBREW="$MISSING_HOMEBREW $homebrew"
}

# WeasyPrint loads these by name when the first certificate is made.
has_pango() {
  "$PYTHON" -c '
import ctypes, sys
names = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
if sys.platform == "darwin":
    names = ("libpango-1.0.0.dylib", "libpangoft2-1.0.0.dylib", "libharfbuzz-subset.0.dylib")
for name in names:
    ctypes.CDLL(name)
'
}

has_venv() { [ -z "$PYTHON_NEEDS_VENV" ]; }

apt_install() {
  local as_root=$1
  shift
  $as_root apt-get update &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"
}

# Prints what may run apt-get here: nothing for root, "sudo" where it can; fails where neither is.
way_to_root() {
  [ "$(id -u)" -ne 0 ] || return 0
  have sudo || return 1
  sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; } || return 1
  echo sudo
}

# Installs what `need` noted, or says which command would.
install_missing() {
  [ -n "$MISSING_DEBIAN" ] || return 0
  local packages=${MISSING_DEBIAN# } as_root
  MISSING_DEBIAN=
  if have apt-get; then
    as_root=$(way_to_root) || fail "Some system packages are missing. Someone who may install them runs

    sudo apt-get update && sudo apt-get install --yes --no-install-recommends $packages

Then run the same command again."
    # shellcheck disable=SC2086 # several names
    step "Installing system packages: $packages" apt_install "$as_root" $packages
  elif [ "$(uname -s)" = Darwin ]; then
    fail "Some system packages are missing. With Homebrew they come by

    brew install${MISSING_HOMEBREW}

Then run the same command again."
  else
    fail "Some system packages are missing. Their names on Debian are

    $packages

Install the like by this system's package manager, then run the same command again."
  fi
}

# Homebrew's libraries are outside the loader's path on macOS.
show_homebrew_libraries() {
  [ "$(uname -s)" = Darwin ] && have brew || return 0
  export DYLD_FALLBACK_LIBRARY_PATH="$(brew --prefix)/lib:${DYLD_FALLBACK_LIBRARY_PATH:-/usr/local/lib:/usr/lib}"
}

has_chromium() {
  have chromium || have chromium-browser || have google-chrome || [ -d /Applications/Chromium.app ]
}

# Tests turn certificates into pictures, read the code on them, and check packets as a reader would.
need_document_tools() {
  need jq jq have jq
  need openssl openssl@3 have openssl
  need poppler-utils poppler have pdftoppm
  need zbar-tools zbar have zbarimg
}

need_python_and_libraries() {
  find_python
  show_homebrew_libraries
  need python3-venv python@3.11 has_venv
  need "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" pango has_pango
}

# --- Python packages ------------------------------------------------------------------------------

# Prints a line for each lock file that a complete virtual environment was made from.
describe_locks() {
  "$PYTHON" -c '
import hashlib, pathlib, sys
for name in sys.argv[1:]:
    print(hashlib.sha256(pathlib.Path(name).read_bytes()).hexdigest(), name)
' "$@"
}

make_venv() { "$PYTHON" -m venv --clear "$VENV"; }

# The lock names every package, so nothing is resolved; each file must have a digest it lists.
install_lock() {
  "$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --no-deps --require-hashes \
    --requirement "$1" && "$VENV/bin/python" -m pip check --disable-pip-version-check
}

venv_runs() { "$VENV/bin/python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; }

# Brings .venv to requirements.txt, and with "dev" to requirements-dev.txt, unless it is there already.
need_python_packages() {
  local stamp=$VENV/locks runtime dev wanted
  runtime=$(describe_locks requirements.txt)
  dev=$(describe_locks requirements-dev.txt)
  wanted=$runtime
  [ "${1:-}" != dev ] || wanted=$dev
  venv_runs && grep -qxF "$runtime" "$stamp" 2>/dev/null || {
    step "Making a virtual environment" make_venv
    : >"$stamp"
  }
  grep -qxF "$wanted" "$stamp" || {
    step "Installing Python packages (2 min the first time)" install_lock "${wanted#* }"
    # The development lock holds everything of the other; tests see to that.
    printf '%s\n' "$runtime" "$wanted" >"$stamp"
  }
}

# --- The data folder ------------------------------------------------------------------------------

# Sets and exports QUANTUMRUNS_HOME, for this account alone, with a secret made once.
make_data_folder() {
  local home=${QUANTUMRUNS_HOME:-$ROOT/var}
  case $home in /*) ;; *) home=$WHERE_CALLED/$home ;; esac
  mkdir -p "$home/logs" "$home/keys" || fail "The data folder $home cannot be made. Set QUANTUMRUNS_HOME to one that can."
  chmod 700 "$home" "$home/keys"
  export QUANTUMRUNS_HOME=$home
  [ -s "$home/secret_key" ] || (
    umask 077
    "$PYTHON" -c 'import secrets; print(secrets.token_urlsafe(64))' >"$home/secret_key.new"
    mv "$home/secret_key.new" "$home/secret_key"
  )
}

manage() { "$VENV/bin/python" manage.py "$@"; }

# --- Static files ---------------------------------------------------------------------------------

# Prints a digest of all that collectstatic reads.
describe_static_files() {
  "$PYTHON" -c '
import hashlib, os, pathlib
digest = hashlib.sha256(os.environ.get("DEBUG", "").encode())
for path in [pathlib.Path("requirements.txt"), *sorted(pathlib.Path("static").rglob("*"))]:
    if path.is_file():
        digest.update(f"{path}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\0".encode())
print(digest.hexdigest())
'
}

# unless_unchanged STAMP WANTED COMMAND...: runs the command unless it has been run for this before.
unless_unchanged() {
  local stamp=$1 wanted=$2
  shift 2
  [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
  "$@"
  printf '%s\n' "$wanted" >"$stamp"
}
