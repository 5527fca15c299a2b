#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Measures the embedded registry, beside Debian's docker-registry where both do the same work, and prints tables for
# docs/performance.md. Every comparison is made A B A B in one run; the figures are medians.
. "$(dirname "$0")/../integration/support.sh"

blob_mib=${QUAYSIDE_BENCH_BLOB_MIB-2048}
rounds=${QUAYSIDE_BENCH_ROUNDS-3}
seconds=${QUAYSIDE_BENCH_SECONDS-5}
many_tags=${QUAYSIDE_BENCH_TAGS-10000}
accept=(-H 'Accept: application/vnd.oci.image.manifest.v1+json')
# Calls that touch files; the sockets of Quayside use recv and send.
file_calls=%file,fsync,fdatasync,sync_file_range,pread64,pwrite64,ftruncate,getdents64,sendfile

median() {
    sort -n | awk '{value[NR] = $1} END {print value[int((NR + 1) / 2)]}'
}

# memory FIELD: of the server, in KiB.
memory() {
    awk -v field="$1:" '$1 == field {print $2}' "/proc/$server/status"
}

# seconds_of COMMAND...
seconds_of() {
    local begin=$EPOCHREALTIME
    "$@" >/dev/null
    awk -v begin="$begin" -v end="$EPOCHREALTIME" 'BEGIN {printf "%.2f", end - begin}'
}

# upload FILE DIGEST: in a session, as clients do; the body is streamed.
upload() {
    local place
    request POST /v2/bench/blob/blobs/uploads/
    place=$(header Location)
    place=http://$host${place#"http://$host"}
    if [[ $place == *\?* ]]; then
        place+="&digest=$2"
    else
        place+="?digest=$2"
    fi
    curl -sS -f -o /dev/null -H 'Content-Type: application/octet-stream' -T "$1" "$place"
}

download() {
    curl -sS -f -o /dev/null "http://$host/v2/bench/blob/blobs/$1"
}

# push_image REPOSITORY TAG: a manifest of about a kilobyte. Sets `digest`.
push_image() {
    local file=$work/manifest layer
    echo '{}' >"$work/config"
    upload_small "$1" "$work/config"
    layer=$(printf '{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":3}' "$(digest_of "$work/config")")
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s,%s,%s,%s],"annotations":{"repository":"%s"}}' \
        "$layer" "$layer" "$layer" "$layer" "$layer" "$1" >"$file"
    digest=$(digest_of "$file")
    put_manifest "$1" "$2" "$file"
    expect "the status of the manifest" "$status" 201
}

upload_small() {
    local place
    request POST "/v2/$1/blobs/uploads/"
    place=$(header Location)
    place=${place#"http://$host"}
    request PUT "$place$([[ $place == *\?* ]] && echo '&' || echo '?')digest=$(digest_of "$2")" \
        -H 'Content-Type: application/octet-stream' --data-binary "@$2"
    expect "the status of the blob" "$status" 201
}

# rate HOST METHOD PATH: requests in a second, 32 connections. wrk waits for the body that HEAD has not, so ab does
# HEAD.
rate() {
    if [[ $2 == HEAD ]]; then
        ab -q -i -k -c 32 -t "$seconds" -n 100000000 "${accept[@]}" "http://$1$3" | tee -a "$log" |
            sed -n 's/^Requests per second: *\([0-9.]*\).*/\1/p'
    else
        wrk -t 2 -c 32 -d "${seconds}s" "${accept[@]}" "http://$1$3" | tee -a "$log" | sed -n 's/^Requests\/sec: *//p'
    fi
}

# push_rate HOST ROUND: tagged pushes in a second, 32 connections; each manifest and each tag is new.
push_rate() {
    cat >"$work/push.lua" <<EOF
local file = io.open("$work/manifest")
local body = file:read("a")
file:close()
local threads = 0
function setup(thread)
    thread:set("id", threads)
    threads = threads + 1
end
local count = 0
function request()
    count = count + 1
    local tag = "r$2-" .. id .. "-" .. count
    return wrk.format("PUT", "/v2/bench/rate/manifests/" .. tag,
        {["Content-Type"] = "application/vnd.oci.image.manifest.v1+json"},
        (body:gsub('"annotations":{', '%0"push":"' .. tag .. '",')))
end
EOF
    wrk -t 2 -c 32 -d "${seconds}s" -s "$work/push.lua" "http://$1" | tee -a "$log" >"$work/push.out"
    ! grep 'Non-2xx' "$work/push.out" >&2 || fail "pushes were refused"
    sed -n 's/^Requests\/sec: *//p' "$work/push.out"
}

# traced COMMAND...: runs it while strace counts the server's file calls; prints "number details".
traced() {
    local pipe=$work/strace.pipe counts=$work/strace.counts tracer
    rm -f "$pipe" "$counts"
    mkfifo "$pipe"
    strace -f -c -U name,calls -e "trace=$file_calls" -o "$counts" -p "$server" 2>"$pipe" &
    tracer=$!
    exec 8<"$pipe"
    read -r -t 30 _ <&8 || fail "strace did not attach"
    cat <&8 >/dev/null &
    "$@" >/dev/null
    kill -INT "$tracer"
    wait "$tracer" || true
    exec 8<&-
    awk '$2 ~ /^[0-9]+$/ && $1 != "total" {sum += $2; list = list (list ? ", " : "") $1 " " $2} END {print sum + 0, list ? "(" list ")" : ""}' "$counts"
}

measure_blobs() {
    local file=$work/blob digest before during
    head -c "${blob_mib}M" /dev/urandom >"$file"
    digest=$(digest_of "$file")
    start_quayside "$work/blobs"
    request GET /v2/
    before=$(memory VmRSS)
    printf '\n| one blob of %s MiB | seconds | MiB/s |\n|---|---|---|\n' "$blob_mib"
    push=$(seconds_of upload "$file" "$digest")
    pull=$(seconds_of download "$digest")
    during=$(memory VmHWM)
    awk -v mib="$blob_mib" -v push="$push" -v pull="$pull" 'BEGIN {
        printf "| push, durable | %s | %.0f |\n| pull | %s | %.0f |\n", push, mib / push, pull, mib / pull}'
    printf '\nMemory: %d KiB before, %d KiB at its highest: **%.1f MiB** more.\n' "$before" "$during" \
        "$(awk -v a="$before" -v b="$during" 'BEGIN {print (b - a) / 1024}')"
    ((during - before < 32 * 1024)) || fail "the server's memory grew by more than 32 MiB"
    stop
    rm -rf "$file" "$work/blobs"
}

