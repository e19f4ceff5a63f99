# A menu over the presets of CMakePresets.json, nothing more.
.PHONY: menu demo build dev fast test test-race fmt lint bench docs clean

menu:
	@sed -n 's/^## //p' Makefile

## make demo        installs what is missing, builds the release binary, shows a running shop (first time: 15 minutes)
demo: build
	@build/release/augury demo

## make test        everything that checks the project; at most 25 minutes once the compiler cache is warm
test:
	@tools/setup test
	@tools/run_tests

## make build       the release binary: build/release/augury
build:
	@tools/setup build
	@mkdir -p build && cmake --preset release >build/release.configure.log 2>&1 || { cat build/release.configure.log; exit 1; }
	@ninja -j$$(nproc) -C build/release augury

## make dev         -O1 with the address and undefined sanitizers, all unit tests: build/dev
dev:
	@tools/setup test
	@cmake --preset dev && ninja -j$$(nproc) -C build/dev

## make fast        -O1 without sanitizers, for a quick edit-test loop: build/fast
fast:
	@tools/setup test
	@cmake --preset fast && ninja -j$$(nproc) -C build/fast

## make test-race   the unit tests under ThreadSanitizer
test-race:
	@tools/setup test
	@tools/run_tests --tier race

## make fmt         lays the source out
fmt:
	@tools/setup test
	@tools/check_format.py --fix

## make lint        the checks that need no build: format, layers, tidy, links
lint:
	@tools/setup test
	@tools/run_tests --tier lint

## make docs        checks what the documents say: links, the tour, examples (needs make build)
docs:
	@tools/run_tests --tier docs

## make bench       Augury beside its peers, one table: bench/results/latest.md
bench:
	@tools/setup bench
	@tools/bench

## make clean       removes build/
clean:
	@rm -rf build
