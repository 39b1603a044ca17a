#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the engine takes for a packet, in time and, with --callgrind or where
# valgrind is there and nothing is said, in instructions; and what it takes of
# memory for a conversation. The medians go to BUILD/bench.json, beside what
# other measurements wrote there. It judges nothing.
#
#     tests/bench/engine.sh [--callgrind|--time] [ROUNDS]
#
# BUILD names another build directory than build. The callgrind profile stays
# there in bench/callgrind.out, for callgrind_annotate.

set -eu -o pipefail

here=$(cd "$(dirname "$0")" && pwd -P)
build=${BUILD:-${here%/tests/bench}/build}
engine=$build/tests/bench/engine
profile=$build/bench/callgrind.out
what=all

case ${1-} in
--callgrind | --time)
	what=${1#--}
	shift ;;
esac
rounds=${1:-7}
[ -x "$engine" ] || { echo "skipped: no $engine: make bench-engine"; exit 77; }
mkdir -p "$build/bench"

# Adds the lines "KEY NUMBER" or "KEY MEDIAN MIN MAX" of standard input.
merge()
{
	python3 -c '
import json, sys
path = sys.argv[1]
try:
    known = json.load(open(path))
except FileNotFoundError:
    known = {}
for line in sys.stdin:
    key, *values = line.split()
    values = [float(value) for value in values]
    known[key] = (values[0] if len(values) == 1 else
                  dict(zip(("median", "min", "max"), values)))
with open(path, "w") as out:
    json.dump(known, out, indent=2, sort_keys=True)
    out.write("\n")
' "$build/bench.json"
}

# One round tells as much as many: the count hardly varies.
count_instructions()
{
	local output packets instructions

	output=$(valgrind --tool=callgrind --instr-atstart=no \
		--toggle-collect=engine_batch --toggle-collect=engine_tick \
		--callgrind-out-file="$profile" "$engine" 1 2>&1) ||
		{ echo "$output" >&2; return 1; }
	packets=$(awk '$1 == "packets" { print $2 }' <<<"$output")
	instructions=$(awk '$1 == "summary:" { print $2 }' "$profile")
	awk -v n="$instructions" -v packets="$packets" 'BEGIN {
		printf "engine_instructions_per_packet %.1f\n", n / packets
	}'
}

if [ "$what" != callgrind ]; then
	"$engine" "$rounds" | tee "$build/bench/engine.log"
	grep -E '^(engine_ns_per_packet|bytes_per_flow) ' \
		"$build/bench/engine.log" | merge
fi
if [ "$what" = callgrind ] || { [ "$what" = all ] &&
	[ -n "$(type -P valgrind)" ]; }; then
	count_instructions | tee /dev/stderr | merge
fi
