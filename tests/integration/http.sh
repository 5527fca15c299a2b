#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What curl sees: headers of every answer, status codes and error codes, uploads, ranges, paging, Host and Origin rules,
# trash and restore.
. "$(dirname "$0")/support.sh"
. "$(dirname "$0")/images.sh"

# expect_error STATUS CODE: of the last answer.
expect_error() {
    expect "the status" "$status" "$1"
    expect "the error code" "$(error_code)" "$2"
    expect "the error's content type" "$(header Content-Type)" application/json
}

start_quayside "$work/store"
layout=$work/layout
make_layout "$layout" hello

# The headers of every answer, also of errors.
for path in /v2/ /v2 /v2/nobody/manifests/x; do
    request GET "$path"
    expect "Docker-Distribution-Api-Version of $path" "$(header Docker-Distribution-Api-Version)" registry/2.0
    expect "X-Content-Type-Options of $path" "$(header X-Content-Type-Options)" nosniff
    expect "Content-Security-Policy of $path" "$(header Content-Security-Policy)" "sandbox; default-src 'none'"
    expect "Cross-Origin-Resource-Policy of $path" "$(header Cross-Origin-Resource-Policy)" same-origin
    expect "Access-Control-Allow-Origin of $path" "$(header Access-Control-Allow-Origin)" ''
done
request GET /v2
expect "the status of /v2" "$status" 200
request GET /v2/
expect "the body of /v2/" "$(cat "$work/body")" '{}'

