#!/usr/bin/env bash
# The nightly entry: builds MapSim, replays the committed traces of real Go (alone, and with a collector beside them) and
# the committed programs (JUnit XML in DIR/junit.xml), then runs random programs of all map types against the invariants and
# a naive model for the asked time, half of it with a collector and its oracles, and prints a summary.
#
#   ./run-fuzz.sh [DURATION] [DIR]     DURATION like 30s, 10m, 8h (default 60s); DIR for findings (default findings)
#
# Needs nothing but the .NET SDK. Exit codes: 0 clean, 1 internal error, 2 bad usage, 70 or 71 a committed program ran into
# the step or memory limit, 72 interrupted, 77 new finding, 78 nondeterminism, 79 a recorded trace or a committed program is
# not reproduced (the worst of the parts wins: 1, 2, 78, 77, 79, 70, 71, 72).
set -u
cd "$(dirname "$0")" || exit 1
duration=${1:-60s}
dir=${2:-findings}
if ! [[ $duration =~ ^[0-9]+(s|m|h)$ ]] || [ $# -gt 2 ]; then
  echo "run-fuzz.sh: expected a duration like 30s, 10m or 8h, found '$duration'" >&2
  echo "usage: ./run-fuzz.sh [DURATION] [DIR]" >&2
  exit 2
fi

echo "== build" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! dotnet build src/MapSim.Cli --configuration Release --nologo --verbosity quiet >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
mapsim() { dotnet src/MapSim.Cli/bin/Release/net10.0/MapSim.Cli.dll "$@"; }

codes=()
mkdir -p "$dir" || exit 2
echo "== traces of real Go" >&2
mapsim verify tests/data/go-traces
codes+=($?)
echo "== the same with a collector" >&2
mapsim verify --gc "${MAPSIM_SEED:-$(date +%Y%m%d)}" tests/data/go-traces
codes+=($?)
echo "== committed programs" >&2
folders=()
for folder in corpus/examples corpus/regression corpus/discoveries corpus/faults; do
  [ -d "$folder" ] && folders+=("$folder")
done
# A committed program that ends otherwise than it expects is a drift (79), nothing new.
mapsim replay --junit "$dir/junit.xml" "${folders[@]}"
codes+=($?)
case $duration in
  *h) seconds=$((${duration%h} * 3600)) ;;
  *m) seconds=$((${duration%m} * 60)) ;;
  *) seconds=${duration%s} ;;
esac
seed=${MAPSIM_SEED:-$(date +%Y%m%d)}
: >"$dir/summary.txt"
for collector in "" --gc; do
  echo "== random programs${collector:+ with a collector beside them}, half of $duration" >&2
  # shellcheck disable=SC2086
  mapsim fuzz $collector --for "$(((seconds + 1) / 2))s" --seed "$seed" | tee -a "$dir/summary.txt"
  codes+=("${PIPESTATUS[0]}")
done

for worst in 1 2 78 77 79 70 71 72; do
  for code in "${codes[@]}"; do
    if [ "$code" -eq "$worst" ]; then
      echo "== exit $worst" >&2
      exit "$worst"
    fi
  done
done
for code in "${codes[@]}"; do
  [ "$code" -eq 0 ] || exit "$code"
done
echo "== clean" >&2
