#!/bin/bash
# trouble-test.sh BINARIES: what can be wrong with a machine, and what slawatchd says and does then. Needs root.
set -euo pipefail
binaries=$(realpath "$1")
cd "$(dirname "$0")/../.."
. Tests/Lab/service.sh

start_lab "$binaries"
install_it >/dev/null
put Tests/Lab/lab.yaml "$policy"
drop_in 90-test WatchdogSec=2s RestartSec=200ms

# refuses STATUS PATTERN OPTION...: started by hand, it ends with this status and one line that fits the pattern.
refuses() {
    local status=$1 pattern=$2 code=0 said
    shift 2
    said=$(x runuser -u slawatchd -- timeout 10 slawatchd "$@" 2>&1) || code=$?
    [ "$code" = "$status" ] && [[ $said =~ $pattern ]] && [ "$(wc -l <<<"$said")" = 1 ] ||
        { echo "expected status $status and $pattern, found status $code and: $said"; return 1; }
}

# --- What stops a start -----------------------------------------------------------------------------------------
x install -d -o slawatchd /tmp/free
check "slactl says how to start a daemon that is not there" \
    matches 'cannot reach slawatchd.*systemctl start slawatchd' x sh -c 'slactl status 2>&1 || true'
check "and exits with 69" is 69 x sh -c 'slactl status 2>/dev/null; echo $?'
check "a state directory that is missing" refuses 74 'cannot open the store: /nowhere .*create it' \
    --state-directory /nowhere --socket /tmp/free/socket
check "a state directory that is not writable" refuses 74 'cannot open the store: /etc is not writable' \
    --state-directory /etc --socket /tmp/free/socket
check "a policy that is missing" refuses 78 'cannot read the policy /nowhere: no such file' \
    --config /nowhere --state-directory /tmp/free
check "a policy that may not be read" refuses 78 'cannot read the policy /etc/shadow: permission denied' \
    --config /etc/shadow --state-directory /tmp/free
x systemctl start slawatchd
check "a state directory in use" refuses 69 "cannot open the store: another slawatchd uses $state" \
    --state-directory "$state" --socket /tmp/free/socket
check "a socket in use" refuses 69 'cannot listen on .*: another daemon answers there' --state-directory /tmp/free
check "a socket in a folder that is missing" refuses 69 'cannot listen on /nowhere/socket: no such file or directory, create' \
    --state-directory /tmp/free --socket /nowhere/socket
check "a file in place of the socket" refuses 69 'cannot listen on /etc/passwd: a file that is not a socket' \
    --state-directory /tmp/free --socket /etc/passwd
check "the store of one started by hand is its owner's only" is 600 x stat -c %a /tmp/free/slawatch.sqlite
x systemctl stop slawatchd

# The user_version of SQLite's file header, which the write-ahead log would hide.
x rm -f "$state"/slawatch.sqlite-{wal,shm}
printf '\0\0\0\143' | x dd of="$state/slawatch.sqlite" bs=1 seek=60 conv=notrunc status=none
check "a store from a newer version: it does not start" fails x systemctl start slawatchd
check "and exits with 78" is 78 property ExecMainStatus
check "STATUS says what to do" matches 'schema 99 is newer than 3, install the newer slawatchd' property StatusText
x rm -r "$state"
x systemctl reset-failed slawatchd

# --- No right to read the journal ---------------------------------------------------------------------------------
drop_in 91-group SupplementaryGroups=
check "without the group systemd-journal it starts" x systemctl start slawatchd
check "and says what is missing" within 5 matches 'degraded: .*group systemd-journal' property StatusText
opens G-1 >/dev/null
check "breaches are written nevertheless" within 5 is 1 breaches G-1
no_drop_in 91-group
x systemctl restart slawatchd
check "with it all is well" within 5 lacks degraded property StatusText
check "and nothing is written again" is 1 breaches G-1
x systemctl stop slawatchd

# --- A full disk ------------------------------------------------------------------------------------------------
x rm -r "$state"
x install -d -o slawatchd -g slawatchd -m 700 "$state"
x mount -t tmpfs -o "size=1m,mode=700,uid=$(x id -u slawatchd),gid=$(x id -g slawatchd)" tmpfs "$state"
check "it starts on a small disk" x systemctl start slawatchd
pid=$(property MainPID)
opens D-1 >/dev/null
at=$(date -u +%FT%TZ)
for ((n = 1; n <= 2000; n++)); do
    echo "{\"at\":\"$at\",\"case\":\"many-$n\",\"event\":\"opened\",\"tier\":1,\"subject\":\"$(printf '%0500d' "$n")\"}"
done | write /tmp/many.jsonl
check "events that find no room are refused with the reason" matches 'no room left on the disk' \
    x sh -c 'slactl import --enforce-from all /tmp/many.jsonl 2>&1; true'
x sh -c "head -c 4m /dev/zero >$state/ballast" 2>/dev/null || true
check "STATUS says so" within 5 matches 'degraded: .*no room left on the disk' property StatusText
sleep 3
check "it lives on, watched by systemd" is "$pid" property MainPID
x rm "$state/ballast"
x mount -o remount,size=100m "$state"
check "with room it recovers by itself" within 5 lacks degraded property StatusText
check "what was accepted is announced" within 10 is 1 breaches D-1
check "the events are taken when they come again" x slactl import --enforce-from all /tmp/many.jsonl
all_breached() { is "$(($(x slactl status -o json | grep -o '"open":[0-9]*' | cut -d: -f2)))" \
    echo "$(journal -o json --output-fields=SLA_NOTICE_ID "MESSAGE_ID=$breached" "_PID=$pid" | grep -c .)"; }
check "and announced, each once" within 60 all_breached
check "on the way it was never restarted" is "$pid" property MainPID
x systemctl stop slawatchd
x umount "$state"
total
