# Reaches the processes of one exec, told from others by a mark in their environment. Runs in any container that has a POSIX
# shell: builtins only.
#
#   $1 the mark, NAME=value
#   $2 signal: sends signal $3 to the process's group, or with $5 "terminal" to the group in the terminal's foreground
#      end:    kills every process of its session; with $3 "orphans" of the session that it led while it lived
#      holds:  tells whether it still holds a pipe as output
#   $4 the session's number if known already
#
# Prints the session's number. Exit code: 0 done, 10 no such process, 11 not permitted, 12 some are left, 13 it holds a pipe.
mark=$1 action=$2 how=$3 sid=$4 terminal=$5

# Reads a process's /proc/<pid>/stat (proc(5)); its name, in parentheses, may contain anything.
look() {
  stat=
  while IFS= read -r line || [ -n "$line" ]; do stat="$stat $line"; done 2>/dev/null <"/proc/$1/stat"
  [ -n "$stat" ] || return 1
  set -- ${stat##*)}
  state=$1 group=$3 session=$4 foreground=$6 started=${20}
  [ "$state" != Z ] && [ "$state" != X ]
}

marked() {
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in *"$mark"*) return 0 ;; esac
  done 2>/dev/null <"/proc/$1/environ"
  return 1
}

# The process itself leads its session; so does a child that made a session of its own, but it began later.
find_leader() {
  for entry in /proc/[0-9]*; do
    pid=${entry#/proc/}
    look "$pid" && [ "$session" = "$pid" ] && marked "$pid" || continue
    if [ -z "$sid" ] || [ "$started" -lt "$oldest" ] || { [ "$started" = "$oldest" ] && [ "$pid" -lt "$sid" ]; }; then
      sid=$pid oldest=$started
    fi
  done
}

# Without its leader: the first session that a dead process led.
find_orphans() {
  for entry in /proc/[0-9]*; do
    pid=${entry#/proc/}
    look "$pid" && marked "$pid" || continue
    candidate=$session
    look "$candidate" && continue
    if [ -z "$sid" ] || [ "$candidate" -lt "$sid" ]; then sid=$candidate; fi
  done
}

end_session() {
  kill -9 "-$sid" 2>/dev/null
  round=0
  while [ $round -lt 20 ]; do
    left=
    for entry in /proc/[0-9]*; do
      pid=${entry#/proc/}
      if look "$pid" && [ "$session" = "$sid" ]; then
        left=1
        kill -9 "$pid" 2>/dev/null
      fi
    done
    [ -n "$left" ] || exit 0
    round=$((round + 1))
  done
  exit 12
}

if [ -z "$sid" ]; then
  if [ "$how" = orphans ]; then find_orphans; else find_leader; fi
fi
[ -n "$sid" ] || exit 10
echo "$sid"

case $action in
  end) end_session ;;
  signal)
    look "$sid" || exit 10
    target=$group
    if [ "$terminal" = terminal ] && [ "$foreground" -gt 0 ]; then target=$foreground; fi
    kill "-$how" "-$target" 2>/dev/null || exit 11
    ;;
  holds)
    if [ -p "/proc/$sid/fd/1" ] || [ -p "/proc/$sid/fd/2" ]; then exit 13; fi
    ;;
esac
exit 0
