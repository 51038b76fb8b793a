#!/usr/bin/env bash
# Runs the test network of docker-compose.yml in a project of its own and checks that its nodes talk, that friends carry messages for a
# node that is away, and that each message arrives exactly once and in order. Needs Docker with Compose, curl and python3, and the ports
# 7501 to 7504 of loopback. Removes its containers and volumes. Ends with 0 when every line says PASS.
#     tests/compose-network.sh         the default network
#     tests/compose-network.sh mesh    the profile "mesh": IPv6 alone, with addresses of a cjdns mesh; ports 7511 to 7514
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

project=messenger-test
if docker compose version > /dev/null 2>&1; then
  compose() { docker compose --project-name "$project" --profile mesh "$@" < /dev/null; }
else
  compose() { docker-compose --project-name "$project" --profile mesh "$@" < /dev/null; }
fi
work=$(mktemp -d)
trap 'compose down --volumes --timeout 10 > "$work/down" 2>&1 || cat "$work/down"; rm -rf "$work"' EXIT

declare -A token
if [[ ${1:-} == mesh ]]; then
  prefix=mesh-
  declare -A port=([anna]=7511 [boris]=7512 [clara]=7513 [relay]=7514)
  declare -A address=([anna]=fc74::a [boris]=fc74::b [clara]=fc74::c [relay]=fc74::d)
else
  prefix=
  declare -A port=([anna]=7501 [boris]=7502 [clara]=7503 [relay]=7504)
  declare -A address=([anna]=anna [boris]=boris [clara]=clara [relay]=relay)
fi
nodes=(anna boris clara relay)
failures=0

# What holds, and the command that is true when it does.
check() {
  local what=$1; shift
  if "$@"; then echo "PASS  $what"; else echo "FAIL  $what"; failures=$((failures + 1)); fi
}

# Seconds at most, then a command that is asked until it is true.
within() {
  local end=$((SECONDS + $1)); shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.5
  done
}

api() { # node, path, then what curl shall do
  curl -sSf -H "Authorization: Bearer ${token[$1]}" -H 'Content-Type: application/json' "http://127.0.0.1:${port[$1]}/api/v1/$2" "${@:3}"
}

json() { python3 -c "import json, sys; data = json.load(sys.stdin); $1"; }
contact() { api "$1" contacts | json "print(next(c['id'] for c in data['contacts'] if c['address'] == '${address[$2]}'))"; }
write() { api "$1" "contacts/$(contact "$1" "$2")/messages" --data "{\"text\": \"$3\"}" > "$work/answer"; }

# A conversation, oldest first: one line per message with its state, who carried it (or -) and its text.
conversation() {
  api "$1" "contacts/$(contact "$1" "$2")/messages?limit=1000" | json "
for m in reversed(data['messages']):
    if m['direction'] == '$3': print(m['state'], m['via'] or '-', m['text'])"
}
texts() { conversation "$@" | cut -d' ' -f3-; }
all_are() { # state, node, contact, part of the text
  conversation "$2" "$3" out | grep -F -- "$4" > "$work/states" && ! grep -qv "^$1 " "$work/states"
}
has_received() { # node, from, the file with the texts that shall be there, in this order and no others like them; part of each text
  texts "$1" "$2" in | grep -F -- "$4" > "$work/received"
  cmp -s "$3" "$work/received"
}
ready() { curl -sf "http://127.0.0.1:${port[$1]}/health/ready" > "$work/answer" 2>&1; }
healthy() { [[ $(docker inspect --format '{{.State.Health.Status}}' "$(compose ps -q "$prefix$1")") == healthy ]]; }
exit_code() { docker inspect --format '{{.State.Status}} {{.State.ExitCode}}' "$(docker ps -aq --filter "label=com.docker.compose.project=$project" --filter "label=com.docker.compose.service=$prefix$1")"; }
ended_well() { [[ $(exit_code "$1") == 'exited 0' ]]; }
friends_of_all() { api "$1" contacts | json "sys.exit(sorted(c['state'] for c in data['contacts']) != ['accepted'] * 3)"; }
signs_in() {
  local link
  link=$(compose exec -T "$prefix$1" messenger link | tr -d '\r')
  [[ $link == "http://127.0.0.1:${port[$1]}/#t="* ]] &&
    curl -sSf -H 'Content-Type: application/json' --data "{\"token\": \"${link#*#t=}\"}" "http://127.0.0.1:${port[$1]}/api/v1/session" > "$work/answer"
}
runs_locked_up() {
  [[ $(compose exec -T "$prefix$1" id -u | tr -d '\r') != 0 ]] && ! compose exec -T "$prefix$1" sh -c 'echo > /tmp/file || echo > /app/file' > "$work/answer" 2>&1
}
stops_in_time() {
  local start=$SECONDS
  compose stop "$prefix$1" > "$work/stop" 2>&1
  ((SECONDS - start < 8)) && ended_well "$1"
}
get_token() { token[$1]=$(compose exec -T "$prefix$1" messenger token add "test-$RANDOM" | tr -d '\r'); [[ -n ${token[$1]} ]]; }

