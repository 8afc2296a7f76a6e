#!/bin/bash
# Real engines for the integration tests: see README.md beside this file.
#
#   lab.sh up        starts what is not running yet and waits until all of it answers
#   lab.sh down      ends all of it, keeps the state (images, certificates)
#   lab.sh status    says what runs; exit code 3 when something does not
#   lab.sh env       prints the export lines the tests read
#   lab.sh sweep     removes what tests left behind in the engines that run
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
PORT_PODMAN_TLS=$((BASE + 5))
PORT_LXD=$((BASE + 6))
PORT_STREAMS=$((BASE + 7))
REGISTRY_USER=lab
REGISTRY_PASSWORD=labpass
KEY_PASSPHRASE=changeit
LXD_PASSWORD=labtrust

SOCKET=$LAB/docker.sock
PODMAN_SOCKET=$LAB/podman.sock
PKI=$LAB/pki
IMAGES=$LAB/images
RUN=$LAB/run
LOG=$LAB/log
BRIDGE=rdlab$BASE
PODMAN_BRIDGE=rdpod$BASE
LXD_BRIDGE=rdlxd$BASE
# n: a port is unique to a lab, so its two bytes make a subnet no other lab has.
subnet() { echo "10.$(((BASE + $1) / 256)).$(((BASE + $1) % 256)).0/24"; }
address() { echo "10.$(((BASE + $1) / 256)).$(((BASE + $1) % 256)).1"; }
BRIDGE_ADDRESS=$(address 0)/24
CGROUP=roadstead-lab-$BASE
SERVICES=(dockerd docker-tcp podman podman-tls lxd streams registry registry-auth registry-slow)

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
# shellcheck source=registries.sh
. "$PARTS/registries.sh"
# shellcheck source=docker.sh
. "$PARTS/docker.sh"
# shellcheck source=podman.sh
. "$PARTS/podman.sh"
# shellcheck source=lxd.sh
. "$PARTS/lxd.sh"

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
    openssl:openssl htpasswd:apache2-utils busybox:busybox-static curl:curl ps:procps \
    podman:podman runc:runc conmon:conmon catatonit:catatonit /usr/lib/podman/netavark:netavark \
    /usr/lib/podman/aardvark-dns:aardvark-dns lxd:lxd lxc:lxd-client dnsmasq:dnsmasq-base mksquashfs:squashfs-tools \
    setfattr:attr nft:nftables xz:xz-utils python3:python3
  # Newer releases package the client apart.
  need docker:docker-cli
  [[ -e $PKI/complete ]] || logged pki make_pki
  logged images make_roots
  together up_docker up_podman up_lxd
  say "up after $SECONDS s"
}

up_docker() {
  start_registries
  start_docker
  start_docker_tcp
  logged docker-images make_images
}

up_podman() {
  start_podman
  start_podman_tls
  logged podman-images make_podman_image
}

up_lxd() {
  start_lxd
  logged lxd-images make_lxd_image
  start_streams
}

# function...: all at the same time; fails when one has failed and all have ended.
together() {
  local function job jobs=() code=0
  for function in "$@"; do
    "$function" &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job" || code=1; done
  ((code == 0)) || exit 1
}

down() {
  together stop_docker stop_podman stop_lxd stop_registries
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

# What the tests make is named by their prefix or labelled by the gateway.
sweep() {
  local mine='^roadstead-test-|dev\.roadstead\.' row project
  if running dockerd; then sweep_with "$mine" docker; fi
  if running podman; then
    for row in $(podman pod ls --format '{{.Name}}' | grep -E "$mine"); do podman pod rm -f -t 0 "$row" >/dev/null; done
    sweep_with "$mine" podman
  fi
  running lxd || return 0
  while IFS=, read -r project row; do
    [[ $row != roadstead-test-* ]] || lxc delete --force --project "$project" "$row" || true
  done < <(lxc list --all-projects -f csv -c en)
  for row in $(lxc storage volume list default -f csv | awk -F, '$1 == "custom" && $2 ~ /^roadstead-test-/ { print $2 }'); do
    lxc storage volume delete default "$row" || true
  done
  for row in $(lxc network list -f csv | awk -F, -v ours="$LXD_BRIDGE" '$3 == "YES" && $1 != ours { print $1 }'); do
    lxc network delete "$row" || true
  done
  for row in $(lxc image list -f csv -c lf | awk -F, '$1 != "busybox" { print $2 }'); do lxc image delete "$row" || true; done
}

# pattern command: for those that speak as Docker does.
sweep_with() {
  local row
  for row in $("$2" ps -a --format '{{.Names}} {{.Labels}}' | grep -E "$1" | cut -d' ' -f1); do
    # At once, not after the grace of a stop.
    "$2" kill "$row" >/dev/null 2>&1 || true
    "$2" rm -fv "$row" || true
  done
  for row in $("$2" network ls --format '{{.Name}} {{.Labels}}' | grep -E "$1" | cut -d' ' -f1); do
    "$2" network rm "$row" || true
  done
  for row in $("$2" volume ls --format '{{.Name}} {{.Labels}}' | grep -E "$1" | cut -d' ' -f1); do
    "$2" volume rm -f "$row" || true
  done
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
export ROADSTEAD_TEST_PODMAN=unix://$PODMAN_SOCKET
export ROADSTEAD_TEST_PODMAN_TLS=https://127.0.0.1:$PORT_PODMAN_TLS
export ROADSTEAD_TEST_LXD=unix://$LXD_DIR/unix.socket
export ROADSTEAD_TEST_LXD_HTTPS=https://127.0.0.1:$PORT_LXD
export ROADSTEAD_TEST_LXD_PASSWORD=$LXD_PASSWORD
export ROADSTEAD_TEST_SIMPLESTREAMS=https://127.0.0.1:$PORT_STREAMS
export ROADSTEAD_TEST_PKI=$PKI
export ROADSTEAD_TEST_REGISTRY=127.0.0.1:$PORT_REGISTRY
export ROADSTEAD_TEST_REGISTRY_AUTH=127.0.0.1:$PORT_REGISTRY_AUTH
export ROADSTEAD_TEST_REGISTRY_SLOW=127.0.0.1:$PORT_REGISTRY_SLOW
export ROADSTEAD_TEST_REGISTRY_USER=$REGISTRY_USER
export ROADSTEAD_TEST_REGISTRY_PASSWORD=$REGISTRY_PASSWORD
ENV
}

case ${1:-} in
  up | down | sweep)
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
    sed -n 2,13p "$0"
    exit 2
    ;;
esac
