#!/bin/bash
# Part of lab.sh: starting, watching and ending processes.
# shellcheck disable=SC2154 # LAB, RUN, LOG, PKI and the like are set by lab.sh

# Every process the lab starts carries its owner in the environment, and so do containerd, the shims and the proxies.

# pid [service]: lives and is the lab's. PID 1 of a container may be slow to reap: a zombie is dead.
ours() {
  [[ -r /proc/$1/environ ]] || return 1
  if grep -qs '^State:.Z' "/proc/$1/status"; then return 1; fi
  grep -qazs "^ROADSTEAD_LAB_OWNER=$LAB:${2:-}" "/proc/$1/environ"
}

running() { [[ -s $RUN/$1.pid ]] && ours "$(<"$RUN/$1.pid")"; }

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# service command...: in a session of its own, without our descriptors (a held lock would outlive us).
launch() {
  local service=$1
  shift
  rm -f "$RUN/$service.pid"
  ROADSTEAD_LAB_OWNER=$LAB:$service setsid "$@" </dev/null >"$LOG/$service.log" 2>&1 9>&- &
  echo $! >"$RUN/$service.pid"
  # Until it is the command it is a copy of this shell, without the owner, which others would take for a dead service.
  local tries=0
  until running "$service" || ! kill -0 $! 2>/dev/null || ((++tries > 500)); do sleep 0.01; done
}

# service seconds command...: until the command succeeds; a service that died ends the wait at once.
await() {
  local service=$1 bound=$2 end=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    running "$service" || failed "$service" "ended by itself"
    ((SECONDS < end)) || failed "$service" "did not answer within $bound s"
    sleep 0.1
  done
}

failed() {
  say "$1 $2; the end of $LOG/$1.log:"
  tail -n 20 "$LOG/$1.log" >&2 || true
  exit 1
}

# name function: its output into a log, its first failing command ends it. (Bash ignores errexit in whatever stands
# before ||, so the outcome is asked for separately.)
logged() {
  local code
  set +e
  (
    set -e
    "$2"
  ) >"$LOG/$1.log" 2>&1
  code=$?
  set -e
  ((code == 0)) || failed "$1" "failed"
}

# service seconds: asks, waits, then kills.
stop() {
  local pid end=$((SECONDS + $2))
  if running "$1"; then
    pid=$(<"$RUN/$1.pid")
    kill "$pid" 2>/dev/null || true
    while ours "$pid"; do
      if ((SECONDS >= end)); then
        say "$1 did not end within $2 s, killed"
        kill -9 "$pid" 2>/dev/null || true
        break
      fi
      sleep 0.1
    done
  fi
  rm -f "$RUN/$1.pid"
}

# [folder]: what is mounted in the lab, the innermost first.
lab_mounts() { awk -v lab="$LAB/${1:-}" 'index($2, lab) == 1 { print $2 }' /proc/mounts | sort -r; }

# [service]
lab_processes() {
  local entry
  for entry in /proc/[0-9]*; do
    entry=${entry#/proc/}
    if ours "$entry" "$@"; then echo "$entry"; fi
  done
}

# pid...: they and whatever descends from them; the first process of a container keeps nothing of the lab's environment.
families() {
  ps -e -o pid=,ppid= | awk -v roots="$*" '
    { parent[$1] = $2 }
    END {
      split(roots, given, " ")
      for (i in given) family[given[i]] = 1
      do {
        grown = 0
        for (pid in parent) if (!(pid in family) && (parent[pid] in family)) { family[pid] = 1; grown = 1 }
      } while (grown)
      for (pid in family) print pid
    }'
}

# service: kills every process of the service and of its containers.
kill_all() {
  local end=$((SECONDS + 10)) pids
  while pids=$(lab_processes "$1") && [[ -n $pids ]]; do
    # shellcheck disable=SC2046,SC2086
    kill -9 $(families $pids) 2>/dev/null || true
    if ((SECONDS >= end)); then
      say "still alive: $pids"
      break
    fi
    sleep 0.1
  done
}

# folder
unmount() {
  local found
  for found in $(lab_mounts "$1"); do umount -l "$found" 2>/dev/null || true; done
}

# command:package ...
need() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null || [[ -x ${pair%%:*} ]] || missing+=("${pair#*:}")
  done
  ((${#missing[@]})) || return 0
  say "installing ${missing[*]}"
  # RUNLEVEL=1: the packages must not start services of their own.
  local apt=(env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600)
  if ! "${apt[@]}" install --no-install-recommends "${missing[@]}" >"$LOG/apt.log" 2>&1 9>&-; then
    { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "${missing[@]}"; } >"$LOG/apt.log" 2>&1 9>&- ||
      failed apt "could not install ${missing[*]}"
  fi
}
