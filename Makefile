# make demo: set up and run one province's year.  make test: set up and pass the tests.
UV := .venv/bin/uv
# Trust the machine's own certificates: offices often have a proxy of their own.
export UV_SYSTEM_CERTS := true
# Modules are compiled once, whatever the shell says: a suite is seven processes, a test run hundreds.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup demo test test-long test-containers pictures check clean

setup: .venv/.dicoso-setup

.venv/.dicoso-setup: uv.lock pyproject.toml $(wildcard shared/pyproject.toml services/*/pyproject.toml)
	@test -x .venv/bin/python || python3 -m venv .venv 2>/dev/null || python3 -m venv --without-pip .venv
	@test -x $(UV) || python3 -m pip --python .venv/bin/python install --quiet --disable-pip-version-check 'uv>=0.8,<1'
	@UV_PROJECT_ENVIRONMENT=.venv $(UV) sync --frozen --inexact --quiet --python .venv/bin/python
	@test -x .venv/bin/dicoso && touch $@

demo: setup
	@.venv/bin/dicoso demo --register deploy/samples/bac-ninh-2019 --as-of 2020-01-31

test: setup
	@.venv/bin/pytest -n logical --dist worksteal

# Whole years through storms of kills, outages, and in a browser; every page; the walks of docs/.
test-long: setup
	@.venv/bin/pytest -n logical --dist worksteal -m long

# NATS, PostgreSQL and the whole suite in containers; deploy/offline/images makes the images.
test-containers: setup
	@.venv/bin/pytest -m containers tests/containers

# Every page of the portal as docs/pages shows it; look at them afterwards.
pictures: setup
	@PYTHONPATH=tests .venv/bin/python tests/picturing.py

check: setup
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy shared/shared services/planning/planning services/visits/visits services/appraisal/appraisal services/signer/signer services/portal/portal services/registers/registers services/console/console tests
	@.venv/bin/lint-imports

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dicoso-data
