#!/bin/sh
# Makes the peers' environment, which git ignores: their pins conflict with krid's.
# Run from the root of the repository; the argument is the Python to make it with.
set -eu
python=${1:-python3}
target=out/peers
"$python" -m venv "$target"
"$target/bin/python" -m pip install -q \
    'sd-jwt==0.10.4' 'isomdoc==0.0.5' 'openvc-core==1.37.0' 'pymdoccbor==1.4.0'
if command -v npm >/dev/null; then
    (cd interop && npm ci --silent --no-audit --no-fund) || echo 'peers: npm packages not installed'
else
    echo 'peers: npm is not on this machine, so its packages are left out'
fi
