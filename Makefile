# Gemini Proxy: `make help` lists what can be done. Needs Node >= 20.19; `make test` also Python >= 3.10.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := ./node_modules/.bin
TSX := node --import tsx

.PHONY: help install run test test-deep check generate release-contract build package oracle mock fuzz conformance live bench-quick bench-cold load soak audit lint-deploy deploy smoke clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: install generate build ## install, generate, build and serve on http://127.0.0.1:9000 (HOST, PORT, GEMINI_API_KEY)
	@exec $(TSX) scripts/run.ts

test: install ## everything a submission must pass: checks, build, all test suites, Python SDK
	@exec scripts/test/test.sh

test-deep: install build ## after make test: mutants, Node.js versions, more fuzzing, soak (under 40 minutes)
	@exec scripts/test/test-deep.sh

check: install ## generated files, released contract, spec lint, Biome, tsc, floors (dependency-cruiser), lock file, licences
	@exec scripts/check/check.sh

generate: install ## make generated/ from spec/, and from the code the tables of the READMEs and .env.example
	@$(TSX) scripts/spec/generate.ts
	@exec $(TSX) scripts/docs/docs.ts

release-contract: install ## at a release: the contract of now becomes spec/released/openapi.json, which make check holds later ones against
	@exec $(TSX) scripts/spec/released.ts

build: install ## dist/server.cjs, the production server in one file
	@exec $(TSX) scripts/bundle/build.ts

package: install build ## dist/gemini-proxy.zip, what Function Compute takes
	@exec $(TSX) scripts/bundle/package.ts

oracle: install ## tests on genuine recordings and the official schema: make oracle SHARED=dir
	@if [ -z "$(SHARED)" ]; then echo "usage: make oracle SHARED=<folder with recordings>" >&2; exit 2; fi
	@if [ ! -d "$(SHARED)" ]; then echo "make oracle: SHARED=$(SHARED) is not a folder" >&2; exit 2; fi
	@SHARED="$(abspath $(SHARED))" exec $(BIN)/vitest run --project oracle

mock: install ## the contract's examples as a server for client teams, on http://127.0.0.1:4010 (MOCK_PORT)
	@exec $(TSX) scripts/mock/mock.ts

fuzz: install build ## Schemathesis on the built server (or SCHEMATHESIS_TARGET, SCHEMATHESIS_TOKEN: a deployment, gently)
	@exec $(TSX) scripts/test/fuzz.ts

conformance: install build ## the SDKs' cases on mock and simulator (and Google, with GEMINI_API_KEY), in one table: build/conformance.md
	@exec $(TSX) scripts/test/conformance.ts

live: install build ## the SDK's cases and the open points on Google itself (GEMINI_API_KEY): failures, drift from the simulator, build/live/
	@exec $(TSX) scripts/test/live.ts

bench-quick: install build ## CPU, memory and disconnect times beside a bare pipe, about a minute (no verdict)
	@exec $(TSX) scripts/bench/quick.ts

bench-cold: install build ## spawn to first chat, and memory, beside a bare node:http server, on four Nodes (WRITE=1: into the READMEs)
	@exec $(TSX) scripts/bench/cold.ts $(if $(WRITE),--write)

load: install build ## one user, 50 users and 50 streams against the simulator: times and errors, about 45 s
	@exec $(TSX) scripts/bench/load.ts

soak: install build ## 10,000 mixed requests, 200 at a time, with faults and clients that leave: nothing lost, nothing grows (SEED)
	@exec $(TSX) scripts/bench/soak.ts

audit: install ## known vulnerabilities in the runtime dependencies
	@exec npm audit --omit=dev

lint-deploy: install ## s.yaml offline, in every variant: resolved by Serverless Devs, then held against our rules
	@exec $(TSX) scripts/deploy/lint.ts

deploy: install ## to Function Compute by s.yaml, after make check and make package: GEMINI_API_KEY and credentials needed, REGION free
	@exec $(TSX) scripts/deploy/deploy.ts

smoke: install ## asks a deployment what only a deployment can show: make smoke TARGET=https://... TOKEN=...
	@exec $(TSX) scripts/smoke/smoke.ts

clean: ## remove what was built, downloaded or cached
	@rm -rf dist build coverage .cache node_modules

# Not listed: every target that runs code depends on it. Does nothing when node_modules agrees with the lock file.
install:
	@command -v node >/dev/null || { echo "Gemini Proxy needs Node >= 20.19: https://nodejs.org" >&2; exit 1; }
	@node scripts/install.cjs