# Push an image by hand: blobs in one request each, then manifests, then the index.
for blob in "$layout"/blobs/sha256/*; do
    put_blob team/api "$blob"
    expect "the status of a blob" "$status" 201
    expect "the blob's place" "$(header Location)" "/v2/team/api/blobs/$(digest_of "$blob")"
    expect "the blob's digest" "$(header Docker-Content-Digest)" "$(digest_of "$blob")"
done
manifest=$layout/blobs/sha256/${image_digest#sha256:}
put_manifest team/api 1.0 "$manifest"
expect "the manifest's status" "$status" 201
expect "the manifest's place" "$(header Location)" "/v2/team/api/manifests/$image_digest"
expect "the manifest's digest" "$(header Docker-Content-Digest)" "$image_digest"

# GET and HEAD by tag and by digest.
for method in GET HEAD; do
    for reference in 1.0 "$image_digest"; do
        request "$method" "/v2/team/api/manifests/$reference"
        expect "the status of $method $reference" "$status" 200
        expect "the digest" "$(header Docker-Content-Digest)" "$image_digest"
        expect "the type" "$(header Content-Type)" application/vnd.oci.image.manifest.v1+json
        expect "the length" "$(header Content-Length)" "$(stat -c %s "$manifest")"
        expect "the entity tag" "$(header ETag)" "\"$image_digest\""
    done
done
request GET /v2/team/api/manifests/1.0 -H 'Accept: text/html'
expect "the bytes" "$(digest_of "$work/body")" "$image_digest"
for tag in "\"$image_digest\"" "$image_digest" "W/\"$image_digest\"" '*'; do
    request GET /v2/team/api/manifests/1.0 -H "If-None-Match: $tag"
    expect "the status with If-None-Match $tag" "$status" 304
done

# What is not there, and what is not well formed.
request GET /v2/team/api/manifests/2.0
expect_error 404 MANIFEST_UNKNOWN
request HEAD /v2/team/api/manifests/2.0
expect "the status of HEAD" "$status" 404
request GET /v2/team/api/manifests/sha256:short
expect_error 400 DIGEST_INVALID
request GET "/v2/team/api/blobs/sha256:$(printf '0%.0s' {1..64})"
expect_error 404 BLOB_UNKNOWN
request GET /v2/nobody/tags/list
expect_error 404 NAME_UNKNOWN
request POST /v2/UPPER/blobs/uploads/
expect_error 400 NAME_INVALID
request PUT /v2/team/api/manifests/bad -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' --data-binary '{"schemaVersion":2,"a":1,"a":2}'
expect_error 400 MANIFEST_INVALID
request PUT /v2/team/api/manifests/bad -H 'Content-Type: application/vnd.oci.image.index.v1+json' --data-binary "@$manifest"
expect_error 400 MANIFEST_INVALID
request PUT /v2/elsewhere/manifests/1.0 -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' --data-binary "@$manifest"
expect_error 400 MANIFEST_BLOB_UNKNOWN
request PUT "/v2/team/api/manifests/sha256:$(printf '0%.0s' {1..64})" -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' --data-binary "@$manifest"
expect_error 400 DIGEST_INVALID

# Wrong methods say which are right.
for path in /v2/ /v2/_catalog /v2/team/api/tags/list; do
    request DELETE "$path"
    expect_error 405 UNSUPPORTED
    expect "Allow of $path" "$(header Allow)" "GET, HEAD"
done
request POST /v2/team/api/manifests/1.0
expect "Allow of a manifest" "$(header Allow)" "GET, HEAD, PUT, DELETE"
request PATCH /v2/team/api/blobs/uploads/
expect "Allow of uploads" "$(header Allow)" POST

# Who asks: the Host header, web pages.
for name in localhost localhost:1 127.0.0.1 127.9.9.9:5000 '[::1]:5000'; do
    request GET /v2/ -H "Host: $name"
    expect "the status for Host $name" "$status" 200
done
for name in example.org localhost.example.org 127.0.0.1.example.org 10.0.0.1; do
    request GET /v2/ -H "Host: $name"
    expect_error 403 DENIED
done
request GET /v2/ -H 'Host:' --http1.1
expect "the status without Host" "$status" 400
request GET /v2/ -H 'Origin: http://example.org'
expect_error 403 DENIED
request GET /v2/ -H 'Sec-Fetch-Site: cross-site'
expect_error 403 DENIED

# What a proxy may say of itself changes nothing.
request POST /v2/team/api/blobs/uploads/ -H 'X-Forwarded-Host: example.org' -H 'X-Forwarded-Proto: https' -H 'Forwarded: host=example.org'
expect_like "the place of a session" "$(header Location)" '/v2/team/api/blobs/uploads/*'

# Paths are matched as they are sent.
for path in /v2/team/../api/tags/list /v2/team%2fapi/tags/list /v2/team/api/manifests/%00 /v2/team/%zz/tags/list; do
    request GET "$path"
    expect "the status of $path" "$status" 400
done

# Framing that two servers could read in two ways.
request POST /v2/team/api/blobs/uploads/ -H 'Content-Length: 3' -H 'Transfer-Encoding: chunked' --data-binary abc
expect "the status of two framings" "$status" 400

# A client that tries TLS first gets its answer at once.
if timeout 5 curl -sk "https://$host/v2/" >/dev/null 2>&1; then
    fail "a plain port answered TLS"
elif (($? == 124)); then
    fail "a TLS handshake got no answer in 5 s"
fi

# An upload in chunks, with a wrong one in between.
head -c 100000 /dev/urandom >"$work/big"
head -c 60000 "$work/big" >"$work/big.1"
tail -c +60001 "$work/big" >"$work/big.2"
request POST /v2/team/api/blobs/uploads/
expect "the status of a new session" "$status" 202
expect "its range" "$(header Range)" 0-0
session=$(header Location)
expect_like "its place" "$session" "/v2/team/api/blobs/uploads/*"
request PATCH "$session" -H 'Content-Range: 0-59999' -H 'Content-Type: application/octet-stream' --data-binary "@$work/big.1"
expect "the status of a chunk" "$status" 202
expect "the range of a chunk" "$(header Range)" 0-59999
session=$(header Location)
request PATCH "$session" -H 'Content-Range: 0-39999' --data-binary "@$work/big.2"
expect_error 416 BLOB_UPLOAD_INVALID
expect "the range after a wrong chunk" "$(header Range)" 0-59999
request GET "$session"
expect "the status of the session" "$status" 204
expect "the range of the session" "$(header Range)" 0-59999
request PUT "$session?digest=$(digest_of "$work/big")" -H 'Content-Range: 60000-99999' --data-binary "@$work/big.2"
expect "the status of the last chunk" "$status" 201
request GET "/v2/team/api/blobs/$(digest_of "$work/big")"
expect "the uploaded bytes" "$(digest_of "$work/body")" "$(digest_of "$work/big")"
request GET "$session"
expect_error 404 BLOB_UPLOAD_UNKNOWN

# A body that is not what the digest says is not stored.
request POST "/v2/team/api/blobs/uploads/?digest=$(digest_of "$work/big.1")" -H 'Content-Type: application/octet-stream' --data-binary "@$work/big.2"
expect_error 400 DIGEST_INVALID
request HEAD "/v2/team/api/blobs/$(digest_of "$work/big.1")"
expect "the status of what was not stored" "$status" 404

# Ranges.
big=/v2/team/api/blobs/$(digest_of "$work/big")
request GET "$big" -H 'Range: bytes=60000-'
expect "the status of a range" "$status" 206
expect "the range" "$(header Content-Range)" "bytes 60000-99999/100000"
cmp "$work/body" "$work/big.2" || fail "a range has other bytes"
request GET "$big" -H 'Range: bytes=-1'
expect "the range of the last byte" "$(header Content-Range)" "bytes 99999-99999/100000"
request GET "$big" -H 'Range: bytes=100000-'
expect "the status of a range behind the end" "$status" 416
expect "its size" "$(header Content-Range)" "bytes */100000"
request GET "$big" -H 'Range: bytes=0-0,2-2'
expect "the status of two ranges" "$status" 200

