# Kills the processes of one exec, told from others by a mark in their environment ($1, NAME=value). Runs as root in any instance
# that has a POSIX shell: builtins only. A process that made a session of its own is a daemon and stays.
#
# The daemon starts a process from outside: without a terminal its session lies there too and has the number 0 in here; at a
# terminal it leads a session, and has no parent in here.
mark=$1

# Reads /proc/<pid>/stat (proc(5)); the name, in parentheses, may contain anything.
look() {
  stat=
  while IFS= read -r line || [ -n "$line" ]; do stat="$stat $line"; done 2>/dev/null <"/proc/$1/stat"
  [ -n "$stat" ] || return 1
  set -- ${stat##*)}
  state=$1 parent=$2 session=$4
  [ "$state" != Z ] && [ "$state" != X ]
}

marked() {
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in *"$mark"*) return 0 ;; esac
  done 2>/dev/null <"/proc/$1/environ"
  return 1
}

leader=0
for folder in /proc/[0-9]*; do
  pid=${folder#/proc/}
  look "$pid" && [ "$session" = "$pid" ] && [ "$parent" = 0 ] && marked "$pid" && leader=$pid
done

# Again, for those that were born meanwhile.
for round in 1 2 3 4 5; do
  left=
  for folder in /proc/[0-9]*; do
    pid=${folder#/proc/}
    look "$pid" || continue
    [ "$session" = 0 ] || [ "$session" = "$leader" ] || continue
    marked "$pid" || continue
    kill -9 "$pid" 2>/dev/null
    left=1
  done
  [ -n "$left" ] || exit 0
done
exit 12
