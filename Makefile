# One command for each thing one does here; `make` alone lists them.
# Needed beforehand: Python 3.11 or newer, and make. Everything else is fetched by the first command.

PYTHON ?= python3
UV ?= uv
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
# In the order of the files: the long ones come first then, and no worker is left with one at the end.
PYTEST := $(BIN)/pytest -n 4 --dist loadgroup --no-loadscope-reorder

# What is compiled once is not compiled again by each of the many processes that the tests start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test quick lint test-tools bench lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup: $(READY) ## a .venv with everything in it, the command tiexin included

run: $(READY) ## the sandbox: the whole product on this machine, no token needed
	@$(BIN)/tiexin sandbox $(ARGS)

test: $(READY) test-tools lint ## all checks
	$(PYTEST) $(ARGS)

quick: $(READY) lint ## the checks that take less than two minutes together
	$(PYTEST) -m "not slow and not browser and not postgres" $(ARGS)

lint: $(READY) ## style, types, who imports whom
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: $(READY) ## speed, as ratios: a table, and bench.json
	$(BIN)/python -m tests.benchmarks $(ARGS)

lock: ## requirements.lock anew from pyproject.toml (needs uv)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv, which is not installed." >&2; exit 1; }
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--extra dev pyproject.toml -o requirements.lock

clean: ## remove what these commands made; databases and settings stay
	rm -rf $(VENV) .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache bench.json dist
	find bot storage tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Debian's python3 comes without the part that makes a .venv; as root it is added, else one line says what is missing.
$(READY): requirements.lock pyproject.toml
	@set -eu; \
	python=; \
	for one in $(PYTHON) python3.13 python3.12 python3.11; do \
		if $$one -c '$(NEW_ENOUGH)' 2>/dev/null; then python=$$one; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Python 3.11 or newer is needed; \"$(PYTHON)\" is $$($(PYTHON) --version 2>/dev/null || echo 'not there')." >&2; \
		exit 1; \
	fi; \
	if ! { $(BIN)/python -c '$(NEW_ENOUGH)' && $(BIN)/python -m pip --version; } >/dev/null 2>&1; then \
		echo "Setting up $(VENV) with $$($$python --version): a minute or two, once."; \
		if ! $$python -m venv --clear $(VENV) >/dev/null 2>&1; then \
			package=$$($$python -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
			if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
				echo "$$python cannot make a .venv here; install $$package (Debian, Ubuntu: apt-get install $$package)." >&2; \
				exit 1; \
			fi; \
			echo "Installing $$package, which Debian keeps apart from Python."; \
			apt-get update -qq; \
			DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$package >/dev/null; \
			$$python -m venv --clear $(VENV); \
		fi; \
	fi; \
	pip="$(BIN)/python -m pip --disable-pip-version-check install --quiet --root-user-action=ignore"; \
	$$pip --require-hashes -r requirements.lock; \
	$$pip --no-deps --no-build-isolation -e .; \
	touch $(READY)

# Tests that want a browser, a PostgreSQL server or Chinese letters in pictures are skipped where these are missing
# and cannot be installed; with CI set their absence is an error.
test-tools: ## Chromium, PostgreSQL and a Chinese font for the tests (as root, with apt)
	@set -u; \
	missing=; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	fc-list :lang=zh-cn 2>/dev/null | grep -q . || missing="$$missing fontconfig fonts-noto-cjk"; \
	[ -n "$$missing" ] || exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing for the tests:$$missing"; \
		apt-get update -qq && \
			DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null && exit 0; \
	fi; \
	echo "Not installed:$$missing. Tests that need them are skipped." >&2; \
	[ -z "$${CI:-}" ]
