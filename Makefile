# Targets to set up, run, check and package mockapi. `make` lists them.

PYTHON ?= python3
UV ?= uv
# Additional arguments for the command of a target: make run ARGS="--port 9000"
ARGS ?=
# Number of runs of the property tests in `make fuzz`.
ROUNDS ?= 1

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL = $(BIN)/python -m pip install -qq --disable-pip-version-check

# Without bytecode files every start compiles all libraries and takes 2.6 times as long.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test fuzz coverage check format schema golden screenshots documents docs lint-openapi clients client-types tools lint-deploy lock bench bench-peers realism pictures image-bench image-check docker sbom release-check clean

help: ## List the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

run: $(VENV)/.runtime ## Serve the demo on http://127.0.0.1:8080
	$(BIN)/mockapi serve $(ARGS)

test: $(VENV)/.browser ## Run the whole test suite
	$(BIN)/python -m pytest -n 2 $(ARGS)

fuzz: $(VENV)/.dev ## Run the property tests on random examples: ROUNDS=10 for longer
	for round in $$(seq $(ROUNDS)); do \
		$(BIN)/python -m pytest -n 2 -m hypothesis --hypothesis-profile=fuzz $(ARGS) || exit 1; done

coverage: $(VENV)/.browser ## Run the test suite and report line and branch coverage
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered --show-missing

check: $(VENV)/.dev ## Check format, lint, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev ## Format, and apply the fixes of the linter
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schema: $(VENV)/.runtime ## Regenerate the JSON Schema of scenarios
	$(BIN)/mockapi schema > scenarios/scenario.schema.json.new
	mv scenarios/scenario.schema.json.new scenarios/scenario.schema.json

golden: $(VENV)/.dev ## Regenerate fixtures/series/, then as make documents
	$(BIN)/python tests/timeseries/golden.py
	$(BIN)/python -m documents

screenshots: $(VENV)/.browser ## Regenerate docs/screenshots/: each screen of the console in both themes
	$(BIN)/python tests/browser/screenshots.py

documents: $(VENV)/.dev ## Regenerate docs/, fixtures/messages.txt and the state of the demo
	$(BIN)/python -m documents

# Tools in build/ with separate environments. Running and testing mockapi does not need them.
# `$(BIN)/python` installs python3-venv on Debian.
SITE := build/docs
CLIENTS := build/clients
LINT := build/lint

TOOLS := $(VENV)/.browser $(SITE)/.tools $(LINT)/.tools $(CLIENTS)/.python $(CLIENTS)/.node $(CLIENTS)/node/.tools

tools: $(TOOLS) ## Install the tools of all checks; -j does so side by side (needs npm)

docs: $(SITE)/.tools ## Build the documentation site in build/site
	$(SITE)/python/bin/zensical build --strict --clean
	$(PYTHON) documents/offline.py build/site

$(SITE)/.tools: requirements/docs.txt | $(BIN)/python
	$(PYTHON) -m venv $(SITE)/python
	$(SITE)/python/bin/python -m pip install -qq --require-hashes -r requirements/docs.txt
	touch $@

# Stop with one line if a command is missing: $(call need,COMMAND,HOW TO GET IT)
need = @command -v $(1) >/dev/null || { echo "make $@ needs $(1). $(2)"; exit 1; }
NODE_HINT := Install Node.js 20 or newer with npm, for example apt-get install nodejs npm.

lint-openapi: $(VENV)/.runtime ## Lint the OpenAPI documents with spectral and redocly (needs npm)
	$(BIN)/python clients/run.py lint

# Installs the libraries with the targets below. Parts without their tools are skipped.
clients: $(VENV)/.runtime ## Test generated clients and the packages for Node and Java
	$(BIN)/python clients/run.py $(ARGS)

