#!/bin/bash
# journal-test.sh BINARIES: what is in the journal once, and under which id, if a store is copied or put back, and if the
# journal loses entries. Needs root.
set -euo pipefail
binaries=$(realpath "$1")
cd "$(dirname "$0")/../.."
. Tests/Lab/service.sh

start_lab "$binaries"
install_it >/dev/null
put Tests/Lab/lab.yaml "$policy"
drop_in 90-test RestartSec=200ms
barrier=2251bde47fb549f08e0c368e43c1115d

# Of the breaches of a case, oldest first.
ids() {
    journal --output json --output-fields=SLA_NOTICE_ID "SLA_CASE=$1" "MESSAGE_ID=$breached" |
        sed 's/.*"SLA_NOTICE_ID":"\([^"]*\)".*/\1/'
}
# Ids that stand for more than one entry.
repeated() {
    journal --output json --output-fields=SLA_NOTICE_ID SYSLOG_IDENTIFIER=slawatchd |
        { grep -o '"SLA_NOTICE_ID":"[^"]*"' || true; } | sort | uniq -d
}
entries() { journal --output cat "SLA_CASE=$1" | grep -c . || true; }
checks() { journal --output cat "MESSAGE_ID=$barrier" "$@" | grep -c . || true; }
store_ends_at() { ids "$1" | tail -n 1 | grep -o '[0-9]*$'; }

# --- A snapshot of the running store is put back -------------------------------------------------------------------
x systemctl start slawatchd
opens B-1 >/dev/null
x sh -c "mkdir /root/snapshot && cp -a $state/slawatch.sqlite* /root/snapshot/"
check "a breach is in the journal" within 5 is 1 breaches B-1
check "its id has store, epoch and number, and no dot" matches '^[0-9a-f]{8}-[0-9a-f]{12}-[0-9]+$' ids B-1
check "and is confirmed" within 5 x sh -c 'slactl status -o json | grep "\"notices_pending\":0"'
x slactl event resolved B-1 >/dev/null
x systemctl stop slawatchd
x sh -c "rm $state/slawatch.sqlite* && cp -a /root/snapshot/. $state/"
check "with the snapshot in its place it starts" x systemctl start slawatchd
check "the breach is decided and written again" within 5 is 2 breaches B-1
check "under an id of its own" is 2 x sh -c "printf '%s\n' '$(ids B-1)' | sort -u | wc -l"
numbers() { ids B-1 | grep -o '[0-9]*$' | sort -u | grep -c .; }
check "although the ledger gives the same number" is 1 numbers
x slactl event resolved B-1 >/dev/null

# --- The state directory is copied, and both copies go on ------------------------------------------------------------
x systemctl stop slawatchd
x cp -a "$state" /root/copied
x install -d -o slawatchd -g slawatchd -m 700 /tmp/second
x sh -c 'cp -a /root/copied/slawatch.sqlite /tmp/second/'
x systemctl start slawatchd
x runuser -u slawatchd -- slawatchd --state-directory /tmp/second --socket /tmp/second/socket >/dev/null 2>&1 &
second=$!
check "a copy of the state directory runs beside it" within 10 x sh -c 'SLAWATCH_SOCKET=/tmp/second/socket slactl status'
opens C-1 >/dev/null
x sh -c 'SLAWATCH_SOCKET=/tmp/second/socket slactl event opened C-2 --tier 1' >/dev/null
check "the breach of the one is in the journal" within 5 is 1 breaches C-1
check "and the breach of the other" within 5 is 1 breaches C-2
check "no id stands for two entries" is "" repeated
x pkill -TERM -f /tmp/second/socket || true
wait "$second" || true
x slactl event resolved C-1 >/dev/null

# --- The journal loses what was confirmed ---------------------------------------------------------------------------
opens V-1 >/dev/null
check "a breach is in the journal" within 5 is 1 breaches V-1
x slactl ack V-1 >/dev/null
check "everything is confirmed" within 5 x sh -c 'slactl status -o json | grep "\"notices_pending\":0"'
x sh -c 'journalctl --sync; journalctl --rotate; sleep 1.2; journalctl --vacuum-time=1s' 2>/dev/null
check "the journal has lost it" is 0 entries V-1
x systemctl restart slawatchd
sleep 2
check "after a restart nothing is written again" is 0 entries V-1
check "and nothing was checked, since nothing was pending" is 0 checks
within 5 kill_it
sleep 2
check "nor after a kill" is 0 entries V-1
check "no check of a clean start is among the urgent entries" is 0 checks --priority 6

# --- What was never confirmed is written late ------------------------------------------------------------------------
if x sh -c 'command -v sqlite3' >/dev/null; then
    # Decided more than a minute ago, and not in the journal any more.
    sleep 60
    x systemctl stop slawatchd
    x sqlite3 "$state/slawatch.sqlite" "UPDATE notices SET confirmed_at = NULL WHERE id = (
        SELECT max(notices.id) FROM notices JOIN cases ON cases.key = case_key WHERE cases.id = 'V-1')"
    x systemctl start slawatchd
    check "a notice that was never confirmed is written" within 5 is 1 entries V-1
    check "and says how late" matches '; written 1m [0-9]+s late$' journal --output cat SLA_CASE=V-1
    check "as SLA_LATE_MS does" matches '"SLA_LATE_MS":"[6-9][0-9]{4}"' journal --output json SLA_CASE=V-1
    check "the check before it has priority 7" is 1 checks --priority 7..7
else
    echo "skipped: notices that are written late; it needs sqlite3"
fi
total
