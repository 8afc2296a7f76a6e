#!/bin/bash
# Newer engines beside the lab's: Docker, Podman and Incus out of Debian's next release. See README.md beside this file.
#
#   newer.sh up       makes the tree of packages once (a minute or two, 1 GB), starts the engines and waits for them
#   newer.sh down     ends them, keeps the state
#   newer.sh status   says what runs; exit code 3 when something does not
#   newer.sh env      prints the export lines the tests read
#   newer.sh run CMD  runs a command where these engines' ports are on 127.0.0.1, and the lab's registries too
#   newer.sh destroy  down, then removes the tree and the state
#
# The lab of the same ROADSTEAD_LAB_DIR and ROADSTEAD_LAB_PORT must be up: its images, certificates and registries serve
# here as well. The state is in ROADSTEAD_LAB_DIR with "-newer" behind it.
set -euo pipefail

BASE=${ROADSTEAD_LAB_PORT:-24100}
HOME_LAB=${ROADSTEAD_LAB_DIR:-/tmp/roadstead-lab}
HOME_LAB=${HOME_LAB%/}
LAB=$HOME_LAB-newer
TREE=$LAB/tree
RUN=$LAB/run
LOG=$LAB/log
RELEASE=trixie
PACKAGES=(ca-certificates iproute2 iptables nftables procps docker.io docker-cli docker-compose containerd runc podman conmon catatonit
  netavark aardvark-dns incus incus-base incus-client uidmap dnsmasq-base squashfs-tools attr xz-utils)
NAMESPACE=rdnewer$BASE
HOST_LINK=rdnh$BASE
LINK=rdnc$BASE
# The lab itself has the subnets before this one.
SUBNET=10.$(((BASE + 8) / 256)).$(((BASE + 8) % 256))
BRIDGE_SUBNET=10.$(((BASE + 9) / 256)).$(((BASE + 9) % 256))
PORT_INCUS=$((BASE + 9))
CGROUP=roadstead-newer-$BASE
SERVICES=(holder dockerd podman incusd)
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL=C.UTF-8

say() { echo "newer: $*" >&2; }
die() {
  say "$*"
  exit 1
}

PARTS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=processes.sh
. "$PARTS/processes.sh"

# ---- the tree

# The mirror that apt itself uses.
mirror() {
  { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null || true; } |
    sed -nE 's#^(URIs:|deb( \[[^]]*\])?) +(https?://[^ ]*/debian)/?( .*)?$#\3#p' | head -n 1
}

