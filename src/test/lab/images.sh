#!/bin/bash
# Part of lab.sh: the images of the daemon and of the registries.
# shellcheck disable=SC2154 # LAB, RUN, LOG, PKI and the like are set by lab.sh

# Debian's static busybox with all its applets as links.
make_busybox() {
  [[ -s $IMAGES/busybox.tar ]] && return 0
  local root=$IMAGES/root applet
  rm -rf "$root"
  mkdir -p "$root"/{bin,dev,etc,home,mnt,proc,root,run,sbin,sys,tmp,usr/bin,usr/sbin,var/log}
  chmod 1777 "$root/tmp"
  cp "$(command -v busybox)" "$root/bin/busybox"
  while read -r applet; do
    [[ $applet == busybox ]] || ln -s busybox "$root/bin/$applet"
  done < <(busybox --list)
  printf '%s\n' root:x:0:0:root:/root:/bin/sh lab:x:1000:1000:lab:/home:/bin/sh >"$root/etc/passwd"
  printf '%s\n' root:x:0: lab:x:1000: >"$root/etc/group"
  # Without it the static wget crashes on a look-up.
  echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@1700000000 -C "$root" -cf "$IMAGES/busybox.part" .
  mv "$IMAGES/busybox.part" "$IMAGES/busybox.tar"
  rm -rf "$root"
}

have_image() { docker image inspect "$1" >/dev/null 2>&1; }

import_busybox() {
  have_image busybox:latest && return 0
  docker import -c 'CMD ["sh"]' -c 'ENV PATH=/bin:/sbin:/usr/bin:/usr/sbin' "$IMAGES/busybox.tar" busybox:latest
}

# Six layers of 10 MB each that no compression shortens: pulling them can be watched, and cut.
build_layers() {
  local layer context=$IMAGES/layers
  mkdir -p "$context"
  {
    echo FROM busybox:latest
    for layer in 1 2 3 4 5 6; do
      head -c 10485760 /dev/urandom >"$context/layer$layer"
      echo "COPY layer$layer /layers/"
    done
  } >"$context/Dockerfile"
  docker build -q -t lab/layers:1 "$context"
  rm -rf "$context"
}

in_registry() {
  curl -sf -o /dev/null --max-time 10 -I -u "$REGISTRY_USER:$REGISTRY_PASSWORD" \
    -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' "http://127.0.0.1:$1/v2/$2/manifests/$3"
}

# image port repository tag
publish() {
  local name=127.0.0.1:$2/$3:$4
  in_registry "$2" "$3" "$4" && return 0
  have_image "$1" || build_layers
  docker tag "$1" "$name"
  docker push -q "$name"
  docker rmi "$name"
}

make_roots() {
  mkdir -p "$IMAGES"
  make_busybox
  make_lxd_root
}

make_images() {
  client_settings
  import_busybox
  local port
  for port in "$PORT_REGISTRY" "$PORT_REGISTRY_AUTH"; do
    publish busybox:latest "$port" lab/busybox latest
    publish busybox:latest "$port" lab/busybox 1
    publish lab/layers:1 "$port" lab/layers 1
  done
  # A daemon that still held the layers would have nothing to pull.
  if have_image lab/layers:1; then docker rmi lab/layers:1; fi
}

client_settings() {
  mkdir -p "$DOCKER_CONFIG"
  printf '{"auths":{"127.0.0.1:%s":{"auth":"%s"}}}\n' "$PORT_REGISTRY_AUTH" \
    "$(printf %s "$REGISTRY_USER:$REGISTRY_PASSWORD" | base64)" >"$DOCKER_CONFIG/config.json"
}
