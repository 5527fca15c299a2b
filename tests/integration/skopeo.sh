#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The real skopeo: copies an image in, lists, inspects, copies it out, deletes it, and copies it in again.
. "$(dirname "$0")/support.sh"
. "$(dirname "$0")/images.sh"

sk() {
    skopeo --insecure-policy "$@"
}
copy_in() {
    sk copy --quiet --all --dest-tls-verify=false "oci:$work/layout" "docker://$host/team/api:$1"
}
tags() {
    sk list-tags --tls-verify=false "docker://$host/team/api" | tr -d ' \n' | sed 's/.*"Tags":\[\(.*\)\].*/\1/'
}
pulled_digest() {
    curl -sS --head "http://$host/v2/team/api/manifests/$1" | tr -d '\r' | sed -n 's/^Docker-Content-Digest: //Ip'
}

make_layout "$work/layout" "hello"
start_quayside "$work/store"

copy_in 1.0
copy_in latest
expect "the list of tags" "$(tags)" '"1.0","latest"'
expect "the digest of 1.0" "$(pulled_digest 1.0)" "$index_digest"
expect "the index as stored" "$(sk inspect --raw --tls-verify=false "docker://$host/team/api:1.0" | sha256sum | cut -d ' ' -f 1)" "${index_digest#sha256:}"
for architecture in amd64 arm64; do
    expect_like "what skopeo says about $architecture" \
        "$(sk --override-arch "$architecture" inspect --tls-verify=false "docker://$host/team/api:1.0")" "*\"Architecture\": \"$architecture\"*"
done

# Out again: the same blobs, byte for byte.
sk copy --quiet --all --src-tls-verify=false "docker://$host/team/api:1.0" "oci:$work/out"
diff -r "$work/layout/blobs" "$work/out/blobs" || fail "what came out differs from what went in"
sk copy --quiet --src-tls-verify=false --override-arch amd64 "docker://$host/team/api@$index_digest" "dir:$work/dir"
expect "the manifest in the directory" "$(digest_of "$work/dir/manifest.json")" "$image_digest"

# skopeo deletes by digest, so both tags go; the platforms are manifests of their own and stay.
sk delete --tls-verify=false "docker://$host/team/api:1.0"
expect "the list of tags after the delete" "$(tags)" ''
for tag in 1.0 latest; do
    if sk inspect --raw --tls-verify=false "docker://$host/team/api:$tag" >/dev/null 2>&1; then
        fail "$tag can be pulled after the delete"
    fi
done
request GET "/v2/team/api/manifests/$index_digest"
expect "the status of the deleted index" "$status" 404
request GET "/v2/team/api/manifests/$image_digest"
expect "the status of a platform's manifest" "$status" 200

# A push brings back what it names, and only that.
copy_in 1.0
expect "the list of tags after the second push" "$(tags)" '"1.0"'
expect "the digest after the second push" "$(pulled_digest 1.0)" "$index_digest"
sk copy --quiet --all --src-tls-verify=false "docker://$host/team/api:1.0" "oci:$work/again"
diff -r "$work/layout/blobs" "$work/again/blobs" || fail "what came out after the second push differs"

# All of it survives a restart.
stop
start_quayside "$work/store"
expect "the list of tags after a restart" "$(tags)" '"1.0"'
expect "the digest after a restart" "$(pulled_digest 1.0)" "$index_digest"
stop
