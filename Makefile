# OmniData. `make run` sets up and runs the whole system, `make test` sets up and tests it.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
export PYTHONDONTWRITEBYTECODE := 1

# An interpreter that really runs and can make a venv: version shims may exist and fail.
FIND_PYTHON := for each in python3.12 python3.13 python3.14 python3.11 python3; do \
	  $$each -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' \
	    >/dev/null 2>&1 && { command -v $$each; break; }; done
VENV := .venv/bin
INSTALL := -m infra.deploy.installing
# Tests keep their byte code: to compile every test anew takes each process four seconds.
PYTEST := PYTHONDONTWRITEBYTECODE= $(VENV)/python -m pytest
# Three on two cores, since tests of processes and queues mostly wait: for a start, a flush, a lease.
# Four leave no core idle, but make those tests miss their deadlines when anything else runs.
PROCESSES ?= 3
REQUIREMENTS := constraints.txt requirements.txt requirements-dev.txt requirements-tracing.txt \
	worker/requirements.txt

# What another user than the owner of a clone reads in place of "Permission denied".
NOT_YOURS = $$(id -un) cannot use the installation in $(CURDIR), which belongs to another user or needs \
	an interpreter that only they can run. Use a clone of your own.

CDK := infra/node_modules/.bin/cdk
CONSOLE := frontend/dist/index.html
CONSOLE_MODULES := frontend/node_modules/.package-lock.json
CONSOLE_SOURCES := openapi.json $(shell find frontend -name node_modules -prune -o -name dist -prune \
	-o -type f -not -name schema.d.ts -print 2>/dev/null)
NODE_IS_NEW := node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b > 18) ? 0 : 1)'
NODE_SENDER := tests/senders/node/node_modules/.package-lock.json

.PHONY: help run console dev test test-fast workload check format openapi fuzz kills bench screenshots token user export import venv browser postgres stop clean-state \
	synth checkov cost deploy destroy doctor image-context plan package rehearse rollback
STAGE ?= dev

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: venv console-if-possible ## Run the whole system on this machine, until Ctrl-C
	@exec $(VENV)/python -m infra.local

test: venv .venv-infra/installed .venv-checkov/installed $(CDK) $(NODE_SENDER) $(CONSOLE) browser postgres ## Run every test
	@$(PYTEST) -n $(PROCESSES) --dist loadgroup tests

test-fast: venv ## Units, stores and routes: under a minute
	@$(PYTEST) -q -n 2 --dist loadgroup -m 'not generated and not thorough' tests/unit tests/aws tests/api

check: venv .venv-infra/installed $(CONSOLE_MODULES) ## Format, lint, types, layers, OpenAPI drift, forgotten lists: what CI runs first
	@$(VENV)/ruff format --check .
	@$(VENV)/ruff check .
	@$(VENV)/mypy
	@$(VENV)/mypy --python-executable .venv-infra/bin/python $$(find infra/stacks -name "*.py") infra/__main__.py
	@$(VENV)/lint-imports
	@$(VENV)/python -m infra.checks.openapi --check
	@$(VENV)/python -m infra.checks.workloads
	@npm --prefix frontend run --silent types >/dev/null
	@npm --prefix frontend run --silent check
	@npm --prefix frontend run --silent test

format: venv ## Format and mend what the linter can
	@$(VENV)/ruff format .
	@$(VENV)/ruff check --fix .

workload: venv ## A new workload, whole: make workload NAME=feedback
	@$(VENV)/python -m infra.scaffold $(NAME)

openapi: venv ## Write openapi.json from the routes
	@$(VENV)/python -m infra.checks.openapi

fuzz: venv ## The full 20,000 generated requests, and schemathesis (a few minutes)
	@$(PYTEST) -n 2 -m generated tests/api tests/local/test_schema_fuzz.py

kills: venv ## SIGKILLs under load, then the publisher's storm: what is lost or doubled (many minutes): make kills SEED=2
	@$(VENV)/python -m tests.kills --seed $(or $(SEED),1) $(if $(VISIBILITY_S),--visibility-s $(VISIBILITY_S))
	@$(VENV)/python -m tests.kills publisher --seed $(or $(SEED),1)

bench: venv .venv-bench/installed ## Print how fast it is, as ratios from one run
	@$(VENV)/python -m tests.bench

screenshots: venv $(CONSOLE) browser ## Picture every page of the console with sample data: docs/screenshots (some minutes)
	@$(VENV)/python -m tests.screenshots

