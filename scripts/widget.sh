#!/bin/sh
# Checks (`widget.sh check`) or builds (`widget.sh build`) the widget's scripts and style sheets. It needs Node.js 18
# or newer and npm, which bring esbuild and tsc into widget/node_modules; when they are there that takes a moment.
set -eu
cd -P "$(dirname "$0")/.."
purpose=${1:-check}
tools=widget/node_modules
stamp=$tools/.stamp

say() { echo "widget: $*" >&2; }

has_node() { command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)'; }

# Without Node.js everything else can still be checked, unless nothing may be left out.
do_without_node() {
    say "NOT RUN: no Node.js 18 or newer with npm; install it (Debian: sudo apt-get install nodejs npm;" \
        "macOS: brew install node)"
    if [ "$purpose" = check ] && [ -z "${CI:-}" ]; then exit 0; else exit 1; fi
}

# The tools are programs of one kind of machine: a folder shared with another one needs its own.
made_from() { cat widget/package.json widget/package-lock.json widget/.npmrc scripts/widget.sh | cksum && uname -sm; }

install_tools() {
    say "installing esbuild and tsc into $tools"
    (cd widget && npm ci --ignore-scripts --loglevel=error)
    made_from >"$stamp"
}

has_node || do_without_node
[ "$(cat "$stamp" 2>/dev/null)" = "$(made_from)" ] || install_tools
case $purpose in
    check)
        "$tools/.bin/tsc" --project widget/tsconfig.json
        .venv/bin/python widget/build.py --check
        ;;
    build) .venv/bin/python widget/build.py ;;
esac
