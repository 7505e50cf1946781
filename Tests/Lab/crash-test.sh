#!/bin/bash
# crash-test.sh BINARIES: slawatchd and journald are killed and stopped while breaches happen. Whatever was accepted is
# in the journal in the end, once. Needs root.
set -euo pipefail
binaries=$(realpath "$1")
cd "$(dirname "$0")/../.."
. Tests/Lab/service.sh

kills=${KILLS:-12}
start_lab "$binaries"
install_it >/dev/null
sed 's/2s/1s/g' Tests/Lab/lab.yaml | write "$policy"
drop_in 90-test RestartSec=100ms
check "it starts" x systemctl enable --now slawatchd

has_ended() { ! kill -0 "$1" 2>/dev/null; }

# --- Killed at random moments -----------------------------------------------------------------------------------
feed /tmp/killed $((kills * 8)) &
feeder=$!
killed=0
for ((round = 1; round <= kills; round++)); do
    # Between 0.3 and 1.3 s: around opening, deadline, announcement and the start itself.
    sleep "$((RANDOM % 2)).$((RANDOM % 7 + 3))"
    if within 10 kill_it; then killed=$((killed + 1)); fi
done
check "it was killed $kills times" is "$kills" echo "$killed"
check "all cases are accepted in the end" within 120 has_ended "$feeder"
check "everything is said in the end" within 30 is_settled
check "each breach and each escalation is in the journal once" journal_agrees /tmp/killed

# --- journald does not read -------------------------------------------------------------------------------------
feed /tmp/unread 40 &
feeder=$!
sleep 0.5
x systemctl kill --kill-whom=main --signal STOP systemd-journald
sleep 6
check "with journald stopped, it is there" answers
check "and says so in STATUS" within 5 matches 'journal' property StatusText
# What the dead process sent may still lie in the socket: it must not be sent again.
pid=$(property MainPID)
kill_it
sleep 1
x systemctl kill --kill-whom=main --signal CONT systemd-journald
check "killed meanwhile, it is back" within 10 runs_anew "$pid"
check "all cases are accepted in the end" within 120 has_ended "$feeder"
check "everything is said in the end" within 60 is_settled
check "each breach and each escalation is in the journal once" journal_agrees /tmp/unread

# --- journald is killed, and is not there ------------------------------------------------------------------------
feed /tmp/gone 60 &
feeder=$!
for _ in {1..4}; do
    sleep 0.7
    x systemctl kill --kill-whom=main --signal KILL systemd-journald
done
sleep 1
sockets=(systemd-journald.socket systemd-journald-dev-log.socket systemd-journald-audit.socket)
x systemctl stop systemd-journald.service "${sockets[@]}" 2>/dev/null
sleep 2
check "without journald, it is there" answers
x systemctl start "${sockets[@]}" systemd-journald.service 2>/dev/null || x systemctl start systemd-journald.service
check "all cases are accepted in the end" within 120 has_ended "$feeder"
check "everything is said in the end" within 90 is_settled
check "each breach and each escalation is in the journal once" journal_agrees /tmp/gone
check "it was not restarted for that" is "$(property NRestarts)" property NRestarts
total