synth: .venv-infra/installed venv ## Write and judge the AWS templates of STAGE (dev) under cdk.out, and Chalice's own
	@rm -rf cdk.out && .venv-infra/bin/python -m infra
	@.venv-infra/bin/cfn-lint --ignore-checks W3005 -- cdk.out/*.template.json
	@$(VENV)/python -m infra.checks.chalice_nag
	@echo "Stage $(STAGE): $$(ls cdk.out/*.template.json | wc -l) templates in cdk.out; cdk-nag and cfn-lint have nothing against them."

checkov: synth .venv-checkov/installed ## A second opinion on the templates
	@$(VENV)/python -m infra.checks.checkov

cost: venv ## A month's bill: make cost REQUESTS=10000 (a day)
	@$(VENV)/python -m infra.cost --requests $(or $(REQUESTS),10000)

image-context: venv ## Write what the API's image is built from: build/image-context (docs/containers.md)
	@$(VENV)/python -m infra.containers.context

package: venv ## The Lambda's zip; last line: path, bytes, hash
	@$(VENV)/python -m infra.deploy.package

rehearse: venv .venv-infra/installed $(CDK) $(CONSOLE) ## Deploy to the emulator and prove it, without an account
	@$(VENV)/python -m infra.rehearsal --whole

doctor: venv ## Look at the account before a deploy of STAGE, changing nothing
	@$(VENV)/python -m infra.deploy --stage $(STAGE) --doctor

plan: venv .venv-infra/installed $(CDK) $(CONSOLE) ## Show what a deploy of STAGE would change
	@$(VENV)/python -m infra.deploy --stage $(STAGE) --plan

deploy: venv .venv-infra/installed $(CDK) $(CONSOLE) ## Deploy to AWS: make deploy STAGE=dev [STACK=worker]
	@$(VENV)/python -m infra.deploy --stage $(STAGE) $(if $(STACK),--stack $(STACK))

rollback: venv ## Put STAGE's functions back to the release before, in under a minute
	@$(VENV)/python -m infra.deploy --stage $(STAGE) --rollback

destroy: venv .venv-infra/installed $(CDK) ## Take STAGE down
	@$(VENV)/python -m infra.deploy --stage $(STAGE) --destroy

token: venv ## Print an ID token as the last line, of the demo user or of USER=
	@$(VENV)/python -m infra.local.provision.token $(if $(findstring command,$(origin USER)),--user '$(USER)')

# Without a STAGE that somebody gave it is the local system's.
OF_STAGE = $(filter-out local,$(if $(filter file,$(origin STAGE)),local,$(STAGE)))
user: venv ## A user of the local system, or of a stage: make user EMAIL= [TENANT=] [GROUPS=] [STAGE=]
	@$(VENV)/python -m $(if $(OF_STAGE),infra.deploy.user --stage '$(STAGE)',infra.local.provision.user) \
	  --email '$(EMAIL)' $(if $(TENANT),--tenant '$(TENANT)') $(if $(GROUPS),--groups '$(GROUPS)')

TRANSFER = $(VENV)/python -m infra.transfer
export: venv ## A stage's data into a folder, or PostgreSQL: make export TO= [STAGE=] [REPLACE=1]
	@$(TRANSFER) export --stage '$(or $(OF_STAGE),local)' --to '$(TO)' $(if $(REPLACE),--replace)

import: venv ## Exported data into a stage: make import FROM= [STAGE=] [REPLACE=1] [START=1]
	@$(TRANSFER) import --stage '$(or $(OF_STAGE),local)' --from '$(FROM)' $(if $(REPLACE),--replace) \
	  $(if $(START),--start)

console: $(CONSOLE) ## Build the console into frontend/dist

dev: $(CONSOLE_MODULES) ## Serve the console with hot reload, beside a `make run`
	@npm --prefix frontend run --silent types >/dev/null
	@OMNIDATA_URL=http://127.0.0.1:$(or $(PORT),8000) npm --prefix frontend run --silent dev

stop: venv ## Stop a run that was left behind
	@$(VENV)/python -m infra.local.system.stop

clean-state: stop ## Forget all local data
	@dir="$${STATE_DIR:-.local}"; \
	if [ ! -d "$$dir" ]; then exit 0; fi; \
	if [ ! -e "$$dir/lock" ]; then echo "$$dir holds no state of OmniData; nothing is deleted." >&2; exit 1; fi; \
	rm -rf "$$dir"

venv: .venv/installed .venv/bin/omni .chalice/config.json ## Install without starting anything
	@$(VENV)/python -c '' 2>/dev/null || { echo "$(NOT_YOURS)" >&2; exit 1; }

.venv/installed: $(REQUIREMENTS)
	@if [ ! -w . ] || { [ -e .venv ] && [ ! -w .venv ]; }; then echo "$(NOT_YOURS)" >&2; exit 1; fi
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then echo "OmniData needs Python 3.11 or newer with venv." >&2; exit 1; fi; \
	echo "Installing into .venv with $$python: about 100 packages, one to five minutes the first time ..." >&2; \
	$(VENV)/python -c '' 2>/dev/null || "$$python" -m venv --clear .venv
	@$(VENV)/python $(INSTALL) requirements-dev.txt
	@echo "Fetching what the Lambda package carries into .cache/wheels (some seconds) ..." >&2
	@$(VENV)/python -m infra.deploy.wheels
	@$(VENV)/python -m infra.deploy.project >/dev/null
	@touch $@

.venv/bin/omni: infra/cli/omni | .venv/installed
	@if [ ! -w $(VENV) ]; then echo "$(NOT_YOURS)" >&2; exit 1; fi
	@install -m 755 $< $@

# Generated from what is declared: an older one lacks a variable, and `import app` says which.
.chalice/config.json: .chalice/config.template.json $(wildcard infra/declared/*.py) | .venv/installed
	@if [ ! -w .chalice ]; then echo "$(NOT_YOURS)" >&2; exit 1; fi
	@$(VENV)/python -m infra.deploy.project >/dev/null
	@touch $@

# The CDK stands apart: 600 MB that a laptop's run never needs.
.venv-infra/installed: requirements-infra.txt .venv/installed
	@echo "Installing the CDK into .venv-infra (one to three minutes) ..." >&2
	@$(VENV)/python -m venv --clear .venv-infra
	@.venv-infra/bin/python $(INSTALL) $<
	@touch $@

.venv-checkov/installed: requirements-checkov.txt .venv/installed
	@echo "Installing checkov into .venv-checkov (one to three minutes) ..." >&2
	@$(VENV)/python -m venv --clear .venv-checkov
	@.venv-checkov/bin/python $(INSTALL) $<
	@touch $@

# Without Node the system runs all the same; /console says what is missing.
.PHONY: console-if-possible
console-if-possible:
	@if $(NODE_IS_NEW) 2>/dev/null && command -v npm >/dev/null; then $(MAKE) --no-print-directory $(CONSOLE); \
	else echo "Without Node 20.19 or newer, and npm, the system runs without its console." >&2; fi

$(CONSOLE): $(CONSOLE_MODULES) $(CONSOLE_SOURCES)
	@echo "Building the console into frontend/dist (some seconds) ..." >&2
	@npm --prefix frontend run --silent types >/dev/null
	@npm --prefix frontend run --silent build -- --logLevel warn

$(CONSOLE_MODULES): frontend/package-lock.json
	@{ $(NODE_IS_NEW) && command -v npm; } >/dev/null 2>&1 || \
	  { echo "The console needs Node 20.19 or newer with npm." >&2; exit 1; }
	@echo "Installing what the console is built from into frontend/node_modules (under a minute) ..." >&2
	@npm --prefix frontend ci --silent
	@touch $@

$(CDK): infra/package-lock.json
	@command -v npm >/dev/null || { echo "OmniData's tests and deploys need Node 20 or newer with npm." >&2; exit 1; }
	@echo "Installing the CDK's command line into infra/node_modules (under a minute) ..." >&2
	@npm --prefix infra ci --silent
	@touch $@

$(NODE_SENDER): tests/senders/node/package-lock.json
	@command -v npm >/dev/null || { echo "OmniData's tests and deploys need Node 20 or newer with npm." >&2; exit 1; }
	@echo "Installing the Node senders of the tests (under a minute) ..." >&2
	@npm --prefix tests/senders/node ci --silent
	@touch $@

# The peers that are measured against, in an environment of their own.
.venv-bench/installed: tests/bench/requirements.txt .venv/installed
	@echo "Installing the bench's peers into .venv-bench (under a minute) ..." >&2
	@$(VENV)/python -m venv --clear .venv-bench
	@.venv-bench/bin/python $(INSTALL) $<
	@touch $@

# Debian's Chromium drives the browser tests; without it they say why they are skipped.
browser:
	@if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing Chromium for the browser tests (one to three minutes) ..."; \
	  { apt-get update -qq && apt-get install -qq --no-install-recommends chromium fonts-liberation; } \
	    >/dev/null 2>&1 || echo "Chromium could not be installed; its tests will be skipped."; \
	fi

# Debian's PostgreSQL is moved to and from by tests, on a server of their own; without it they say why
# they are skipped.
postgres:
	@if ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 && command -v apt-get >/dev/null \
	    && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing PostgreSQL for the tests of moving data (under a minute) ..."; \
	  mkdir -p /etc/postgresql-common; \
	  [ -e /etc/postgresql-common/createcluster.conf ] || \
	    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq \
	      --no-install-recommends -o Dpkg::Options::=--force-confold postgresql; } \
	    >/dev/null 2>&1 || echo "PostgreSQL could not be installed; its tests will be skipped."; \
	fi
