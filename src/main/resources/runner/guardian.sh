# Outlives the program that started it: standard input ends when that process does, however it ends. Then nothing of its
# secrets is left, and its child does not go on without them.
#   $1  the directory to be removed, with the notes of what leads into it; or nothing
#   $2  how many tenths of a second the child gets between TERM and KILL
# Input, a line each: "child PID START TARGET" (START: field 22 of /proc/PID/stat, TARGET: what is signalled), "none", "done".
trap '' HUP INT QUIT TERM USR1 USR2 PIPE
dir=$1
patience=$2
child=

while read -r word rest; do
  case $word in
    child) child=$rest ;;
    none) child= ;;
    done) exit 0 ;;
  esac
done

# Ids are given anew: it is the child only if it began when the child did.
alive() {
  [ -n "$child" ] || return 1
  set -- $child
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  start=$2
  set -- ${stat##*) }
  [ "$1" != Z ] && [ "${20}" = "$start" ]
}

tell() {
  target=${child##* }
  kill -s "$1" -- "$target" 2>/dev/null
}

if alive; then
  tell TERM
  tell CONT
fi
if [ -n "$dir" ] && [ -d "$dir" ]; then
  if [ -f "$dir/links" ]; then
    while IFS= read -r path; do
      case $(readlink -- "$path") in "$dir"/*) rm -f -- "$path" ;; esac
    done <"$dir/links"
  fi
  if [ -f "$dir/directories" ]; then
    while IFS= read -r path; do rmdir -- "$path" 2>/dev/null; done <"$dir/directories"
  fi
  rm -rf -- "$dir"
fi
while [ "$patience" -gt 0 ] && alive; do
  sleep 0.1 2>/dev/null || sleep 1
  patience=$((patience - 1))
done
if alive; then tell KILL; fi
