#!/usr/bin/env bash
# The long form of the tests (./test --long): schemathesis asks the demo whatever its document allows, and
# nothing may break: no 5xx, and no answer that the document does not describe. LONG_SECONDS bounds it (half an hour),
# LONG_EXAMPLES says how many questions each call is asked at most.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=$PWD/target/long
mkdir -p "$folder"

# What is fuzzed is asked by somebody who may do everything; two thousand requests a second are not enough.
export GIAINGAN_LISTEN=127.0.0.1:${LONG_PORT:-8169} GIAINGAN_RATE_LIMIT=1000000 GIAINGAN_LOG_FORMAT=json
base=http://$GIAINGAN_LISTEN

need_schemathesis() {
    [ -x "$folder/venv/bin/schemathesis" ] && return
    echo "./test --long: installing schemathesis into $folder/venv" >&2
    python3 -m venv "$folder/venv"
    "$folder/venv/bin/pip" install --quiet schemathesis==4.32.5
}

ready() { curl --silent --fail --output /dev/null "$base/health/ready"; }

serve() {
    rm -rf "$folder/demo"
    mkdir -p "$folder/demo"
    cargo build
    # Sixteen hundred payments or so; it says when it is there.
    target/debug/giaingan demo --folder "$folder/demo" >"$folder/server.log" 2>&1 &
    server=$!
    trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null || true' EXIT
    until ready; do
        kill -0 "$server" 2>/dev/null || { tail -20 "$folder/server.log" >&2; exit 1; }
        sleep 1
    done
}

# An administrator's key that may do everything but manage accounts, keys and webhooks: what is fuzzed must neither
# switch its own caller off nor send deliveries to whoever a made-up address belongs to.
key() {
    local password token
    password=$(sed -n 's/.*the password is: //p' "$folder/server.log")
    token=$(curl --silent --fail -H 'Content-Type: application/json' -d "{\"username\": \"quantri\", \"password\": \"$password\"}" \
        "$base/api/v1/auth/login" | python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
    curl --silent --fail -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
        -d '{"name": "schemathesis", "grant": {"role": "admin", "unit_id": 1}}' "$base/api/v1/api-keys" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["secret"])'
}

# Licences, what must not be in the tree, and where everything comes from.
need_cargo_deny() {
    command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
}

need_cargo_deny
cargo deny --config .ci/deny.toml check licenses bans sources
need_schemathesis
serve
secret=$(key)
# What the tool remembers between runs stays with it.
cd "$folder"
# Passwords are hashed slowly on purpose, and wrong ones block: signing in has tests of its own.
venv/bin/schemathesis run "$base/api/openapi.json" \
    --header "Authorization: Bearer $secret" --header "Accept-Language: en" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,unsupported_method \
    --exclude-path-regex '/auth/|/me/password' --phases examples,coverage,fuzzing --max-examples "${LONG_EXAMPLES:-25}" \
    --max-time "${LONG_SECONDS:-1800}" --workers 2 --seed 20240630 --request-timeout 60 --suppress-health-check all "$@"
# Requests that are no HTTP are the framework's to refuse, which it calls an error.
! grep '"level":"ERROR"' server.log | grep -v '"target":"actix_http::'
