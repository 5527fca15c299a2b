# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the files that source this
# Sourced after support.sh: makes images in OCI image layouts, without a network.

# descriptor FILE MEDIATYPE [MORE]
descriptor() {
    printf '{"mediaType":"%s","digest":"%s","size":%d%s}' "$2" "$(digest_of "$1")" "$(stat -c %s "$1")" "${3-}"
}

# add_blob LAYOUT FILE: moves the file to its place.
add_blob() {
    mkdir -p "$1/blobs/sha256"
    mv "$2" "$1/blobs/sha256/$(sha256sum <"$2" | cut -d ' ' -f 1)"
}

# make_image LAYOUT ARCHITECTURE TEXT: adds an image of two layers, the second with the text, and prints its
# descriptor.
make_image() {
    local layout=$1 architecture=$2 build diff_ids="" layers="" name
    build=$(mktemp -d "$work/image.XXXXXX")
    echo base >"$build/base"
    echo "$3" >"$build/text"
    for name in base text; do
        tar -C "$build" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$build/$name.tar" "$name"
        diff_ids+="${diff_ids:+,}\"$(digest_of "$build/$name.tar")\""
        gzip -n "$build/$name.tar"
        layers+="${layers:+,}$(descriptor "$build/$name.tar.gz" application/vnd.oci.image.layer.v1.tar+gzip)"
    done
    printf '{"architecture":"%s","os":"linux","created":"2026-01-02T03:04:05Z","config":{},"rootfs":{"type":"layers","diff_ids":[%s]}}' \
        "$architecture" "$diff_ids" >"$build/config"
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s]}' \
        "$(descriptor "$build/config" application/vnd.oci.image.config.v1+json)" "$layers" >"$build/manifest"
    descriptor "$build/manifest" application/vnd.oci.image.manifest.v1+json ",\"platform\":{\"architecture\":\"$architecture\",\"os\":\"linux\"}"
    for name in base.tar.gz text.tar.gz config manifest; do
        add_blob "$layout" "$build/$name"
    done
    rm -r "$build"
}

# make_layout LAYOUT TEXT: a layout with one image for two platforms. Sets `index_digest` and `image_digest` (the
# first platform's).
make_layout() {
    local layout=$1 first second
    mkdir -p "$layout"
    first=$(make_image "$layout" amd64 "$2")
    second=$(make_image "$layout" arm64 "$2")
    image_digest=$(sed 's/.*"digest":"\([^"]*\)".*/\1/' <<<"$first")
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s,%s]}' "$first" "$second" >"$work/index"
    index_digest=$(digest_of "$work/index")
    printf '{"schemaVersion":2,"manifests":[%s]}' "$(descriptor "$work/index" application/vnd.oci.image.index.v1+json)" >"$layout/index.json"
    add_blob "$layout" "$work/index"
    printf '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
}
