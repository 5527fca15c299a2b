# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by the other scripts.

# part NAME COMMAND...: runs the command and says how long it took, also when it fails.
part() {
    local name=$1 begin=$SECONDS status=0
    shift
    printf '\n== %s\n' "$name"
    "$@" || status=$?
    local seconds=$((SECONDS - begin)) outcome=passed
    if ((status != 0)); then
        outcome="FAILED (exit code $status)"
    fi
    printf '== %s: %s after %d min %02d s\n' "$name" "$outcome" $((seconds / 60)) $((seconds % 60))
    return "$status"
}

# build_preset PRESET [OPTION...] -- [TARGET...]: configures build/PRESET and builds the targets, or everything.
build_preset() {
    local preset=$1 options=()
    shift
    while (($#)) && [[ $1 != -- ]]; do
        options+=("$1")
        shift
    done
    shift || true
    local targets=()
    if (($#)); then
        targets=(--target "$@")
    fi
    cmake --preset "$preset" "${options[@]}" --log-level=WARNING
    cmake --build "build/$preset" "${targets[@]}"
}
