#!/bin/sh
# Runs .venv's uv against the package index that pip is configured for on this machine.
# uv does not read pip's settings, and no address of an index belongs into this repository.
set -eu
cd "$(dirname "$0")/.."

pip_settings=$(.venv/bin/python -m pip config list 2>/dev/null)

# The environment's setting comes before the files', as in pip; several addresses become one line.
pip_setting() { # NAME
    printf '%s\n' "$pip_settings" | sed -n "s/^[^=]*\.$1='\(.*\)'\$/\1/p" | sed -n '1{s/\\n/ /g;p;}'
}

hand_on() { # PIP'S NAME, UV'S VARIABLE; a variable that is set already stays
    value=$(pip_setting "$1")
    if [ -n "$value" ] && [ -z "$(printenv "$2")" ]; then
        export "$2=$value"
    fi
}

hand_on index-url UV_DEFAULT_INDEX
hand_on extra-index-url UV_INDEX
hand_on cert SSL_CERT_FILE

# pip takes the best version from all its indexes; the hashes of the locks make that safe.
[ -z "${UV_INDEX:-}" ] || export UV_INDEX_STRATEGY="${UV_INDEX_STRATEGY:-unsafe-best-match}"
export UV_PYTHON_DOWNLOADS=never
exec .venv/bin/uv "$@"