make_tree() {
  local mirror
  [[ ! -e $LAB/installed ]] || return 0
  mirror=$(mirror)
  [[ -n $mirror ]] || die "apt knows no Debian mirror"
  rm -rf --one-file-system "$TREE"
  say "making the tree of $RELEASE"
  debootstrap --variant=minbase "$RELEASE" "$TREE" "$mirror" >"$LOG/tree.log" 2>&1 9>&- || failed tree "failed"
  # Packages must start no services; the mirror may be behind a proxy.
  printf '#!/bin/sh\nexit 101\n' >"$TREE/usr/sbin/policy-rc.d"
  chmod +x "$TREE/usr/sbin/policy-rc.d"
  cp /etc/resolv.conf "$TREE/etc/resolv.conf"
  cp /etc/apt/apt.conf.d/*proxy* "$TREE/etc/apt/apt.conf.d/" 2>/dev/null || true
  say "installing the engines"
  chroot "$TREE" env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get update && exec apt-get install -y --no-install-recommends "$@"' \
    sh "${PACKAGES[@]}" >"$LOG/install.log" 2>&1 9>&- </dev/null || failed install "failed"
  chroot "$TREE" apt-get clean
  local file
  for file in subuid subgid; do
    grep -qs '^root:' "$TREE/etc/$file" || echo root:100000:10000001 >>"$TREE/etc/$file"
  done
  touch "$LAB/installed"
}

# ---- the namespaces

inside() {
  nsenter --target "$(<"$RUN/holder.pid")" --mount --net -- \
    env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/libexec/incus HOME=/root "$@"
}

# One process holds the mount namespace, in which the tree is the root. Not `ip netns exec`: it hides the cgroups.
start_holder() {
  local port
  if ! running holder; then
    sweep
    ip netns add "$NAMESPACE"
    ip link add "$HOST_LINK" type veth peer name "$LINK" netns "$NAMESPACE"
    ip addr add "$SUBNET.1/30" dev "$HOST_LINK"
    ip link set "$HOST_LINK" up
    ip -n "$NAMESPACE" addr add "$SUBNET.2/30" dev "$LINK"
    ip -n "$NAMESPACE" link set "$LINK" up
    ip -n "$NAMESPACE" link set lo up
    ip -n "$NAMESPACE" route add default via "$SUBNET.1"
    # shellcheck disable=SC2016 # expanded by the inner shell
    launch holder nsenter --net="/run/netns/$NAMESPACE" unshare --mount --propagation private bash -c '
      set -e
      tree=$1 run=$2
      mount --bind "$tree" "$tree"
      mount -t proc proc "$tree/proc"
      mount -t sysfs sysfs "$tree/sys"
      mount --rbind /sys/fs/cgroup "$tree/sys/fs/cgroup"
      mount --rbind /dev "$tree/dev"
      mount -t tmpfs tmpfs "$tree/run"
      mkdir -p "$tree/run/lab" "$tree/mnt/old"
      mount --bind "$run" "$tree/run/lab"
      cd "$tree"
      pivot_root . mnt/old
      cd /
      umount -l /mnt/old
      mount --make-rshared /
      echo 1 >/proc/sys/net/ipv4/ip_forward
      touch /run/lab/held
      exec sleep infinity' holder "$TREE" "$RUN"
  fi
  await holder 10 test -e "$RUN/held"
  # The lab's servers listen on the machine's 127.0.0.1 only: through a socket file into the namespace's.
  for port in "$BASE" $((BASE + 1)) $((BASE + 4)) $((BASE + 7)); do
    running "from-$port" || launch "from-$port" socat -t 600 "UNIX-LISTEN:$RUN/$port.sock,fork,unlink-early" "TCP:127.0.0.1:$port"
    running "to-$port" || launch "to-$port" nsenter --net="/run/netns/$NAMESPACE" \
      socat -t 600 "TCP-LISTEN:$port,bind=127.0.0.1,reuseaddr,fork" "UNIX-CONNECT:$RUN/$port.sock"
  done
}

# ---- the engines

start_docker() {
  if ! running dockerd; then
    launch dockerd nsenter --target "$(<"$RUN/holder.pid")" --mount --net -- env PATH=/usr/sbin:/usr/bin:/sbin:/bin \
      dockerd -H unix:///run/lab/docker.sock --data-root /var/lib/lab-docker --exec-root /run/lab-docker \
      --pidfile /run/lab-dockerd.pid --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/$CGROUP" --shutdown-timeout 5
  fi
  await dockerd 60 curl -sf -o /dev/null --max-time 5 --unix-socket "$RUN/docker.sock" http://docker/_ping
  logged docker-image import_docker
}

import_docker() {
  local docker=(inside docker -H unix:///run/lab/docker.sock)
  "${docker[@]}" image inspect busybox:latest >/dev/null 2>&1 ||
    "${docker[@]}" import -c 'CMD ["sh"]' -c 'ENV PATH=/bin:/sbin:/usr/bin:/usr/sbin' - busybox:latest <"$HOME_LAB/images/busybox.tar"
}

podman_settings() {
  local port files processes
  files=$(ulimit -Hn)
  processes=$(ulimit -Hu)
  [[ $files != unlimited ]] || files=1048576
  [[ $processes != unlimited ]] && ((processes < 32768)) || processes=32768
  mkdir -p "$TREE/etc/containers"
  cat >"$TREE/etc/containers/containers.conf" <<CONF
[containers]
log_driver = "k8s-file"
default_ulimits = ["nofile=$files:$files", "nproc=$processes:$processes"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
conmon_env_vars = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "ROADSTEAD_LAB_OWNER=$LAB:podman"]
[network]
network_backend = "netavark"
CONF
  {
    printf 'unqualified-search-registries = ["docker.io"]\nshort-name-mode = "permissive"\n'
    for port in "$BASE" $((BASE + 1)) $((BASE + 4)); do
      printf '[[registry]]\nlocation = "127.0.0.1:%s"\ninsecure = true\n' "$port"
    done
  } >"$TREE/etc/containers/registries.conf"
}

start_podman() {
  if ! running podman; then
    podman_settings
    rm -f "$RUN/podman.sock"
    launch podman nsenter --target "$(<"$RUN/holder.pid")" --mount --net -- env PATH=/usr/sbin:/usr/bin:/sbin:/bin \
      PODMAN_IGNORE_CGROUPSV1_WARNING=1 podman system service --time=0 unix:///run/lab/podman.sock
  fi
  await podman 60 curl -sf -o /dev/null --max-time 5 --unix-socket "$RUN/podman.sock" http://podman/_ping
  logged podman-image import_podman
}

import_podman() {
  inside podman image exists docker.io/library/busybox:latest ||
    inside podman import -q -c 'CMD ["sh"]' -c 'ENV PATH=/bin:/sbin:/usr/bin:/usr/sbin' - docker.io/library/busybox:latest \
      <"$HOME_LAB/images/busybox.tar"
}

INCUS_SOCKET=$TREE/var/lib/incus/unix.socket

incus() { inside timeout -k 1 60 incus "$@" </dev/null; }

start_incus() {
  if ! running incusd; then
    launch incusd nsenter --target "$(<"$RUN/holder.pid")" --mount --net -- \
      env PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/libexec/incus HOME=/root \
      /usr/libexec/incus/incusd --group root --logfile /run/lab/incusd-daemon.log
  fi
  await incusd 60 curl -sf -o /dev/null --max-time 5 --unix-socket "$INCUS_SOCKET" http://incus/1.0
  inside timeout 60 incus admin waitready --timeout 50 </dev/null || failed incusd "did not become ready"
  logged incus-settings configure_incus
}

configure_incus() {
  cp "$HOME_LAB/images/busybox-lxd.tar.gz" "$HOME_LAB/pki/client.pem" "$HOME_LAB/pki/ca.pem" "$RUN/"
  incus storage show default >/dev/null 2>&1 || incus storage create default dir
  incus network show incusbr0 >/dev/null 2>&1 ||
    incus network create incusbr0 ipv4.address="$BRIDGE_SUBNET.1/24" ipv4.nat=true ipv6.address=none
  incus profile device get default root path >/dev/null 2>&1 || incus profile device add default root disk path=/ pool=default
  incus profile device get default eth0 network >/dev/null 2>&1 ||
    incus profile device add default eth0 nic network=incusbr0 name=eth0
  incus config set "core.https_address=:$PORT_INCUS" core.shutdown_timeout=1 images.auto_update_interval=0
  incus query /1.0/images/aliases/busybox >/dev/null 2>&1 || incus image import /run/lab/busybox-lxd.tar.gz --alias busybox
  incus query "/1.0/certificates/$(openssl x509 -in "$RUN/client.pem" -outform DER | sha256sum | cut -d' ' -f1)" >/dev/null 2>&1 ||
    incus config trust add-certificate /run/lab/client.pem --name lab
}

# ---- the end of it all

# Every process that was started here, containers and all; the mounts end with their namespace.
sweep() {
  local service
  for service in dockerd podman incusd holder; do kill_all "$service"; done
  rm -f "$RUN"/*.sock "$RUN/held"
  ip link del "$HOST_LINK" 2>/dev/null || true
  ip netns del "$NAMESPACE" 2>/dev/null || true
  find /sys/fs/cgroup -depth -type d '(' -path "*/$CGROUP" -o -path "*/$CGROUP/*" -o -name libpod_parent ')' \
    -exec rmdir {} ';' 2>/dev/null || true
}

down() {
  local ids left name
  if running podman; then
    inside timeout 60 podman pod rm -fa -t 0 >/dev/null 2>&1 </dev/null || true
    inside timeout 60 podman rm -fa -t 0 >/dev/null 2>&1 </dev/null || true
  fi
  if running dockerd; then
    ids=$(inside timeout 20 docker -H unix:///run/lab/docker.sock ps -aq </dev/null) || true
    # shellcheck disable=SC2086
    if [[ -n $ids ]]; then inside timeout 60 docker -H unix:///run/lab/docker.sock rm -fv $ids >/dev/null </dev/null || true; fi
  fi
  if running incusd; then
    for name in $(incus list --all-projects -f csv -c n); do incus delete --force "$name" >/dev/null || true; done
  fi
  stop podman 5
  stop dockerd 20
  stop incusd 20
  sweep
  left=$(lab_processes)
  # shellcheck disable=SC2086
  if [[ -n $left ]]; then kill -9 $left 2>/dev/null || true; fi
}

# ---- commands

prepare() {
  [[ $(id -u) == 0 ]] || die "must be root"
  [[ $LAB =~ ^/[A-Za-z0-9_./-]+$ ]] || die "ROADSTEAD_LAB_DIR must be absolute and plain: $HOME_LAB"
  if [[ -d $LAB && ! -e $LAB/.roadstead-lab && -n $(ls -A "$LAB") ]]; then die "$LAB is not empty and not a lab"; fi
  mkdir -p "$RUN" "$LOG"
  touch "$LAB/.roadstead-lab"
  exec 9>"$LAB/lock"
  flock -w 300 9 || die "another run holds $LAB/lock"
}

up() {
  [[ -s $HOME_LAB/images/busybox-lxd.tar.gz ]] || die "the lab of $HOME_LAB is not up"
  need debootstrap:debootstrap nsenter:util-linux ip:iproute2 socat:socat curl:curl openssl:openssl ps:procps
  make_tree
  start_holder
  start_docker
  start_podman
  start_incus
  say "up after $SECONDS s"
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

environment() {
  cat <<ENV
export ROADSTEAD_TEST_NEWER_DOCKER=unix://$RUN/docker.sock
export ROADSTEAD_TEST_NEWER_PODMAN=unix://$RUN/podman.sock
export ROADSTEAD_TEST_NEWER_COMPOSE=$TREE/usr/libexec/docker/cli-plugins/docker-compose
export ROADSTEAD_TEST_INCUS=unix://$INCUS_SOCKET
export ROADSTEAD_TEST_INCUS_HTTPS=https://$SUBNET.2:$PORT_INCUS
export ROADSTEAD_TEST_INCUS_CLIENT=$TREE/usr/bin/incus
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
    down
    [[ -z $(lab_mounts) ]] || die "still mounted: $(lab_mounts)"
    rm -rf --one-file-system "$LAB"
    ;;
  status) status ;;
  env) environment ;;
  run)
    shift
    exec nsenter --net="/run/netns/$NAMESPACE" "$@"
    ;;
  *)
    sed -n 2,10p "$0"
    exit 2
    ;;
esac
