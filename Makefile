# Needs Python 3.11 or newer and make; everything else goes into .venv, from the lock files.

VENV ?= .venv
PYTHON ?= $(shell for each in python3.11 python3; do \
  $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; \
done)
BIN := $(VENV)/bin
RUN := $(VENV)/.made-run
DEV := $(VENV)/.made-dev
AUDIT := $(VENV)/.made-audit
AUDITORS := $(VENV)/audit/bin
SBOM ?= var/sbom.json
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
SAMPLE ?= tests/cases/depression_commercial_denied.json
SAMPLE_DATE ?= 2026-10-19
SAMPLE_KINDS ?= letter_of_medical_necessity,prior_authorization_request,appeal_letter

.PHONY: run test faults check bench lint types arrows images templates docs sample sbom audit clean help

run: $(RUN)  ## queue, API and workers; prints an address, a key and a curl
	@exec $(BIN)/necessity run

test: $(DEV)  ## every test; says what it skipped and how to get it
	$(BIN)/python -m pytest -q -n auto --maxprocesses=4 $(TESTS)

faults: $(DEV)  ## 1,000 packets in a storm of kills, on one host and on two; prints what it left
	$(BIN)/python -m tests.faults.storm
	$(BIN)/python -m tests.faults.storm --hosts 2 --workers 2 --postgresql

check: $(DEV) lint types arrows images  ## lint, format, types, import arrows, images, templates
	$(BIN)/python -m worker.templates_build --check

bench: $(RUN)  ## how fast it is, beside docxtpl, rq.Worker, Flask and the peers that are installed
	for each in render worker post end_to_end scale memory; do \
	  $(BIN)/python -m benchmarks.$$each || exit; done

sample: $(RUN)  ## the papers of a sample case in var/sample, without any server
	$(BIN)/necessity generate $(SAMPLE) --letter-date $(SAMPLE_DATE) \
	  --documents $(SAMPLE_KINDS) --out var/sample

docs: $(RUN)  ## the pages of docs/ that are made from the programs, samples and the picture
	$(BIN)/python tools/write_docs.py --samples --pictures

templates: $(RUN)  ## every template.docx from its template.txt and the frame
	$(BIN)/python -m worker.templates_build

sbom: $(AUDIT)  ## what the image is made of, as CycloneDX, in var/sbom.json
	@mkdir -p $(dir $(SBOM))
	$(AUDITORS)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml \
	  --output-reproducible --output-format JSON --output-file $(SBOM)

# Strict: an index that knows nothing of a package would otherwise pass for "nothing known against it".
audit: $(AUDIT)  ## what is known against the versions in the lock files; asks the package index
	$(AUDITORS)/pip-audit --strict --require-hashes --disable-pip -r requirements.lock
	$(AUDITORS)/pip-audit --strict --require-hashes --disable-pip -r requirements-dev.lock

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV)
	$(BIN)/mypy

arrows: $(DEV)
	$(BIN)/lint-imports

images: $(DEV)
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/hadolint Dockerfile

clean:  ## forget the environment; var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

$(RUN): requirements.lock | $(BIN)/necessity
	$(PIP) -r requirements.lock
	@touch $@

$(DEV): requirements-dev.lock | $(BIN)/necessity
	$(PIP) -r requirements-dev.lock
	@touch $@ $(RUN)

$(AUDIT): requirements-audit.lock | $(BIN)/python
	$(BIN)/python -m venv $(VENV)/audit
	$(AUDITORS)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.lock
	@touch $@

# The command works from any folder, on this checkout.
$(BIN)/necessity: Makefile | $(BIN)/python
	@printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s/python" -P -m cli "$$@"\n' \
	  "$$PWD" "$$(cd $(BIN) && pwd)" > $@
	@chmod +x $@

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or newer is needed: python3.11 on PATH, or make PYTHON=/path/to/python'; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo 'On Debian and Ubuntu: sudo apt-get install python3-venv'; exit 1; }
