# Reaches the processes of one exec, told from others by a mark in their environment. Runs in any container that has a POSIX
# shell: builtins only.
#
#   $1 the mark, NAME=value
#   $2 signal: sends signal $3 to the process's group, or with $5 "terminal" to the group in the terminal's foreground
#      end:    kills every process of its session; none if this user may not kill them all, unless $3 is "mine"; with $3
#              "orphans" of the session that it led while it lived
#      holds:  tells whether it still holds a pipe as output
#   $4 the session's number, as a run by the process's own user printed it, if that one could not do it
#   $6 when its leader started, likewise
#   $7 whom the process runs as, NAME or NUMBER[:GROUP]
#
# Prints the session's number and when its leader started. Exit code: 0 done, 10 no such process, 11 not permitted, 12 some are
# left, 13 it holds a pipe.
#
# What a run by the process's user prints, any process of that user can forge: a number of another run is taken only for a process
# of that user in this container.
mark=$1 action=$2 how=$3 sid=$4 terminal=$5 since=$6 owner=$7

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

# Its cgroups (cgroups(7)); a container shares the host's processes, or another container's, but not their cgroups.
cgroups() {
  cgroup=
  while IFS= read -r line || [ -n "$line" ]; do cgroup="$cgroup $line"; done 2>/dev/null <"/proc/$1/cgroup"
}

# Its real user.
user_of() {
  uid=
  while read -r name value rest; do [ "$name" = Uid: ] && uid=$value; done 2>/dev/null <"/proc/$1/status"
  [ -n "$uid" ]
}

# The number of a user as the engine is given it.
number_of() {
  wanted=${1%%:*} number=
  case $wanted in
    '') ;;
    *[!0-9]*)
      while IFS=: read -r name password value rest; do
        if [ "$name" = "$wanted" ]; then
          number=$value
          break
        fi
      done 2>/dev/null </etc/passwd
      ;;
    *) number=$wanted ;;
  esac
  [ -n "$number" ]
}

trusted() {
  case $sid in *[!0-9]* | 0* | 1) return 1 ;; esac
  look "$sid" && [ "$session" = "$sid" ] && [ "$started" = "$since" ] || return 1
  number_of "$owner" && user_of "$sid" && [ "$uid" = "$number" ] || return 1
  cgroups "$$" && own=$cgroup && cgroups "$sid" && [ "$cgroup" = "$own" ]
}

# Whether a user other than root cannot end the whole session.
beyond_reach() {
  user_of "$$" && [ "$uid" != 0 ] || return 1
  own=$uid
  for entry in /proc/[0-9]*; do
    pid=${entry#/proc/}
    look "$pid" && [ "$session" = "$sid" ] && user_of "$pid" && [ "$uid" != "$own" ] && return 0
  done
  return 1
}

# The process itself leads its session; so does a child that made a session of its own, but it began later.
find_leader() {
  for entry in /proc/[0-9]*; do
    pid=${entry#/proc/}
    # The container's first process was there before any exec, and can bear any mark it likes.
    [ "$pid" != 1 ] && look "$pid" && [ "$session" = "$pid" ] && marked "$pid" || continue
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
    [ "$candidate" -gt 1 ] || continue
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

oldest=
if [ -n "$sid" ]; then
  trusted || exit 10
  oldest=$since
elif [ "$how" = orphans ]; then
  find_orphans
else
  find_leader
fi
case $sid in '' | 0 | 1) exit 10 ;; esac
echo "$sid $oldest"

case $action in
  end)
    if [ -z "$how" ] && beyond_reach; then exit 12; fi
    end_session
    ;;
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
