# Every target works inside any virtual environment: make check PYTHON=.venv/bin/python
PYTHON ?= python3
KRID_VECTORS ?= ../shared/vectors
FUZZ_SECONDS ?= 60
FUZZ_ROUNDS ?= 1
FUZZ_JOBS ?= 1
export KRID_VECTORS

# Layers 0 to 6 and proximity, whose branches are all tested (docs/architecture.md).
GATED = errors codes _core keys net jose cose x509 proofs ld bbs evm fido did model sdjwt mdoc vcjose vcdi opendid \
	status trust query exchange store ledger formats issuer wallet verifier proximity
comma := ,
empty :=
INCLUDED = $(subst $(empty) $(empty),$(comma),$(foreach part,$(GATED),src/krid/$(part).py src/krid/$(part)/*))
NEED_DEV = $(shell grep -rl -e 'importorskip."schemathesis' -e 'importorskip."sd_jwt' \
	-e 'importorskip."isomdoc' tests --include='test_*.py')
CODE = src tests examples scripts bench fuzz interop

.PHONY: help dev fmt lint types arch test explore cover gate test-dev vectors docs docs-serve fuzz-smoke fuzz \
	fuzz-keep interop-peers interop bench bench-peers compiled plain test-compiled public-names \
	error-codes check

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

dev:  ## install krid for work on it, and the hooks if pre-commit is there
	$(PYTHON) -m pip install -q -e '.[dev]'
	@if command -v pre-commit >/dev/null; then pre-commit install; fi

fmt:  ## set the layout of all code
	$(PYTHON) -m ruff format $(CODE)
	$(PYTHON) -m ruff check --fix-only -q $(CODE)

lint:  ## look for faults without running anything
	$(PYTHON) -m ruff format --check $(CODE)
	$(PYTHON) -m ruff check $(CODE)

types:  ## check all types strictly
	$(PYTHON) -m mypy

arch:  ## check layers, circles, sizes and public names
	$(PYTHON) -m pytest -q tests/architecture

test:  ## run all tests and the examples in docstrings
	$(PYTHON) -m pytest -q -n auto

explore:  ## all tests again, with inputs that no run had before: what fails is a find, not a fault of a change
	KRID_EXPLORE=1 $(PYTHON) -m pytest -q -n auto

cover:  ## the same, then the gate: every branch of layers 0 to 6
	$(PYTHON) -m pytest -q -n auto --cov=krid --cov-branch --cov-report=
	$(MAKE) gate

gate:  ## of what the last tests counted: every branch of layers 0 to 6
	@$(PYTHON) -m coverage report --skip-covered --fail-under=100 --include='$(INCLUDED)'

test-dev:  ## the tests that need packages of the extra dev; counted with what was counted before
	$(PYTHON) -m pytest -q -n auto --cov=krid --cov-branch --cov-append --cov-report= $(NEED_DEV)

vectors:  ## run the public test vectors alone, and say what was skipped
	$(PYTHON) -m pytest -q -n auto -rs tests/vectors

docs:  ## build the documentation into site/, refusing every warning
	$(PYTHON) scripts/write_error_codes.py --check
	NO_MKDOCS_2_WARNING=1 $(PYTHON) -m mkdocs build --strict --quiet

docs-serve:  ## show the documentation while you write it
	NO_MKDOCS_2_WARNING=1 $(PYTHON) -m mkdocs serve

fuzz-smoke:  ## a second for each fuzz target
	$(PYTHON) fuzz/run.py --all --together --seconds 1 --jobs 2

fuzz:  ## FUZZ_SECONDS for each fuzz target, FUZZ_ROUNDS times, FUZZ_JOBS at a time
	$(PYTHON) fuzz/run.py --all --seconds $(FUZZ_SECONDS) --rounds $(FUZZ_ROUNDS) --jobs $(FUZZ_JOBS)
	$(PYTHON) fuzz/run.py --totals

interop-peers:  ## install the npm peers of interop/ as locked, where npm is there
	@if command -v npm >/dev/null; then cd interop && npm ci --silent --no-audit --no-fund; \
	else echo 'npm is not on this machine: the npm peers are not installed'; fi

interop: interop-peers  ## test against the npm peers; without node the tests skip and say so
	$(PYTHON) -m pytest -q -rs interop

fuzz-keep:  ## make the best of the inputs that fuzzing found into seeds
	$(PYTHON) fuzz/keep.py --all

compiled:  ## compile the CBOR modules in place, as an installed krid has them
	rm -rf out/wheel && KRID_COMPILE=always $(PYTHON) -m pip wheel -q --no-deps -w out/wheel .
	$(PYTHON) -c "import glob, zipfile; z = zipfile.ZipFile(glob.glob('out/wheel/*.whl')[0]); \
	[z.extract(n, 'src') for n in z.namelist() if n.endswith(('.so', '.pyd'))]"

plain:  ## remove what was compiled
	rm -f src/krid/_core/*.so src/krid/_core/*.pyd

test-compiled: compiled  ## the tests of all that stands on CBOR, over the compiled modules
	$(PYTHON) -m pytest -q -n auto tests/unit/_core tests/unit/cose tests/unit/mdoc \
		tests/forgeries tests/vectors/test_cose.py tests/vectors/test_mdoc.py tests/flows/test_mdoc.py
	$(MAKE) plain

bench-peers:  ## make the environment of the peers, in out/, and measure krid beside them
	@test -x out/peers/bin/python || sh bench/peers.sh $(PYTHON)
	$(PYTHON) bench/compare.py

bench:  ## measure against the bare operations underneath
	@for script in bench/bench_*.py; do $(PYTHON) $$script || exit 1; done

public-names:  ## write the list of public names anew, after a change on purpose
	$(PYTHON) tests/architecture/public_names.py

error-codes:  ## write docs/errors.md anew, after a change of codes
	$(PYTHON) scripts/write_error_codes.py

check: lint types arch docs cover  ## lint, types, layers, pages, tests, branches
