# Gemini Proxy: `make help` lists the targets. Needs Node >= 20.19; `make test` also Python >= 3.10.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := ./node_modules/.bin
TSX := node --import tsx

.PHONY: help install run test test-deep check generate release-contract build package oracle mock screenshots fuzz conformance live bench bench-quick bench-cold capacity load soak usage audit lint-deploy deploy smoke doctor clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: install ## serve on http://127.0.0.1:9000; without GEMINI_API_KEY the simulator answers (settings: .env or the shell)
	@echo "make run: building the server, which takes some seconds, and longer the first time"
	@$(MAKE) generate build
	@exec $(TSX) scripts/run.ts

test: install ## run everything that a change must pass, in 30 to 60 minutes: checks, build, fuzzing, all test suites
	@exec scripts/test/test.sh

test-deep: install build ## run the long tests after make test: planted bugs, Node.js versions, fuzzing, soak (under 40 minutes)
	@exec scripts/test/test-deep.sh

check: install ## check generated files, released contract, spec, format, types, import floors, lock file, licences
	@exec scripts/check/check.sh

generate: install ## write generated/ from spec/, and the tables of the READMEs and .env.example from the code
	@$(TSX) scripts/spec/generate.ts
	@exec $(TSX) scripts/docs/docs.ts

release-contract: install ## at a release: copy the contract to spec/released/, with which make check compares later ones
	@exec $(TSX) scripts/spec/released.ts

build: install ## build dist/server.cjs, the production server in one file
	@exec $(TSX) scripts/bundle/build.ts

package: install build ## build dist/gemini-proxy.zip, the package for Function Compute
	@exec $(TSX) scripts/bundle/package.ts

oracle: install ## test with real recordings and the official schema: make oracle SHARED=dir
	@if [ -z "$(SHARED)" ]; then echo "usage: make oracle SHARED=<folder with recordings>" >&2; exit 2; fi
	@if [ ! -d "$(SHARED)" ]; then echo "make oracle: SHARED=$(SHARED) is not a folder" >&2; exit 2; fi
	@SHARED="$(abspath $(SHARED))" exec $(BIN)/vitest run --project oracle

mock: install ## serve the contract's examples for client teams on http://127.0.0.1:4010 (MOCK_PORT)
	@exec $(TSX) scripts/mock/mock.ts

screenshots: install build ## write the pictures of the console in docs/images (needs chromium, takes 3 minutes)
	@exec $(TSX) scripts/docs/screenshots.ts

fuzz: install build ## run Schemathesis on the built server, in 2 minutes, or on a deployment (SCHEMATHESIS_TARGET, SCHEMATHESIS_TOKEN)
	@exec $(TSX) scripts/test/fuzz.ts

conformance: install build ## run the SDKs on mock, simulator and, with GEMINI_API_KEY, Google; writes build/conformance.md
	@exec $(TSX) scripts/test/conformance.ts

live: install build ## run the SDK and check assumptions on Google (GEMINI_API_KEY): failures, drift from the simulator
	@exec $(TSX) scripts/test/live.ts

bench: install build ## measure the proxy beside a minimal node:http proxy, nginx, Express, Portkey and LiteLLM, in 15 minutes (WRITE=1: update docs)
	@exec $(TSX) scripts/bench/bench.ts $(if $(WRITE),--write) $(if $(TINY),--tiny)

bench-quick: install build ## measure CPU, memory and disconnect times beside a minimal node:http proxy, in four minutes
	@exec $(TSX) scripts/bench/bench.ts --quick $(if $(TINY),--tiny)

bench-cold: install build ## measure cold start and memory on four versions of Node.js (WRITE=1: update the READMEs)
	@exec $(TSX) scripts/bench/cold.ts $(if $(WRITE),--write)

capacity: install build ## measure how cost grows, and plan for Function Compute, in 10 minutes (TINY=1: 1 minute; PLAN=1: only the plan, from the last figures; WRITE=1: update docs)
	@exec $(TSX) scripts/bench/capacity.ts $(if $(TINY),--tiny) $(if $(PLAN),--plan) $(if $(WRITE),--write)

load: install build ## measure times and errors with one user, 50 users and 50 streams, in about 45 s
	@exec $(TSX) scripts/bench/load.ts

soak: install build ## send 10,000 mixed requests with faults and disconnects, and check for losses and leaks (SEED)
	@exec $(TSX) scripts/bench/soak.ts

usage: install ## sum tokens and costs of a log: make usage < server.log (FILES="a.log b.log.gz", BY=caller,model,day)
	@[ -f dist/cli.cjs ] || $(MAKE) build < /dev/null >&2
	@exec node dist/server.cjs usage $(if $(BY),--by $(BY)) $(FILES)

audit: install ## list known vulnerabilities of the runtime dependencies (needs the internet)
	@exec $(TSX) scripts/check/audit.ts

lint-deploy: install ## check every variant of s.yaml offline, after Serverless Devs has resolved it
	@exec $(TSX) scripts/deploy/lint.ts

deploy: install ## check, package and deploy to Function Compute (GEMINI_API_KEY, credentials, optional REGION)
	@exec $(TSX) scripts/deploy/deploy.ts

smoke: install ## check a deployment: make smoke TARGET=https://... TOKEN=...
	@exec $(TSX) scripts/smoke/smoke.ts

doctor: install ## find what is wrong with the settings here, or with a deployment (TARGET=https://... TOKEN=...)
	@exec $(TSX) scripts/doctor/doctor.ts

clean: ## remove built, downloaded and cached files
	@rm -rf dist build coverage .cache node_modules

# `make help` does not list install: other targets run it. It does nothing if node_modules matches
# the lock file.
install:
	@command -v node >/dev/null || { echo "Gemini Proxy needs Node >= 20.19: https://nodejs.org" >&2; exit 1; }
	@node scripts/install.cjs
