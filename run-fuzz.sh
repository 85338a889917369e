#!/usr/bin/env bash
# The nightly entry: builds MapSim, sees whether a campaign still finds a planted fault (the canary), fuzzes for the asked
# time (half of it the model as it is, in DIR/faithful, half of it with all repairs, in DIR/repaired, which goes on past the
# known defects), replays the committed traces of real Go (alone, and with a collector beside them) and the committed
# programs, and prints where the campaigns stand. The same DIR goes on where it stopped.
#
#   ./run-fuzz.sh [DURATION] [DIR]     DURATION like 30s, 10m, 8h (default 60s), or 3000x: until each campaign has
#                                      made so many executions in all; DIR for the campaigns (default findings/nightly)
#
# Needs nothing but the .NET SDK. Exit codes: 0 clean, 1 internal error or a red canary, 2 bad usage, 70 or 71 a committed
# program ran into the step or memory limit, 72 interrupted, 77 new finding, 78 nondeterminism, 79 a recorded trace or a
# committed program is not reproduced (the worst of the parts wins: 1, 2, 78, 77, 79, 70, 71, 72). docs/NIGHTLY.md
set -u
duration=${1:-60s}
dir=${2:-findings/nightly}
if ! [[ $duration =~ ^[0-9]+(s|m|h|x)$ ]] || [ $# -gt 2 ]; then
  echo "run-fuzz.sh: expected a duration like 30s, 10m or 8h, or executions like 3000x, found '$duration'" >&2
  echo "usage: ./run-fuzz.sh [DURATION] [DIR]" >&2
  exit 2
fi
case $duration in
  *h) seconds=$((10#${duration%h} * 3600)) ;;
  *m) seconds=$((10#${duration%m} * 60)) ;;
  *x) seconds=$((10#${duration%x})) ;;
  *) seconds=$((10#${duration%s})) ;;
esac
if [ "$seconds" -lt 1 ]; then
  echo "run-fuzz.sh: expected 1s, 1x or more, found '$duration'" >&2
  exit 2
fi
# A folder is relative to where the user stands, not to this file.
mkdir -p "$dir" && dir=$(cd "$dir" && pwd) || exit 2
cd "$(dirname "$0")" || exit 1

echo "== build" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! dotnet build src/MapSim.Cli --configuration Release --nologo --verbosity quiet >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
mapsim() { dotnet src/MapSim.Cli/bin/Release/net10.0/MapSim.Cli.dll "$@"; }

codes=()
seed=${MAPSIM_SEED:-$(date +%Y%m%d)}
echo "== canary" >&2
mapsim canary --for 60s --seed "$seed"
codes+=($?)

budget=(--for "$(((seconds + 1) / 2))s") share="half of $duration"
[[ $duration == *x ]] && budget=(--execs "$seconds") share=$duration
interrupted=
for part in faithful repaired; do
  [ -n "$interrupted" ] && continue
  options=()
  [ "$part" = repaired ] && options+=(--repair all)
  # A campaign that goes on keeps its seed.
  { [ -n "${MAPSIM_SEED:-}" ] || [ ! -e "$dir/$part/campaign.json" ]; } && options+=(--seed "$seed")
  echo "== campaign $part, $share" >&2
  mapsim fuzz "${budget[@]}" --dir "$dir/$part" ${options[@]+"${options[@]}"} >"$log"
  code=$?
  codes+=("$code")
  sed '/^milestones:/,$d' "$log"
  [ "$code" -eq 72 ] && interrupted=1
done

echo "== traces of real Go" >&2
mapsim verify tests/data/go-traces
codes+=($?)
echo "== the same with a collector" >&2
mapsim verify --gc "$seed" tests/data/go-traces
codes+=($?)
echo "== committed programs" >&2
folders=()
for folder in corpus/examples corpus/regression corpus/discoveries corpus/faults; do
  [ -d "$folder" ] && folders+=("$folder")
done
# A committed program that ends otherwise than it expects is a drift (79), nothing new.
mapsim replay --junit "$dir/junit.xml" "${folders[@]}"
codes+=($?)

echo "== status of $dir" >&2
mapsim status "$dir" | tee "$dir/summary.txt"
codes+=("${PIPESTATUS[0]}")

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
