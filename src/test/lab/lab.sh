#!/bin/bash
# Real engines for the integration tests: see README.md beside this file.
#
#   lab.sh up        starts what is not running yet and waits until all of it answers
#   lab.sh down      ends all of it, keeps the state (images, certificates)
#   lab.sh status    says what runs; exit code 3 when something does not
#   lab.sh env       prints the export lines the tests read
#   lab.sh destroy   down, then removes the state
#
# ROADSTEAD_LAB_DIR (default /tmp/roadstead-lab) holds all state; the TCP ports are on 127.0.0.1,
# from ROADSTEAD_LAB_PORT (default 24100) on. Labs that differ in both run side by side.
set -euo pipefail

LAB=${ROADSTEAD_LAB_DIR:-/tmp/roadstead-lab}
LAB=${LAB%/}
BASE=${ROADSTEAD_LAB_PORT:-24100}
PORT_REGISTRY=$BASE
PORT_REGISTRY_AUTH=$((BASE + 1))
PORT_DOCKER_TLS=$((BASE + 2))
PORT_DOCKER_TCP=$((BASE + 3))
PORT_REGISTRY_SLOW=$((BASE + 4))
REGISTRY_USER=lab
REGISTRY_PASSWORD=labpass
KEY_PASSPHRASE=changeit

SOCKET=$LAB/docker.sock
PKI=$LAB/pki
IMAGES=$LAB/images
RUN=$LAB/run
LOG=$LAB/log
BRIDGE=rdlab$BASE
# The port is unique to a lab, so its two bytes make a subnet no other lab has.
BRIDGE_ADDRESS=10.$((BASE / 256)).$((BASE % 256)).1/24
CGROUP=roadstead-lab-$BASE
SERVICES=(dockerd docker-tcp registry registry-auth registry-slow)

PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C.UTF-8
# The lab's own client settings: neither the user's context nor the user's credentials play a part.
unset DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH
export DOCKER_HOST=unix://$SOCKET DOCKER_CONFIG=$LAB/docker-client DOCKER_BUILDKIT=0

say() { echo "lab: $*" >&2; }
die() {
  say "$*"
  exit 1
}

PARTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=processes.sh
. "$PARTS/processes.sh"
# shellcheck source=pki.sh
. "$PARTS/pki.sh"
# shellcheck source=images.sh
. "$PARTS/images.sh"

# ---- registries

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

# ---- docker

start_docker() {
  if ! running dockerd; then
    if listening "$PORT_DOCKER_TLS"; then die "port $PORT_DOCKER_TLS, meant for Docker, is taken"; fi
    sweep
    ip link show "$BRIDGE" >/dev/null 2>&1 || ip link add "$BRIDGE" type bridge
    ip addr replace "$BRIDGE_ADDRESS" dev "$BRIDGE"
    ip link set "$BRIDGE" up
    # No iptables: daemons of one network namespace fight over the same chains, and some rules would outlive ours.
    # Published ports go through docker-proxy. The cgroup is ours to end even when the daemon is beyond answering.
    launch dockerd dockerd -H "unix://$SOCKET" -H "tcp://127.0.0.1:$PORT_DOCKER_TLS" \
      --tlsverify --tlscacert "$PKI/ca.pem" --tlscert "$PKI/server.pem" --tlskey "$PKI/server.key" \
      --data-root "$LAB/docker/data" --exec-root "$LAB/docker/exec" --pidfile "$LAB/docker/dockerd.pid" \
      --bridge "$BRIDGE" --iptables=false --ip6tables=false \
      --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/$CGROUP" --shutdown-timeout 5
  fi
  await dockerd 60 curl -sf -o /dev/null --max-time 5 --unix-socket "$SOCKET" http://docker/_ping
}

start_docker_tcp() {
  if ! running docker-tcp; then
    if listening "$PORT_DOCKER_TCP"; then die "port $PORT_DOCKER_TCP, meant for Docker, is taken"; fi
    # -t: a client that ended its own half still gets the answer (exec and attach).
    launch docker-tcp socat -t 600 "TCP-LISTEN:$PORT_DOCKER_TCP,bind=127.0.0.1,reuseaddr,fork" "UNIX-CONNECT:$SOCKET"
  fi
  await docker-tcp 10 curl -sf -o /dev/null --max-time 5 "http://127.0.0.1:$PORT_DOCKER_TCP/_ping"
}

# ---- the end of it all

lab_mounts() { awk -v lab="$LAB/" 'index($2, lab) == 1 { print $2 }' /proc/mounts | sort -r; }

