#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The real docker: builds an image of five layers, pushes it, pulls it, pushes it elsewhere, loses it and pushes it again.
# Nothing is run in a container, so the daemon needs no network and no storage driver of the kernel.
. "$(dirname "$0")/support.sh"

dockerd=$(type -P dockerd || true)
((EUID == 0)) || skip "dockerd wants to be root"
[[ $dockerd ]] || skip "dockerd is not installed"

# The client of the same package, where there are several.
client=/usr/bin/docker
[[ -x $client ]] || client=$(type -P docker) || skip "docker is not installed"

docker() {
    DOCKER_BUILDKIT=0 DOCKER_CONFIG=$work/docker-config "$client" -H "unix://$work/docker.sock" "$@"
}

# Starts a daemon of its own, away from one that this computer may have.
start_dockerd() {
    local log=$work/dockerd.log
    printf '{"deprecated-key-path":"%s"}' "$work/docker.key" >"$work/daemon.json"
    "$dockerd" --config-file "$work/daemon.json" --host "unix://$work/docker.sock" --pidfile "$work/docker.pid" \
        --data-root "$work/docker" --exec-root "$work/docker-run" \
        --bridge none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
        --storage-driver vfs >"$log" 2>&1 &
    dockerd_pid=$!
    local tries
    for ((tries = 0; tries < 120; ++tries)); do
        docker version >/dev/null 2>&1 && return 0
        kill -0 "$dockerd_pid" 2>/dev/null || break
        wait_briefly
    done
    tail -n 3 "$log" >&2
    skip "dockerd does not start here"
}

# Not by SIGKILL: its containerd would stay.
cleanup() {
    if [[ ${dockerd_pid-} ]]; then
        kill -TERM "$dockerd_pid" 2>/dev/null || true
        wait "$dockerd_pid" || true
        # It mounts its own directory and, in a changed root, does not find that mount again.
        ! mountpoint -q "$work/docker" || umount -R "$work/docker"
    fi
}

image_id() {
    docker image inspect --format '{{.Id}}' "$1"
}
manifest_digest() {
    request HEAD "/v2/$1" -H 'Accept: application/vnd.docker.distribution.manifest.v2+json'
    expect "the status of $1" "$status" 200
    header Docker-Content-Digest
}

start_dockerd
start_quayside "$work/store"

mkdir "$work/context"
echo 'FROM scratch' >"$work/context/Dockerfile"
for layer in 1 2 3 4 5; do
    head -c 300000 /dev/urandom >"$work/context/file$layer"
    echo "COPY file$layer /" >>"$work/context/Dockerfile"
done
image=$host/team/app:1.0
docker build -q -t "$image" "$work/context" >>"$log" 2>&1
id=$(image_id "$image")

# Push: five layers at once.
docker push "$image" >"$work/push" 2>&1 || fail "$(cat "$work/push")"
digest=$(sed -n 's/.*digest: \(sha256:[0-9a-f]*\).*/\1/p' "$work/push")
expect "the digest that docker says" "$(manifest_digest team/app/manifests/1.0)" "$digest"
request GET /v2/team/app/manifests/1.0
expect "the layers" "$(grep -o 'rootfs.diff.tar.gzip' "$work/body" | wc -l)" 5
expect "its type" "$(header Content-Type)" application/vnd.docker.distribution.manifest.v2+json

# Pull, by tag and by digest.
docker image rm "$image" >>"$log"
docker pull -q "$image" >>"$log" 2>&1
expect "the image that came back" "$(image_id "$image")" "$id"
docker image rm "$image" >>"$log"
docker pull -q "$host/team/app@$digest" >>"$log" 2>&1
docker tag "$host/team/app@$digest" "$image"
expect "the image by its digest" "$(image_id "$image")" "$id"

# Again: nothing is sent twice. Elsewhere: layers are mounted.
docker push "$image" >"$work/push" 2>&1
expect "layers that are there already" "$(grep -c 'Layer already exists' "$work/push")" 5
docker tag "$image" "$host/team/other:1.0"
docker push "$host/team/other:1.0" >"$work/push" 2>&1
expect "layers that were mounted" "$(grep -c 'Mounted from team/app' "$work/push")" 5

# What is not there, and what was deleted.
if docker pull "$host/team/app:2.0" >"$work/pull" 2>&1; then
    fail "a tag that was never pushed was pulled"
fi
expect_like "what docker says" "$(cat "$work/pull")" '*manifest for *team/app:2.0 not found*'
request DELETE "/v2/team/app/manifests/$digest"
expect "the status of the delete" "$status" 202
docker image rm "$image" >>"$log"
if docker pull "$image" >"$work/pull" 2>&1; then
    fail "a deleted image was pulled"
fi
docker tag "$host/team/other:1.0" "$image"
docker push -q "$image" >>"$log" 2>&1
expect "the digest after the second push" "$(manifest_digest team/app/manifests/1.0)" "$digest"
docker image rm "$image" "$host/team/other:1.0" >>"$log"
docker pull -q "$image" >>"$log" 2>&1
expect "the image after the second push" "$(image_id "$image")" "$id"

stop
