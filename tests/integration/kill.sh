#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Kills the server with SIGKILL in the middle of pushes and deletes, many times. After each start the store opens, and
# everything that was acknowledged is as it was acknowledged.
. "$(dirname "$0")/support.sh"

rounds=50
if [[ -n ${QUAYSIDE_LONG_TESTS-} ]]; then
    rounds=500
fi
writers=3
acknowledged=$work/acknowledged # lines "live|deleted TAG DIGEST", in the order of the answers; written by one append each

# Pushes images of its own, every second of which it deletes again, until the server is gone. Says so for each answer.
write_until_killed() {
    local name=$1 n tag file=$work/$1.blob manifest=$work/$1.manifest digest code place
    answer() {
        curl -sS --max-time 20 -o /dev/null -w '%{http_code}' "$@" 2>/dev/null
    }
    for ((n = 0; ; ++n)); do
        tag=$name-$n
        head -c $((RANDOM * 8 + 1)) /dev/urandom >"$file"
        place=$(curl -sS --max-time 20 -o /dev/null -w '%header{location}' -X POST "http://$host/v2/kill/me/blobs/uploads/" 2>/dev/null) ||
            return 0
        place=http://$host${place#"http://$host"}
        code=$(answer -X PUT -H 'Content-Type: application/octet-stream' --data-binary "@$file" \
            "$place$([[ $place == *\?* ]] && echo '&' || echo '?')digest=$(digest_of "$file")") || return 0
        [[ $code == 201 ]] || return 0
        printf '{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"%s","size":%d},"layers":[]}' \
            "$(digest_of "$file")" "$(stat -c %s "$file")" >"$manifest"
        digest=$(digest_of "$manifest")
        code=$(answer -X PUT -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' --data-binary "@$manifest" \
            "http://$host/v2/kill/me/manifests/$tag") || return 0
        [[ $code == 201 ]] || return 0
        echo "live $tag $digest $(digest_of "$file")" | tee -a "$acknowledged"
        if ((n % 2 == 1)); then
            echo "maybe $tag $digest" >>"$acknowledged"
            code=$(answer -X DELETE "http://$host/v2/kill/me/manifests/$digest") || return 0
            [[ $code == 202 ]] || return 0
            echo "deleted $tag $digest" | tee -a "$acknowledged"
        fi
    done
}

# check LINE...: each tag is in the state that was acknowledged last. "maybe": the delete was not answered.
check() {
    local state tag digest blob
    while read -r state tag digest blob; do
        request GET "/v2/kill/me/manifests/$tag" -H 'Accept: application/vnd.oci.image.manifest.v1+json'
        case $state in
            live)
                expect "the status of $tag" "$status" 200
                expect "the manifest of $tag" "$(digest_of "$work/body")" "$digest"
                request GET "/v2/kill/me/blobs/$blob"
                expect "the status of the blob of $tag" "$status" 200
                expect "the blob of $tag" "$(digest_of "$work/body")" "$blob"
                ;;
            deleted)
                expect "the status of the deleted $tag" "$status" 404
                request GET "/v2/kill/me/manifests/$digest"
                expect "the status of the deleted $digest" "$status" 404
                ;;
        esac
    done
}

# The last state of each tag, of the lines given.
last_states() {
    tac | awk '!seen[$2]++'
}

touch "$acknowledged"
for ((round = 1; round <= rounds; ++round)); do
    start_quayside "$work/store"
    before=$(wc -l <"$acknowledged")
    mkfifo "$work/progress"
    pids=()
    for ((w = 0; w < writers; ++w)); do
        write_until_killed "r$round-w$w" >"$work/progress" &
        pids+=($!)
    done
    # After a random number of answers, in the middle of whatever the others wait for.
    exec {progress}<"$work/progress"
    for ((answers = RANDOM % 15 + 1; answers > 0; --answers)); do
        read -r -t 60 -u "$progress" || fail "round $round: the writers stand still"
    done
    stop KILL
    cat <&"$progress" >/dev/null
    exec {progress}<&-
    rm "$work/progress"
    wait "${pids[@]}"

    start_quayside "$work/store"
    check < <(tail -n +$((before + 1)) "$acknowledged" | last_states)
    stop
done

# At the end, everything of all rounds; and what lists says the same as single requests.
start_quayside "$work/store"
last_states <"$acknowledged" >"$work/states"
check <"$work/states"
request GET /v2/kill/me/tags/list
while read -r state tag _; do
    listed=$(grep -cF "\"$tag\"" "$work/body" || true)
    case $state in
        live) expect "$tag in the list" "$listed" 1 ;;
        deleted) expect "the deleted $tag in the list" "$listed" 0 ;;
    esac
done <"$work/states"
stop
echo "$rounds kills; acknowledged: $(grep -c ^live "$acknowledged") pushes, $(grep -c ^deleted "$acknowledged") deletes"
