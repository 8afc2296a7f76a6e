#!/bin/bash
# Part of lab.sh: Docker.
# shellcheck disable=SC2154 # LAB, RUN, LOG, PKI and the like are set by lab.sh

start_docker() {
  if ! running dockerd; then
    if listening "$PORT_DOCKER_TLS"; then die "port $PORT_DOCKER_TLS, meant for Docker, is taken"; fi
    sweep_docker
    ip link show "$BRIDGE" >/dev/null 2>&1 || ip link add "$BRIDGE" type bridge
    ip addr replace "$BRIDGE_ADDRESS" dev "$BRIDGE"
    ip link set "$BRIDGE" up
    # A download that breaks is tried twice, not five times: a test would sit through the growing pauses.
    # No iptables: daemons of one network namespace fight over the same chains, and some rules would outlive ours.
    # Published ports go through docker-proxy. The cgroup is ours to end even when the daemon is beyond answering.
    launch dockerd dockerd -H "unix://$SOCKET" -H "tcp://127.0.0.1:$PORT_DOCKER_TLS" \
      --tlsverify --tlscacert "$PKI/ca.pem" --tlscert "$PKI/server.pem" --tlskey "$PKI/server.key" \
      --data-root "$LAB/docker/data" --exec-root "$LAB/docker/exec" --pidfile "$LAB/docker/dockerd.pid" \
      --bridge "$BRIDGE" --iptables=false --ip6tables=false \
      --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/$CGROUP" --shutdown-timeout 5 \
      --max-download-attempts 2
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

container_processes() {
  local procs
  for procs in /sys/fs/cgroup/"$CGROUP"/*/cgroup.procs /sys/fs/cgroup/*/"$CGROUP"/*/cgroup.procs; do
    if [[ -r $procs ]]; then cat "$procs" 2>/dev/null || true; fi
  done | sort -u
}

# What a daemon that was killed left behind: containers, their shims, containerd, mounts, the bridge, cgroups.
sweep_docker() {
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
  unmount docker/
  rm -f "$SOCKET" "$LAB/docker/dockerd.pid"
  find /sys/fs/cgroup -depth -type d '(' -path "*/$CGROUP" -o -path "*/$CGROUP/*" ')' -exec rmdir {} ';' 2>/dev/null || true
  for found in $(docker_bridges); do ip link del "$found" || true; done
}

# The lab's own bridge, and those of networks that this daemon, going by its store, once made.
docker_bridges() {
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
  stop docker-tcp 2
  if running dockerd && curl -sf -o /dev/null --max-time 5 --unix-socket "$SOCKET" http://docker/_ping; then
    local containers
    containers=$(timeout 20 docker ps -aq) || true
    # A container that restarts by itself would be back at the next start.
    # shellcheck disable=SC2086
    if [[ -n $containers ]]; then timeout 60 docker rm -fv $containers >/dev/null || true; fi
    timeout 20 docker network prune -f >/dev/null || true
  fi
  stop dockerd 20
  sweep_docker
}
