#!/bin/bash
# Part of lab.sh: LXD, and the simplestreams server it can fetch an image from.
# shellcheck disable=SC2154 # LAB, RUN, LOG, PKI and the like are set by lab.sh

export LXD_DIR=$LAB/lxd LXD_CONF=$LAB/lxd-client
unset LXD_SOCKET LXD_PROJECT LXD_REMOTE

# A client that finds nobody would wait, and one that finds a terminal would ask.
lxc() { timeout -k 1 60 lxc "$@" </dev/null; }

lxd_answers() { curl -sf -o /dev/null --max-time 5 --unix-socket "$LXD_DIR/unix.socket" http://lxd/1.0; }

start_lxd() {
  local file
  if ! running lxd; then
    if listening "$PORT_LXD"; then die "port $PORT_LXD, meant for LXD, is taken"; fi
    sweep_lxd
    mkdir -p "$LXD_DIR" "$LXD_CONF"
    # Unprivileged containers need a range of ids; one that is already there will do.
    for file in /etc/subuid /etc/subgid; do
      grep -qs '^root:' "$file" || echo root:100000:10000001 >>"$file"
    done
    launch lxd lxd --group root --logfile "$LOG/lxd-daemon.log"
  fi
  await lxd 60 lxd_answers
  timeout 60 lxd waitready --timeout 50 </dev/null || failed lxd "did not become ready"
  logged lxd-settings configure_lxd
}

configure_lxd() {
  [[ $(lxc config get core.https_address) == "127.0.0.1:$PORT_LXD" ]] ||
    # Without a bound it waits five minutes at its end for operations that nobody ends.
    lxc config set core.https_address="127.0.0.1:$PORT_LXD" core.trust_password="$LXD_PASSWORD" core.shutdown_timeout=1 \
      images.auto_update_interval=0
  lxc storage show default >/dev/null 2>&1 || lxc storage create default dir
  # No rules of a packet filter: they are the machine's, and some would outlive ours. Nothing here needs to leave it.
  lxc network show "$LXD_BRIDGE" >/dev/null 2>&1 ||
    lxc network create "$LXD_BRIDGE" ipv4.address="$(address 7)/24" ipv4.nat=false ipv4.firewall=false \
      ipv6.address=none ipv6.firewall=false
  lxc profile device get default root path >/dev/null 2>&1 ||
    lxc profile device add default root disk path=/ pool=default
  lxc profile device get default eth0 network >/dev/null 2>&1 ||
    lxc profile device add default eth0 nic network="$LXD_BRIDGE" name=eth0
  local fingerprint
  fingerprint=$(fingerprint "$PKI/client.pem")
  lxc query "/1.0/certificates/$fingerprint" >/dev/null 2>&1 || lxc config trust add "$PKI/client.pem" --name lab
}

# pem
fingerprint() { openssl x509 -in "$1" -outform DER | sha256sum | cut -d' ' -f1; }

# ---- images

# LXD's image is Docker's root with an init: it runs until it is told to stop, and then ends at once (busybox's own init
# waits for seconds), and it has an address by DHCP.
make_lxd_root() {
  [[ -s $IMAGES/busybox-lxd.tar.gz && -s $IMAGES/streams/streams/v1/images.json ]] && return 0
  local root=$IMAGES/lxd/rootfs streams=$IMAGES/streams
  rm -rf "$IMAGES/lxd" "$streams"
  mkdir -p "$root" "$streams/images" "$streams/streams/v1"
  tar -C "$root" -xf "$IMAGES/busybox.tar"
  rm -f "$root/sbin/init" "$root/bin/init"
  cat >"$root/sbin/init" <<'INIT'
#!/bin/sh
# 30 is SIGPWR, LXD's word for halt; SIGINT is its word for reboot.
trap 'exit 0' 30 TERM
trap 'reboot -f' INT
export PATH=/bin:/sbin:/usr/bin:/usr/sbin
hostname -F /etc/hostname
ip link set lo up
if [ -d /sys/class/net/eth0 ]; then
  ip link set eth0 up
  udhcpc -i eth0 -s /etc/udhcpc.sh -f -S >/dev/null 2>&1 &
fi
while true; do
  sleep 1000000 &
  wait $!
done
INIT
  cat >"$root/etc/udhcpc.sh" <<'LEASE'
#!/bin/sh
case $1 in
  bound | renew)
    ip addr flush dev "$interface"
    ip addr add "$ip/$mask" dev "$interface"
    [ -z "$router" ] || ip route add default via "$router"
    : >/etc/resolv.conf
    for server in $dns; do echo "nameserver $server" >>/etc/resolv.conf; done
    ;;
esac
LEASE
  chmod +x "$root/sbin/init" "$root/etc/udhcpc.sh"
  ln -s ../sbin/init "$root/bin/init"
  echo busybox >"$root/etc/hostname"
  : >"$root/etc/hosts"
  cat >"$IMAGES/lxd/metadata.yaml" <<YAML
architecture: $(uname -m)
creation_date: 1700000000
properties: {os: busybox, release: "1", architecture: $(uname -m), description: busybox}
YAML
  local packed=(--sort=name --owner=0 --group=0 --numeric-owner --mtime=@1700000000 -C "$IMAGES/lxd")
  tar "${packed[@]}" -czf "$IMAGES/busybox-lxd.tar.gz" metadata.yaml rootfs
  tar "${packed[@]}" -cJf "$streams/images/lxd.tar.xz" metadata.yaml
  mksquashfs "$root" "$streams/images/root.squashfs" -noappend -all-root -no-progress -quiet
  make_streams "$streams"
  rm -rf "$IMAGES/lxd"
}