# [service]
lab_processes() {
  local entry
  for entry in /proc/[0-9]*; do
    entry=${entry#/proc/}
    if ours "$entry" "$@"; then echo "$entry"; fi
  done
}

container_processes() {
  local procs
  for procs in /sys/fs/cgroup/"$CGROUP"/*/cgroup.procs /sys/fs/cgroup/*/"$CGROUP"/*/cgroup.procs; do
    if [[ -r $procs ]]; then cat "$procs" 2>/dev/null || true; fi
  done | sort -u
}

# What a daemon that was killed left behind: containers, their shims, containerd, mounts, the bridge, cgroups.
sweep() {
  local end=$((SECONDS + 10)) pids found
  while pids=$(container_processes && lab_processes dockerd) && [[ -n $pids ]]; do
    for found in /sys/fs/cgroup/freezer/"$CGROUP"/*/freezer.state; do
      if [[ -w $found ]]; then echo THAWED >"$found" || true; fi
    done
    # shellcheck disable=SC2086
    kill -9 $pids 2>/dev/null || true
    if ((SECONDS >= end)); then
      say "still alive: $pids"
      break
    fi
    sleep 0.1
  done
  for found in $(lab_mounts); do umount -l "$found" 2>/dev/null || true; done
  rm -f "$SOCKET" "$LAB/docker/dockerd.pid"
  find /sys/fs/cgroup -depth -type d '(' -path "*/$CGROUP" -o -path "*/$CGROUP/*" ')' -exec rmdir {} ';' 2>/dev/null || true
  for found in $(lab_bridges); do ip link del "$found" || true; done
}

# The lab's own bridge, and those of networks that this daemon, going by its store, once made.
lab_bridges() {
  local link
  for link in /sys/class/net/*; do
    link=${link##*/}
    if [[ $link == "$BRIDGE" ]] ||
      [[ $link == br-* ]] && grep -qasF "${link#br-}" "$LAB/docker/data/network/files/local-kv.db"; then
      echo "$link"
    fi
  done
}

stop_docker() {
  if running dockerd && curl -sf -o /dev/null --max-time 5 --unix-socket "$SOCKET" http://docker/_ping; then
    local containers
    containers=$(timeout 20 docker ps -aq) || true
    # A container that restarts by itself would be back at the next start.
    # shellcheck disable=SC2086
    if [[ -n $containers ]]; then timeout 60 docker rm -fv $containers >/dev/null || true; fi
    timeout 20 docker network prune -f >/dev/null || true
  fi
  stop dockerd 20
  sweep
}

# ---- commands

prepare() {
  [[ $(id -u) == 0 ]] || die "must be root"
  [[ $LAB =~ ^/[A-Za-z0-9_./-]+$ ]] || die "ROADSTEAD_LAB_DIR must be absolute and plain: $LAB"
  ((${#LAB} <= 60)) || die "ROADSTEAD_LAB_DIR is too long for unix sockets: $LAB"
  if [[ -d $LAB && ! -e $LAB/.roadstead-lab && -n $(ls -A "$LAB") ]]; then die "$LAB is not empty and not a lab"; fi
  mkdir -p "$RUN" "$LOG"
  touch "$LAB/.roadstead-lab"
  exec 9>"$LAB/lock"
  flock -w 300 9 || die "another run holds $LAB/lock"
}

up() {
  need dockerd:docker.io docker-registry:docker-registry ip:iproute2 iptables:iptables socat:socat pv:pv \
    openssl:openssl htpasswd:apache2-utils busybox:busybox-static curl:curl
  # Newer releases package the client apart.
  need docker:docker-cli
  [[ -e $PKI/complete ]] || logged pki make_pki
  start_registries
  start_docker
  start_docker_tcp
  logged images make_images
  say "up after $SECONDS s"
}

down() {
  stop docker-tcp 2
  stop_docker
  stop registry-slow 2
  stop registry 5
  stop registry-auth 5
  local left
  left=$(lab_processes)
  # shellcheck disable=SC2086
  if [[ -n $left ]]; then kill -9 $left 2>/dev/null || true; fi
}

status() {
  local service code=0
  for service in "${SERVICES[@]}"; do
    if running "$service"; then
      echo "$service runs, process $(<"$RUN/$service.pid")"
    else
      echo "$service does not run"
      code=3
    fi
  done
  return $code
}

destroy() {
  down
  [[ -z $(lab_mounts) ]] || die "still mounted: $(lab_mounts)"
  rm -rf --one-file-system "$LAB"
}

environment() {
  cat <<ENV
export ROADSTEAD_TEST_DOCKER=unix://$SOCKET
export ROADSTEAD_TEST_DOCKER_TLS=https://127.0.0.1:$PORT_DOCKER_TLS
export ROADSTEAD_TEST_DOCKER_TCP=tcp://127.0.0.1:$PORT_DOCKER_TCP
export ROADSTEAD_TEST_PKI=$PKI
export ROADSTEAD_TEST_REGISTRY=127.0.0.1:$PORT_REGISTRY
export ROADSTEAD_TEST_REGISTRY_AUTH=127.0.0.1:$PORT_REGISTRY_AUTH
export ROADSTEAD_TEST_REGISTRY_SLOW=127.0.0.1:$PORT_REGISTRY_SLOW
export ROADSTEAD_TEST_REGISTRY_USER=$REGISTRY_USER
export ROADSTEAD_TEST_REGISTRY_PASSWORD=$REGISTRY_PASSWORD
ENV
}

case ${1:-} in
  up | down)
    prepare
    "$1"
    ;;
  destroy)
    [[ -d $LAB ]] || exit 0
    prepare
    destroy
    ;;
  status) status ;;
  env) environment ;;
  *)
    sed -n 2,12p "$0"
    exit 2
    ;;
esac