# Schemas are in the packages, so the check needs no network.
lint-deploy: $(LINT)/.tools ## Check action.yml, workflows, examples and deploy/ against schemas
	$(LINT)/bin/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(LINT)/bin/check-jsonschema --builtin-schema vendor.github-workflows \
		docs/examples/ci/github-*.yaml .github/workflows/*.yml
	$(LINT)/bin/check-jsonschema --builtin-schema vendor.gitlab-ci docs/examples/ci/gitlab-ci.yaml
	$(LINT)/bin/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml deploy/compose.scale.yaml
	@if command -v kubectl >/dev/null; then set -e; for each in base scale; do \
		kubectl kustomize deploy/kubernetes/$$each > $(LINT)/$$each.yaml; \
		$(LINT)/bin/kubernetes-validate --strict $(LINT)/$$each.yaml; done; \
	else $(LINT)/bin/kubernetes-validate --strict deploy/kubernetes/base/deployment.yaml \
		deploy/kubernetes/base/service.yaml; \
	echo "Without kubectl, deploy/kubernetes/scale is not rendered."; fi

$(LINT)/.tools: requirements/lint.txt | $(BIN)/python
	$(PYTHON) -m venv $(LINT)
	$(LINT)/bin/python -m pip install -qq --require-hashes -r requirements/lint.txt
	touch $@

client-types: ## Regenerate the types of the Node client from docs/openapi/control.json (needs npm)
	$(call need,npm,$(NODE_HINT))
	@$(MAKE) --no-print-directory $(CLIENTS)/node/.tools
	cd clients/node && $(abspath $(CLIENTS))/node/node_modules/.bin/openapi-typescript \
		../../docs/openapi/control.json --default-non-nullable=false --output src/control.ts

$(CLIENTS)/node/.tools: clients/node/package.json
	mkdir -p $(CLIENTS)/node
	cp clients/node/package.json $(CLIENTS)/node
	cd $(CLIENTS)/node && npm install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error
	touch $@

$(CLIENTS)/.node: clients/typescript/package.json
	mkdir -p $(CLIENTS)
	cp clients/typescript/package.json $(CLIENTS)
	cd $(CLIENTS) && npm install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error
	touch $@

$(CLIENTS)/.python: requirements/clients.txt | $(BIN)/python
	$(PYTHON) -m venv $(CLIENTS)/python
	$(CLIENTS)/python/bin/python -m pip install -qq --require-hashes -r requirements/clients.txt
	touch $@

bench: $(VENV)/.browser ## Run all benchmarks; takes eight minutes
	$(BIN)/python bench/start.py
	$(BIN)/python bench/bench.py $(ARGS)
	$(BIN)/python bench/fixture.py
	$(BIN)/python bench/state.py
	PYTHONPATH=tests/browser $(BIN)/python bench/console.py
	$(BIN)/python bench/journal.py
	$(BIN)/python bench/series.py $(ARGS)
	$(BIN)/python bench/data_set.py
	$(BIN)/python bench/clock.py $(ARGS)
	PYTHONPATH=tests/deploy $(BIN)/python bench/scale.py
	@if docker image inspect mockapi >/dev/null 2>&1; then $(BIN)/python bench/image.py; \
	else echo "The image mockapi does not exist. Run make docker, then make image-bench."; fi

# The table of docs/explanation/speed.md. Without npm, node or java their servers are skipped.
PEERS := build/peers

bench-peers: $(VENV)/.dev $(PEERS)/.python ## Compare the speed with other mock servers; takes up to eight minutes
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(PEERS)/.node; \
	else echo "Without npm, WireMock, Prism and Mockoon are skipped. $(NODE_HINT)"; fi
	$(BIN)/python bench/peers.py $(ARGS)

$(PEERS)/.node: bench/package.json
	mkdir -p $(PEERS)
	cp bench/package.json $(PEERS)
	cd $(PEERS) && npm install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error
	touch $@

$(PEERS)/.python: requirements/peers.txt | $(BIN)/python
	$(PYTHON) -m venv $(PEERS)/python
	$(PEERS)/python/bin/python -m pip install -qq --require-hashes -r requirements/peers.txt
	touch $@

# ARGS="--sites 1 --minutes 10" for a sample.
realism: $(VENV)/.dev ## Compare generated readings with statistics of measured buildings; takes hours
	nice $(BIN)/python bench/realism $(ARGS)

pictures: $(VENV)/.dev ## Regenerate docs/pictures/: readings of each building type, and intensities
	$(BIN)/python bench/realism/pictures.py

# Versions are kept if possible; `make lock ARGS=--upgrade` updates all. Faker's version determines generated names.
LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header $(ARGS)

lock: ## Regenerate requirements/*.txt from pyproject.toml (needs uv)
	$(call need,$(UV),Install it with pip install uv.)
	$(LOCK) --group build -o requirements/build.txt
	$(LOCK) --group sbom -o requirements/sbom.txt
	$(LOCK) --group docs -o requirements/docs.txt
	$(LOCK) --group clients -o requirements/clients.txt
	$(LOCK) --group lint -o requirements/lint.txt
	$(LOCK) pyproject.toml -o requirements/runtime.txt
	$(LOCK) --extra dev --group build pyproject.toml -o requirements/dev.txt \
		-c requirements/build.txt -c requirements/runtime.txt
	$(LOCK) --group peers -o requirements/peers.txt -c requirements/dev.txt

DOCKER_HINT := Install Docker and start its engine.

image-bench: $(VENV)/.dev ## Measure the image of `make docker`: size, start, health, memory
	$(call need,docker,$(DOCKER_HINT))
	$(BIN)/python bench/image.py $(ARGS)

image-check: ## Test the first request to each endpoint of each scenario, in the image of `make docker`
	$(call need,docker,$(DOCKER_HINT))
	docker run --rm --interactive --entrypoint python mockapi - --every \
		$(basename $(notdir $(wildcard scenarios/*.yaml))) < release/first_requests.py

docker: ## Build the image (needs docker)
	@docker info >/dev/null 2>&1 || { echo "make docker needs a running Docker engine. $(DOCKER_HINT)"; exit 1; }
	@docker buildx version >/dev/null 2>&1 || docker --version | grep -qE 'version 20\.' || { \
		echo "make docker needs the buildx plugin of Docker, for example apt-get install docker-buildx."; exit 1; }
	DOCKER_BUILDKIT=1 docker build -t mockapi .

# For the locked runtime dependencies, installed in a separate environment to read their licences.
sbom: $(VENV)/.dev ## Write the SBOM of an installation (CycloneDX) to dist/mockapi.cdx.json
	rm -rf build/sbom
	$(PYTHON) -m venv build/sbom/tool
	build/sbom/tool/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/sbom.txt
	$(PYTHON) -m venv --without-pip build/sbom/runtime
	$(BIN)/python -m pip --python build/sbom/runtime/bin/python install -qq --disable-pip-version-check \
		--require-hashes -r requirements/runtime.txt
	mkdir -p dist
	build/sbom/tool/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		--output-format JSON --output-file dist/mockapi.cdx.json build/sbom/runtime/bin/python

release-check: $(VENV)/.dev ## Check versions, builds and contents, and use the wheel in an empty environment
	$(BIN)/python release/check.py

clean: ## Remove the virtual environment and all build results
	rm -rf $(VENV) dist build .coverage* .hypothesis .import_linter_cache .mypy_cache \
		.pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# On Debian `venv` needs a separate package.
VENV_PACKAGE := python3-venv
HAS_VENV := $(PYTHON) -c 'import ensurepip' 2>/dev/null

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("mockapi needs Python 3.11 or newer." if sys.version_info < (3, 11) else 0)'
	@$(HAS_VENV) || if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq \
		&& DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(VENV_PACKAGE) >/dev/null; fi
	@$(HAS_VENV) || { echo "$(PYTHON) cannot make virtual environments. Install $(VENV_PACKAGE)."; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# Build the project with the locked hatchling; do not download another.
$(VENV)/.runtime: $(BIN)/python pyproject.toml requirements/build.txt requirements/runtime.txt
	$(PIP_INSTALL) --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml requirements/dev.txt
	$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	touch $(VENV)/.runtime $@

# Once per environment. Without Chromium the browser tests are skipped with an instruction.
$(VENV)/.browser: $(VENV)/.dev
	@$(BIN)/python tests/browser/chromium.py
	@touch $@