compose down --volumes > "$work/down" 2>&1
echo 'Building the image (minutes the first time)…'
compose build "${nodes[@]/#/$prefix}" > "$work/build" 2>&1 || { tail -n 40 "$work/build"; exit 1; }
start=$SECONDS
compose up -d "${prefix}seed" > "$work/up" 2>&1 || { cat "$work/up"; exit 1; }
for node in "${nodes[@]}"; do check "$node starts" within 60 ready "$node"; done
for node in "${nodes[@]}"; do within 10 get_token "$node"; done
for node in "${nodes[@]}"; do check "$node has three friends" friends_of_all "$node"; done
check 'the first words are said' within 60 ended_well seed
check "a newcomer sees conversations within a minute: after $((SECONDS - start)) s" test $((SECONDS - start)) -lt 60
check 'Anna and Boris have talked' test "$(texts anna boris out | wc -l) $(texts anna boris in | wc -l)" == '2 2'
for node in "${nodes[@]}"; do check "the link of $node signs in" signs_in "$node"; done
for node in "${nodes[@]}"; do check "$node is not root and writes nothing but /data" runs_locked_up "$node"; done

for from in "${nodes[@]}"; do
  for to in "${nodes[@]}"; do
    [[ $from == "$to" ]] || write "$from" "$to" "pair: from $from to $to"
  done
done
for from in "${nodes[@]}"; do
  for to in "${nodes[@]}"; do
    [[ $from == "$to" ]] && continue
    echo "pair: from $from to $to" > "$work/expected"
    check "$from reaches $to" within 30 has_received "$to" "$from" "$work/expected" 'pair: '
  done
done

check 'boris stops in less than 8 s with exit code 0' stops_in_time boris
for from in anna clara; do
  for i in $(seq 20); do
    write "$from" boris "away: $from $i"
    echo "away: $from $i" >> "$work/away-$from"
  done
done
for from in anna clara; do check "what $from writes to boris, who is away, shows as relayed" within 60 all_are relayed "$from" boris 'away: '; done
check 'anna stops in less than 8 s with exit code 0' stops_in_time anna
compose start "${prefix}boris" > "$work/start" 2>&1
check 'boris starts again' within 60 ready boris
check 'boris gets what anna wrote while she is away, in order and once' within 90 has_received boris anna "$work/away-anna" 'away: '
check 'all of it came by way of friends' test "$(conversation boris anna in | grep -F 'away: ' | grep -vc ' - ')" == 20
compose start "${prefix}anna" > "$work/start" 2>&1
check 'anna starts again' within 60 ready anna
check 'boris gets what clara wrote, in order and once' within 90 has_received boris clara "$work/away-clara" 'away: '
for from in anna clara; do check "$from learns that all is delivered" within 90 all_are delivered "$from" boris 'away: '; done

# Everything that may still be on its way has arrived when a later message has.
for from in anna clara relay; do
  write "$from" boris "last: $from"
  echo "last: $from" > "$work/expected"
  check "$from still reaches boris" within 60 has_received boris "$from" "$work/expected" 'last: '
done
for from in anna clara; do check "boris has each message of $from exactly once" has_received boris "$from" "$work/away-$from" 'away: '; done
compose run --rm "${prefix}seed" > "$work/seed" 2>&1 || cat "$work/seed"
check 'saying the first words again says nothing twice' test "$(texts boris anna in | grep -vcE '^(pair|away|last): ')" == 2
for node in "${nodes[@]}"; do check "$node is healthy" within 60 healthy "$node"; done
for node in "${nodes[@]}"; do check "$node has logged nothing" test -z "$(docker logs "$(compose ps -q "$prefix$node")" 2>&1 > "$work/answer")"; done

echo
if ((failures > 0)); then echo "$failures failed"; exit 1; fi
echo 'All passed'