# Mounting.
request POST "/v2/team/other/blobs/uploads/?mount=$(digest_of "$work/big")&from=team/api"
expect "the status of a mount" "$status" 201
request POST "/v2/team/other/blobs/uploads/?mount=$(digest_of "$work/big.1")&from=team/api"
expect "the status of a mount of what is not there" "$status" 202

# Lists, in pages.
for tag in a b c; do
    put_manifest team/api "$tag" "$manifest"
done
request GET '/v2/team/api/tags/list?n=2'
expect "the first page" "$(cat "$work/body")" '{"name":"team/api","tags":["1.0","a"]}'
expect_like "its link" "$(header Link)" '</v2/team/api/tags/list*>; rel="next"'
next=$(sed 's/^<\([^>]*\)>.*/\1/' <<<"$(header Link)")
request GET "$next"
expect "the second page" "$(cat "$work/body")" '{"name":"team/api","tags":["b","c"]}'
expect "the link of the last page" "$(header Link)" ''
request GET '/v2/team/api/tags/list?n=x'
expect_error 400 UNSUPPORTED
request GET /v2/_catalog
expect "the catalog" "$(cat "$work/body")" '{"repositories":["team/api"]}'

# Deleting a tag leaves the rest; a digest takes its tags with it; nothing is deleted twice.
request DELETE /v2/team/api/manifests/a
expect "the status of a tag's delete" "$status" 202
request DELETE /v2/team/api/manifests/a
expect_error 404 MANIFEST_UNKNOWN
request GET /v2/team/api/tags/list
expect "the tags left" "$(cat "$work/body")" '{"name":"team/api","tags":["1.0","b","c"]}'
request DELETE "/v2/team/api/manifests/$image_digest"
expect "the status of a digest's delete" "$status" 202
request GET /v2/team/api/manifests/1.0
expect_error 404 MANIFEST_UNKNOWN
request GET /v2/team/api/tags/list
expect "no tags are a list" "$(cat "$work/body")" '{"name":"team/api","tags":[]}'
request GET /v2/_catalog
expect "the catalog without it" "$(cat "$work/body")" '{"repositories":[]}'

# The extension: what a client tells a Quayside by, what is in the trash, and back.
request GET /v2/_oci/ext/discover
expect_like "the extensions" "$(cat "$work/body")" '*"_quayside"*'
request GET /v2/team/api/_quayside/trash/list
expect_like "the trash" "$(cat "$work/body")" "*$image_digest*"
request POST "/v2/team/api/_quayside/trash/restore?digest=$image_digest&role=manifest"
expect "the status of a restore" "$status" 200
request GET /v2/team/api/manifests/1.0
expect "the status of what was restored" "$status" 200
request GET /v2/team/api/tags/list
expect "the tags after the restore" "$(cat "$work/body")" '{"name":"team/api","tags":["1.0","b","c"]}'
request POST '/v2/team/api/_quayside/trash/restore?tag=a'
expect "the status of a tag's restore" "$status" 200
request HEAD /v2/team/api/manifests/a
expect "the status of the restored tag" "$status" 200

# Switched off.
stop
start_quayside "$work/store" --no-delete
request DELETE /v2/team/api/manifests/a
expect_error 405 UNSUPPORTED
stop
start_quayside "$work/store" --read-only
request PUT /v2/team/api/manifests/new -H 'Content-Type: application/vnd.oci.image.manifest.v1+json' --data-binary "@$manifest"
expect_error 405 UNSUPPORTED
request GET /v2/team/api/manifests/a
expect "the status of a read" "$status" 200
stop

# What was found amiss while loading is told.
printf garbage >"$work/store/docker/registry/v2/repositories/team/api/_manifests/tags/b/current/link"
start_quayside "$work/store"
request GET /v2/team/api/tags/list
expect "the tags without the lost one" "$(cat "$work/body")" '{"name":"team/api","tags":["1.0","a","c"]}'
for _ in {1..120}; do
    grep -q '^quaysidectl: warning: .*/tags/b/current/link is garbled: the tag is lost' "$log" && break
    wait_briefly
done
grep -q '^quaysidectl: warning: .*/tags/b/current/link is garbled: the tag is lost' "$log" || fail "no warning of the lost tag"
stop
