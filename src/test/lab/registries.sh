#!/bin/bash
# Part of lab.sh: the registries.
# shellcheck disable=SC2154 # LAB, RUN, LOG, PKI and the like are set by lab.sh

# service port [auth lines]
start_registry() {
  local service=$1 port=$2 auth=${3:-}
  if ! running "$service"; then
    if listening "$port"; then die "port $port, meant for the $service, is taken"; fi
    mkdir -p "$LAB/$service"
    cat >"$LAB/$service.yml" <<YML
version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage:
  filesystem: {rootdirectory: $LAB/$service}
  delete: {enabled: true}
http: {addr: "127.0.0.1:$port", secret: lab}
$auth
YML
    launch "$service" docker-registry serve "$LAB/$service.yml"
  fi
  await "$service" 30 curl -s -o /dev/null --max-time 5 "http://127.0.0.1:$port/v2/"
}

# The open registry once more, 2 MB a second and connection: a pull from here lasts long enough to be cut or cancelled.
start_slow_registry() {
  if ! running registry-slow; then
    if listening "$PORT_REGISTRY_SLOW"; then die "port $PORT_REGISTRY_SLOW, meant for the slow registry, is taken"; fi
    launch registry-slow socat -t 600 "TCP-LISTEN:$PORT_REGISTRY_SLOW,bind=127.0.0.1,reuseaddr,fork" \
      "SYSTEM:socat -t 600 - TCP\\:127.0.0.1\\:$PORT_REGISTRY | pv -q -L 2m"
  fi
  await registry-slow 10 curl -sf -o /dev/null --max-time 5 "http://127.0.0.1:$PORT_REGISTRY_SLOW/v2/"
}

start_registries() {
  [[ -s $LAB/htpasswd ]] || htpasswd -Bbn "$REGISTRY_USER" "$REGISTRY_PASSWORD" >"$LAB/htpasswd"
  start_registry registry "$PORT_REGISTRY"
  start_registry registry-auth "$PORT_REGISTRY_AUTH" "auth: {htpasswd: {realm: lab, path: $LAB/htpasswd}}"
  start_slow_registry
}

stop_registries() {
  stop registry-slow 2
  stop registry 5
  stop registry-auth 5
}
