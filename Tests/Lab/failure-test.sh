#!/bin/bash
# failure-test.sh BINARIES: a service that fails for ever reaches slawatchd-failed@, once an hour. Needs root.
set -euo pipefail
binaries=$(realpath "$1")
cd "$(dirname "$0")/../.."
. Tests/Lab/service.sh

# --- The hour, without a systemd ---------------------------------------------------------------------------------
notes=$(mktemp -d)
# after SECONDS COMMAND: what `failures COMMAND` says so long after the machine has started.
after() {
    echo "$1.42 17.00" >"$notes/uptime"
    SLAWATCH_NOTES=$notes SLAWATCH_UPTIME=$notes/uptime systemd/failures "$2" slawatchd.service
}
check "before the first line one is due" after 30 due
check "it is noted" after 30 told
check "a moment later none is due" fails after 30 due
check "nor after 59 minutes" fails after 3629 due
check "after an hour one is due again" after 3630 due
echo nonsense >"$notes/slawatchd.service.told"
check "a note that is no number counts as none" after 30 due
rm -r "$notes"

start_lab "$binaries"
install_it >/dev/null
put Tests/Lab/lab.yaml "$policy"
drop_in 90-test Environment=SLAWATCH_TEST_HOOKS=1 WatchdogSec=2s RestartSec=100ms

lines() { journal --output cat --identifier slawatchd-failed --grep 'has failed' | grep -c . || true; }
refused_starts() { journal --output cat --unit 'slawatchd-failed@*' --grep 'repeated too quickly' | grep -c . || true; }
# restarted N: systemd has started it again so many times since it was last started by hand.
restarted() { [ "$(property NRestarts)" -ge "$1" ] || { echo "restarts: $(property NRestarts)"; return 1; }; }
# Forgets the last line, as an hour does. Its unit notes the time after it has written the line.
is_noted() { lacks 'activating|Job=[0-9]' x systemctl show --property ActiveState,Job slawatchd-failed@slawatchd.service.service; }
an_hour_later() {
    within 5 is_noted
    x sh -c 'rm -f /run/slawatchd-failed/*.told'
}
recovers() {
    x systemctl stop slawatchd
    x systemctl reset-failed slawatchd 2>/dev/null || true
    x systemctl start slawatchd
}

# fails_for_ever SENTENCE COUNT: while it fails for ever, COUNT lines are written in all and no more.
fails_for_ever() {
    check "$1: it is tried again and again" within 20 restarted 5
    check "$1: somebody is told, once" within 5 is "$2" lines
    check "$1: systemd still tries" fails is failed property ActiveState
    sleep 2
    check "$1: and nobody is told again within the hour" is "$2" lines
    # Or the line that is due an hour later would be refused as well.
    check "$1: systemd refused no start of the line" is 0 refused_starts
}

# --- It works, and ends as it should ----------------------------------------------------------------------------
check "it starts" x systemctl start slawatchd
for _ in {1..4}; do x systemctl restart slawatchd; done
x systemctl stop slawatchd
check "restarts by hand tell nobody" is 0 lines
x systemctl start slawatchd
for _ in 1 2; do
    pid=$(property MainPID)
    within 5 kill_it
    check "killed, it is back" within 5 runs_anew "$pid"
done
check "two crashes in a row tell nobody" is 0 lines
x systemctl stop slawatchd

# --- A state directory that takes no writes ----------------------------------------------------------------------
x mount --bind "$state" "$state"
x mount -o remount,bind,ro "$state"
x systemctl start --no-block slawatchd
fails_for_ever "read-only state directory" 1
check "the line names the unit and is of priority 2" \
    matches 'slawatchd\.service has failed' journal --output cat --priority 2 --unit slawatchd
x systemctl stop slawatchd
x umount "$state"

# --- A damaged database -----------------------------------------------------------------------------------------
an_hour_later
x systemctl start slawatchd
opens D-1 >/dev/null
x systemctl stop slawatchd
x cp "$state/slawatch.sqlite" /root/whole.sqlite
# All but the first page, which says that it is a database of ours.
x sh -c "dd if=/dev/urandom of=$state/slawatch.sqlite bs=4096 seek=1 conv=notrunc status=none \
    count=\$((\$(stat -c %s $state/slawatch.sqlite) / 4096 - 1))"
x systemctl start --no-block slawatchd
fails_for_ever "damaged database" 2
x systemctl stop slawatchd

# --- No state directory, and none can be made --------------------------------------------------------------------
an_hour_later
x sh -c "rm -r $state && touch $state"
check "a file in place of the state directory: it does not start" fails x systemctl start slawatchd
check "systemd says why, and does not try again" is 238/failed echo "$(property ExecMainStatus)/$(property ActiveState)"
check "somebody is told at once" within 5 is 3 lines
x rm "$state"
x install -d -o slawatchd -g slawatchd -m 700 "$state"
x install -o slawatchd -g slawatchd -m 600 /root/whole.sqlite "$state/slawatch.sqlite"

# --- A configuration that no restart repairs -----------------------------------------------------------------------
an_hour_later
x rm "$state/slawatch.sqlite"
x sh -c "printf 'tiers: 7\n' >$policy"
check "a broken policy: it does not start" fails x systemctl start slawatchd
check "with 78" is 78 property ExecMainStatus
check "somebody is told at once" within 5 is 4 lines
check "a second try fails as well" fails x systemctl start slawatchd
sleep 1
check "and nobody is told again within the hour" is 4 lines
put Tests/Lab/lab.yaml "$policy"

# --- Two failed starts and a good one ----------------------------------------------------------------------------
an_hour_later
recovers
for _ in 1 2; do
    # The third start of each row succeeds.
    x systemctl stop slawatchd
    x sh -c "rm -f /root/count; printf '%s\n' '#!/bin/sh' 'echo x >>/run/count' '[ \$(wc -l </run/count) -ge 3 ]' >/root/gate; chmod 755 /root/gate; rm -f /run/count"
    drop_in 95-gate 'ExecStartPre=+/root/gate'
    x systemctl start --no-block slawatchd
    check "after two failed starts it runs" within 5 is running property SubState
done
check "which tells nobody, however often it happens" is 4 lines
no_drop_in 95-gate

# --- A loop that stands still, again and again --------------------------------------------------------------------
x systemctl restart slawatchd
for round in 1 2 3; do
    check "nobody was told before the third time it hangs" is 4 lines
    pid=$(property MainPID)
    x systemctl kill --kill-whom=main --signal USR2 slawatchd
    check "hang $round: the watchdog ends it, and it is back" within 15 runs_anew "$pid"
done
check "three times in a row: somebody is told, once" within 5 is 5 lines
check "it runs" is running property SubState
x systemctl stop slawatchd
total
