#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The real podman: builds an image from scratch, pushes it, pulls it, and pushes a list of manifests. Nothing is run in a
# container.
. "$(dirname "$0")/support.sh"

((EUID == 0)) || skip "podman is tried as root only"
type -P podman >/dev/null || skip "podman is not installed"

# Away from the images that this computer may have.
pm() {
    HOME=$work/home XDG_RUNTIME_DIR=$work/run podman --root "$work/images" --runroot "$work/run/containers" \
        --tmpdir "$work/run/libpod" --storage-driver vfs --cgroup-manager cgroupfs --events-backend none "$@"
}
mkdir -p "$work/home/.config/containers" "$work/run"
chmod 700 "$work/run"
printf '{"default":[{"type":"insecureAcceptAnything"}]}' >"$work/home/.config/containers/policy.json"
pull() {
    pm pull -q --tls-verify=false "$1"
}
push() {
    pm push -q --tls-verify=false "$@"
}
# build ARCHITECTURE NAME
build() {
    printf 'FROM scratch\nCOPY first /\nCOPY %s /text\nLABEL architecture=%s\n' "$1" "$1" >"$work/context/Containerfile"
    pm build -q --arch "$1" -t "$2" "$work/context"
}
image_id() {
    pm image inspect --format '{{.Id}}' "$1"
}

mkdir "$work/context"
head -c 300000 /dev/urandom >"$work/context/first"
echo one >"$work/context/amd64"
echo two >"$work/context/arm64"
pm info >"$work/info" 2>&1 || {
    cat "$work/info" >&2
    skip "podman does not start here"
}
start_quayside "$work/store"

image=$host/team/app:1.0
build amd64 "$image" >>"$log" 2>&1
id=$(image_id "$image")
push --digestfile "$work/digest" "$image"
digest=$(cat "$work/digest")
request GET /v2/team/app/manifests/1.0
expect "the digest that podman says" "$(header Docker-Content-Digest)" "$digest"
expect "its type" "$(header Content-Type)" application/vnd.oci.image.manifest.v1+json

# Pull by tag and by digest; push what is there already, and to another repository.
pm rmi -f "$image" >>"$log"
pull "$image" >>"$log"
expect "the image that came back" "$(image_id "$image")" "$id"
pm rmi -f "$image" >>"$log"
pull "$host/team/app@$digest" >>"$log"
expect "the image by its digest" "$(image_id "$host/team/app@$digest")" "$id"
pm tag "$host/team/app@$digest" "$image" "$host/team/other:1.0"
push "$image"
push "$host/team/other:1.0"
request HEAD "/v2/team/other/manifests/$digest"
expect "the status in the other repository" "$status" 200
# In Docker's format.
push --format v2s2 "$image" "docker://$host/team/app:docker"
request HEAD /v2/team/app/manifests/docker
expect "the type in Docker's format" "$(header Content-Type)" application/vnd.docker.distribution.manifest.v2+json

# A list of two platforms.
build arm64 "$host/team/app:arm64" >>"$log" 2>&1
pm manifest create "$host/team/app:list" >>"$log"
pm manifest add --tls-verify=false "$host/team/app:list" "containers-storage:$image" >>"$log"
pm manifest add --tls-verify=false "$host/team/app:list" "containers-storage:$host/team/app:arm64" >>"$log"
pm manifest push -q --all --tls-verify=false "$host/team/app:list" "docker://$host/team/app:list"
request GET /v2/team/app/manifests/list
expect "the status of the list" "$status" 200
expect "its platforms" "$(grep -o '"architecture": *"[a-z0-9]*"' "$work/body" | sort | tr -d ' \n')" '"architecture":"amd64""architecture":"arm64"'
expect "the tags that podman lists" "$(pm search --tls-verify=false --list-tags "$host/team/app" | awk 'NR > 1 {print $2}' | tr '\n' ' ')" '1.0 docker list '

# Deleted, it is gone for podman; a push brings it back.
request DELETE "/v2/team/app/manifests/$digest"
expect "the status of the delete" "$status" 202
pm rmi -f "$image" >>"$log" 2>&1
if pull "$image" >"$work/pull" 2>&1; then
    fail "a deleted image was pulled"
fi
expect_like "what podman says" "$(cat "$work/pull")" '*manifest unknown*'
pm tag "$host/team/other:1.0" "$image"
push "$image"
pm rmi -f "$image" "$host/team/other:1.0" >>"$log" 2>&1
pull "$image" >>"$log"
expect "the image after the second push" "$(image_id "$image")" "$id"
stop
