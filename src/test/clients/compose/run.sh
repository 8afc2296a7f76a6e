#!/bin/bash
# run.sh COMPOSE... SCENARIO: what people do with Docker Compose, given as its command (docker-compose, docker compose). Exit code 0 if
# it went as it should. DOCKER_HOST is the daemon, or what passes for one.
set -euo pipefail

SCENARIO=${*: -1}
COMPOSE=("${@:1:$#-1}")
export PROJECT=roadstead-test-compose-$$
# Those of 1.29 would build by the docker command otherwise, those of 2 by BuildKit.
export DOCKER_BUILDKIT=0 COMPOSE_DOCKER_CLI_BUILD=0
cd "$(dirname "${BASH_SOURCE[0]}")"

compose() { timeout 60 "${COMPOSE[@]}" -p "$PROJECT" -f compose.yaml "$@" </dev/null; }

fail() {
  echo "$*" >&2
  exit 1
}

# what text pattern
has() { grep -qE "$3" <<<"$2" || fail "$1: $2 (expected: $3)"; }

end() {
  local code=$?
  trap - EXIT
  compose down -v -t 0 --remove-orphans --rmi local >/dev/null 2>&1 || code=1
  exit "$code"
}
trap end EXIT

upAndDown() {
  compose up -d web talker
  has ps "$(compose ps)" "web.*Up|web.*running"
  has top "$(compose top web)" httpd
  compose stop -t 0 talker
  compose start talker
  compose restart -t 0 talker
  compose down -v -t 0
  [[ -z $(compose ps -q) ]] || fail "still there"
}

logs() {
  compose up -d talker
  local log
  log=$(compose logs --no-color --tail 5 talker)
  has logs "$log" "tick [0-9]+"
  # Ended by time: it follows.
  log=$(timeout 5 "${COMPOSE[@]}" -p "$PROJECT" -f compose.yaml logs --no-color -f talker </dev/null || true)
  (($(grep -c tick <<<"$log") > 20)) || fail "followed: $log"
}

attached() {
  local log
  # In the foreground: it is attached until it is told to stop.
  log=$(timeout -s INT 8 "${COMPOSE[@]}" -p "$PROJECT" -f compose.yaml up --no-color -t 0 talker </dev/null 2>&1 || true)
  has "up in the foreground" "$log" "tick 9"
}

execAndRun() {
  compose up -d web
  has exec "$(compose exec -T web wget -qO- http://127.0.0.1/)" served
  local code=0
  compose exec -T web sh -c 'exit 7' || code=$?
  ((code == 7)) || fail "exec: exit code $code"
  has input "$(timeout 60 "${COMPOSE[@]}" -p "$PROJECT" -f compose.yaml exec -T web wc -c <<<"12345")" 6
  has run "$(compose run --rm -T --no-deps web echo once)" once
}

servicesFindEachOther() {
  compose up -d web talker
  has names "$(compose exec -T talker wget -qO- http://web/)" served
}

keepsItsVolume() {
  compose up -d web
  compose exec -T web sh -c 'echo kept > /data/word'
  compose up -d --force-recreate -t 0 web
  has volume "$(compose exec -T web cat /data/word)" kept
}

builds() {
  compose build built
  compose up -d built
  local log
  for _ in {1..50}; do
    log=$(compose logs --no-color built)
    [[ $log != *"built here"* ]] || return 0
    sleep 0.1
  done
  fail "built: $log"
}

[[ $(type -t "$SCENARIO") == function ]] || fail "no scenario $SCENARIO"
"$SCENARIO"