sha() { cat "$@" | sha256sum | cut -d' ' -f1; }

# type: the same file is of one type for LXD and of another for Incus, and each looks for its own only.
metadata_item() {
  printf '"%s": {"ftype": "%s", "path": "images/lxd.tar.xz", "size": %s, "sha256": "%s", "combined_squashfs_sha256": "%s"}' \
    "$1" "$1" "$(stat -c %s images/lxd.tar.xz)" "$(sha images/lxd.tar.xz)" "$(sha images/lxd.tar.xz images/root.squashfs)"
}

# The two files of the simplestreams format that LXD and Incus read.
make_streams() {
  local architecture
  architecture=$(dpkg --print-architecture)
  cd "$1" || exit 1
  cat >streams/v1/index.json <<JSON
{"format": "index:1.0", "index": {"images": {
  "datatype": "image-downloads", "path": "streams/v1/images.json", "format": "products:1.0",
  "products": ["busybox:1:$architecture:default"]}}}
JSON
  cat >streams/v1/images.json <<JSON
{"content_id": "images", "datatype": "image-downloads", "format": "products:1.0", "products": {
  "busybox:1:$architecture:default": {
    "aliases": "busybox/1,busybox/1/default", "arch": "$architecture", "os": "busybox", "release": "1",
    "release_title": "1", "variant": "default", "versions": {"20231114_2213": {"items": {
      $(metadata_item lxd.tar.xz), $(metadata_item incus.tar.xz),
      "root.squashfs": {"ftype": "squashfs", "path": "images/root.squashfs",
        "size": $(stat -c %s images/root.squashfs), "sha256": "$(sha images/root.squashfs)"}}}}}}}
JSON
}

make_lxd_image() {
  lxc query /1.0/images/aliases/busybox >/dev/null 2>&1 || lxc image import "$IMAGES/busybox-lxd.tar.gz" --alias busybox
}

start_streams() {
  if ! running streams; then
    if listening "$PORT_STREAMS"; then die "port $PORT_STREAMS, meant for the simplestreams server, is taken"; fi
    launch streams python3 "$PARTS/streams.py" "$IMAGES/streams" "$PORT_STREAMS" "$PKI/server.pem" "$PKI/server.key"
  fi
  await streams 10 curl -sf -o /dev/null --max-time 5 --cacert "$PKI/ca.pem" \
    "https://127.0.0.1:$PORT_STREAMS/streams/v1/index.json"
}

# ---- the end

stop_lxd() {
  local project name network
  stop streams 2
  if running lxd && lxd_answers; then
    while IFS=, read -r project name; do
      [[ -z $name ]] || lxc delete --force --project "$project" "$name" >/dev/null || true
    done < <(lxc list --all-projects -f csv -c en)
    while IFS=, read -r network _ managed _; do
      if [[ $managed == YES && $network != "$LXD_BRIDGE" ]]; then lxc network delete "$network" >/dev/null || true; fi
    done < <(lxc network list -f csv)
  fi
  stop lxd 20
  sweep_lxd
}

# What LXD leaves behind, be it killed or not: containers with their monitors, name servers, bridges, mounts, cgroups.
sweep_lxd() {
  local name instances=()
  kill_all lxd
  unmount lxd/
  # A test's own daemon, if the test was killed.
  kill_all own-lxd
  unmount own-lxd/
  rm -rf --one-file-system "$LAB/own-lxd"
  rm -f "$LXD_DIR/unix.socket"
  for name in "$LXD_DIR"/networks/*; do
    if [[ -d $name ]]; then sweep_lxd_network "${name##*/}"; fi
  done
  for name in "$LXD_DIR"/containers/*; do
    if [[ -L $name || -d $name ]]; then instances+=("${name##*/}"); fi
  done
  for name in "${instances[@]}"; do
    # A number where another LXD of the machine has an instance of that name; whose processes live cannot be removed.
    find /sys/fs/cgroup -depth -type d -regextype posix-extended \
      -regex ".*/lxc\.(payload|monitor)\.${name//./\\.}(-[0-9]+)?(/.*)?" -exec rmdir {} ';' 2>/dev/null || true
  done
}

# The table of the packet filter is shared by every LXD of the machine; the chains carry the network's name.
sweep_lxd_network() {
  local chain
  if [[ -e /sys/class/net/$1/bridge ]]; then ip link del "$1" || true; fi
  for chain in $(nft list chains inet 2>/dev/null | awk -v network=".$1" '
    $1 == "table" { ours = $3 == "lxd" }
    ours && $1 == "chain" && substr($2, length($2) - length(network) + 1) == network { print $2 }'); do
    nft delete chain inet lxd "$chain" || true
  done
  if [[ $(nft list table inet lxd 2>/dev/null | grep -c chain) == 0 ]]; then nft delete table inet lxd 2>/dev/null || true; fi
}
