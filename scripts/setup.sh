#!/bin/sh
# Makes .venv with what running Otklik needs (`setup.sh run`) or what changing and testing it needs (`setup.sh test`).
# When nothing is to do it takes a moment: a stamp in .venv holds the check sum of what it was made from.
set -eu
cd -P "$(dirname "$0")/.."
here=$(pwd -P)
purpose=${1:-run}

say() { echo "setup: $*" >&2; }

is_supported() { # PYTHON
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if is_supported "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    say "no Python 3.11, 3.12 or 3.13 found; install one" \
        "(Debian: apt-get install python3 python3-venv; macOS: brew install python@3.13)"
    exit 1
}

# Debian keeps the part of Python that puts pip into a .venv in a package of its own.
install_ensurepip() { # PYTHON
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" != 0 ] || [ ! -e /etc/debian_version ]; then
        say "this Python cannot make a .venv; install what it lacks (Debian: sudo apt-get install $package)"
        exit 1
    fi
    say "installing $package"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$package" >/dev/null
}

make_venv() {
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null || install_ensurepip "$python"
    say "making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
}

# A .venv does not survive its folder being moved, nor its Python being removed.
has_venv() { grep -qsF "$here/.venv/" .venv/bin/pip && is_supported .venv/bin/python; }

# The uv that the lock pins: pip is given that part of the lock alone.
install_uv() {
    sed -n '/^uv==/,/^ *#/p' requirements-dev.lock >.venv/uv.txt
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement .venv/uv.txt
}

uv_pip() { sh scripts/uv.sh pip "$@" --quiet; }

install_packages() {
    case $purpose in
        test) uv_pip sync --require-hashes requirements-dev.lock ;;
        run) uv_pip install --require-hashes --requirement requirements.lock ;; # leaves the tools for testing alone
    esac
    uv_pip install --no-deps --build-constraint requirements-dev.lock --editable .
}

made_from() { cat pyproject.toml requirements.lock requirements-dev.lock scripts/setup.sh | cksum; }

was_made_for() { [ "$(cat ".venv/$1.stamp" 2>/dev/null)" = "$(made_from)" ]; } # PURPOSE

# What testing needs holds what running needs.
if has_venv && { was_made_for test || was_made_for "$purpose"; }; then
    exit 0
fi
has_venv || make_venv
[ -x .venv/bin/uv ] || install_uv
say "installing what is needed to $purpose Otklik into .venv"
install_packages
made_from >".venv/$purpose.stamp"