measure_rates() {
    local ours theirs method path round
    start_docker_registry "$work/theirs"
    push_image bench/rate latest
    theirs=$host
    start_quayside "$work/ours"
    push_image bench/rate latest
    ours=$host
    printf '\n| 32 connections | Quayside, requests/s | docker-registry, requests/s | ratio |\n|---|---|---|---|\n'
    for method in "GET latest" "HEAD latest" "HEAD $digest"; do
        path=/v2/bench/rate/manifests/${method#* }
        : >"$work/ours.rates"
        : >"$work/theirs.rates"
        for ((round = 0; round < rounds; ++round)); do
            rate "$ours" "${method% *}" "$path" >>"$work/ours.rates"
            rate "$theirs" "${method% *}" "$path" >>"$work/theirs.rates"
        done
        awk -v what="${method% *} manifest by $([[ $method == *sha256* ]] && echo digest || echo tag)" \
            -v a="$(median <"$work/ours.rates")" -v b="$(median <"$work/theirs.rates")" \
            'BEGIN {printf "| %s | %.0f | %.0f | **%.1f** |\n", what, a, b, a / b}'
    done
    : >"$work/ours.rates"
    : >"$work/theirs.rates"
    for ((round = 0; round < rounds; ++round)); do
        push_rate "$ours" "$round" >>"$work/ours.rates"
        push_rate "$theirs" "$round" >>"$work/theirs.rates"
    done
    awk -v a="$(median <"$work/ours.rates")" -v b="$(median <"$work/theirs.rates")" \
        'BEGIN {printf "| PUT manifest with a tag, durable | %.0f | %.0f | **%.1f** |\n", a, b, a / b}'
    kill -TERM "${servers[@]: -2}"
    wait "${servers[@]: -2}" || true
}

measure_file_calls() {
    start_quayside "$work/calls"
    push_image bench/one tag
    local one=$digest many
    push_image bench/many t0
    many=$digest
    tag_many bench/many "$many_tags"
    printf '\n| work | file calls |\n|---|---|\n'
    printf '| 1,000 x HEAD manifest by tag | %s |\n' \
        "$(traced curl -sS -f "${accept[@]}" --head "http://$host/v2/bench/one/manifests/tag?[1-1000]")"
    printf '| 1,000 x tags/list | %s |\n' "$(traced curl -sS -f "http://$host/v2/bench/one/tags/list?n=100&x=[1-1000]")"
    printf '| DELETE of a manifest with 1 tag | %s |\n' \
        "$(traced curl -sS -f -X DELETE "http://$host/v2/bench/one/manifests/$one")"
    printf '| DELETE of a manifest with %d tags | %s |\n' "$many_tags" \
        "$(traced curl -sS -f -X DELETE "http://$host/v2/bench/many/manifests/$many")"
    stop
}

# tag_many REPOSITORY COUNT: tags t1 to t<COUNT - 1> beside t0.
tag_many() {
    (($2 > 1)) || return 0
    curl -sS -f -Z --parallel-max 32 -o /dev/null -X PUT -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' \
        --data-binary "@$work/manifest" "http://$host/v2/$1/manifests/t[1-$(($2 - 1))]" 2>>"$log"
}

# A manifest is deleted and restored again and again.
measure_deletes() {
    local tags round digests=()
    start_quayside "$work/deletes"
    for tags in 1 100 "$many_tags"; do
        push_image "bench/tags$tags" t0
        digests+=("$digest")
        tag_many "bench/tags$tags" "$tags"
    done
    for ((round = 0; round < 4 * rounds; ++round)); do
        for tags in 1 100 "$many_tags"; do
            digest=${digests[tags == 1 ? 0 : tags == 100 ? 1 : 2]}
            curl -sS -f -o /dev/null -w '%{time_total}\n' -X DELETE "http://$host/v2/bench/tags$tags/manifests/$digest" >>"$work/deletes.$tags"
            request POST "/v2/bench/tags$tags/_quayside/trash/restore?digest=$digest"
            expect "the status of a restore" "$status" 200
        done
    done
    printf '\n| DELETE of a manifest, durable | milliseconds |\n|---|---|\n'
    for tags in 1 100 "$many_tags"; do
        awk -v tags="$tags" -v time="$(median <"$work/deletes.$tags")" 'BEGIN {printf "| with %d tags | %.1f |\n", tags, time * 1000}'
    done
    stop
}

printf 'Measured on %s, %s cores, %s, %s.\n' "$(uname -m)" "$(nproc)" "$(stat -f -c %T "$work")" "$(date -u +%F)"
measure_blobs
measure_rates
measure_deletes
measure_file_calls
