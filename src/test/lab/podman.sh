#!/bin/bash
# Part of lab.sh: Podman.
# shellcheck disable=SC2154 # LAB, RUN, LOG, PKI and the like are set by lab.sh

# What a daemon of its own would be told by flags, Podman reads from files.
podman_settings() {
  local port files processes
  files=$(ulimit -Hn)
  processes=$(ulimit -Hu)
  # Podman's own limits are more than a root without CAP_SYS_RESOURCE may set.
  [[ $files != unlimited ]] || files=1048576
  [[ $processes != unlimited ]] && ((processes < 32768)) || processes=32768
  mkdir -p "$LAB/podman/networks"
  # runc and cgroupfs: crun refuses cgroups of both versions side by side, and there is no systemd to ask.
  # The owner in conmon's environment: it is the parent of a container, and nobody's child.
  cat >"$LAB/podman/containers.conf" <<CONF
[containers]
log_driver = "k8s-file"
default_ulimits = ["nofile=$files:$files", "nproc=$processes:$processes"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
lock_type = "file"
tmp_dir = "$LAB/podman/tmp"
volume_path = "$LAB/podman/volumes"
conmon_env_vars = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "ROADSTEAD_LAB_OWNER=$LAB:podman"]
[network]
network_backend = "netavark"
network_config_dir = "$LAB/podman/networks"
default_network = "$PODMAN_BRIDGE"
default_subnet_pools = [{"base" = "$(subnet 6)", "size" = 28}]
CONF
  # A default network of its own name and bridge: "podman" and "podman0" are those of the machine's Podman, and the
  # names of a network's chains in the packet filter come from its name.
  cat >"$LAB/podman/networks/$PODMAN_BRIDGE.json" <<JSON
{"name": "$PODMAN_BRIDGE", "id": "$(printf %s "$PODMAN_BRIDGE" | sha256sum | cut -d' ' -f1)", "driver": "bridge",
 "network_interface": "$PODMAN_BRIDGE", "created": "2024-01-01T00:00:00Z",
 "subnets": [{"subnet": "$(subnet 5)", "gateway": "$(address 5)"}],
 "ipv6_enabled": false, "internal": false, "dns_enabled": false, "ipam_options": {"driver": "host-local"}}
JSON
  printf '[storage]\ndriver = "overlay"\ngraphroot = "%s"\nrunroot = "%s"\n' "$LAB/podman/store" "$LAB/podman/run" \
    >"$LAB/podman/storage.conf"
  {
    printf 'unqualified-search-registries = ["docker.io"]\nshort-name-mode = "permissive"\n'
    for port in "$PORT_REGISTRY" "$PORT_REGISTRY_AUTH" "$PORT_REGISTRY_SLOW"; do
      printf '[[registry]]\nlocation = "127.0.0.1:%s"\ninsecure = true\n' "$port"
    done
  } >"$LAB/podman/registries.conf"
}

export CONTAINERS_CONF=$LAB/podman/containers.conf CONTAINERS_STORAGE_CONF=$LAB/podman/storage.conf
export CONTAINERS_REGISTRIES_CONF=$LAB/podman/registries.conf

podman_answers() { curl -sf -o /dev/null --max-time 5 --unix-socket "$PODMAN_SOCKET" http://podman/_ping; }

start_podman() {
  if ! running podman; then
    podman_settings
    rm -f "$PODMAN_SOCKET"
    launch podman podman system service --time=0 "unix://$PODMAN_SOCKET"
  fi
  await podman 60 podman_answers
}

# Podman 4.3 has no TLS of its own.
start_podman_tls() {
  if ! running podman-tls; then
    if listening "$PORT_PODMAN_TLS"; then die "port $PORT_PODMAN_TLS, meant for Podman, is taken"; fi
    launch podman-tls socat -t 600 "OPENSSL-LISTEN:$PORT_PODMAN_TLS,bind=127.0.0.1,reuseaddr,fork,verify=1,cert=$PKI/server.pem,key=$PKI/server.key,cafile=$PKI/ca.pem" \
      "UNIX-CONNECT:$PODMAN_SOCKET"
  fi
  await podman-tls 10 curl -sf -o /dev/null --max-time 5 --cacert "$PKI/ca.pem" --cert "$PKI/client.pem" \
    --key "$PKI/client.key" "https://127.0.0.1:$PORT_PODMAN_TLS/_ping"
}

make_podman_image() {
  podman image exists docker.io/library/busybox:latest ||
    podman import -q -c 'CMD ["sh"]' -c 'ENV PATH=/bin:/sbin:/usr/bin:/usr/sbin' "$IMAGES/busybox.tar" \
      docker.io/library/busybox:latest
}

# The command works on the store itself, so it needs no service that still answers.
stop_podman() {
  local found network
  stop podman-tls 2
  if [[ -d $LAB/podman/store ]]; then
    timeout 60 podman pod rm -fa -t 0 >/dev/null 2>"$LOG/podman-end.log" || true
    timeout 60 podman rm -fa -t 0 >/dev/null 2>>"$LOG/podman-end.log" || true
    for network in $(timeout 20 podman network ls -q 2>>"$LOG/podman-end.log"); do
      [[ $network == "$PODMAN_BRIDGE" ]] || timeout 20 podman network rm -f "$network" >/dev/null 2>>"$LOG/podman-end.log" || true
    done
  fi
  stop podman 5
  kill_all podman
  unmount podman/
  rm -f "$PODMAN_SOCKET"
  for found in $(podman_bridges); do ip link del "$found" || true; done
  find /sys/fs/cgroup -depth -type d -name libpod_parent -exec rmdir {} ';' 2>/dev/null || true
  sweep_podman_chains
}

podman_bridges() {
  local link address
  address=$(subnet 6)
  address=${address%0/*}
  for link in /sys/class/net/*/bridge; do
    link=${link%/bridge}
    link=${link##*/}
    if [[ $link == "$PODMAN_BRIDGE" ]] || ip -4 addr show dev "$link" | grep -qF " $address"; then echo "$link"; fi
  done
}

# Chains that each Podman of the machine shares stay behind its last container; no network's chain is left to use them.
sweep_podman_chains() {
  local table rules chain
  for table in nat filter; do
    rules=$(iptables -w -t "$table" -S 2>/dev/null) || continue
    grep -q '^-N NETAVARK' <<<"$rules" || continue
    if iptables -w -t nat -S 2>/dev/null | grep -qE '^-N NETAVARK-([0-9A-F]{13}|DN-[0-9A-F]+)'; then return 0; fi
    grep -E '^-A .*-j NETAVARK' <<<"$rules" | sed 's/^-A/-D/' | while read -r chain; do
      # shellcheck disable=SC2086
      eval "iptables -w -t $table $chain" || true
    done
    for chain in $(sed -n 's/^-N \(NETAVARK[^ ]*\)$/\1/p' <<<"$rules"); do iptables -w -t "$table" -F "$chain" || true; done
    for chain in $(sed -n 's/^-N \(NETAVARK[^ ]*\)$/\1/p' <<<"$rules"); do iptables -w -t "$table" -X "$chain" || true; done
  done
}
