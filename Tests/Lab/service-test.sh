#!/bin/bash
# service-test.sh BINARIES: slawatchd as an administrator meets it, installed in a real systemd. Needs root.
set -euo pipefail
binaries=$(realpath "$1")
cd "$(dirname "$0")/../.."
. Tests/Lab/service.sh

start_lab "$binaries"

# --- Installation -----------------------------------------------------------------------------------------------
check "make install succeeds" install_it
check "it makes the user slawatchd" x getent passwd slawatchd
check "it makes the group slawatchd" x getent group slawatchd
check "it adds to the catalog of the journal" matches slawatch x journalctl --list-catalog
check "completion of slactl is installed for bash" x test -s /usr/share/bash-completion/completions/slactl
check "completion of slactl is installed for zsh" x test -s /usr/share/zsh/vendor-completions/_slactl
check "completion of slactl is installed for fish" x test -s /usr/share/fish/vendor_completions.d/slactl.fish
check "the manual page that the catalog names is installed" x test -s /usr/share/man/man8/slawatchd.8
check "so is that of slactl" x test -s /usr/share/man/man1/slactl.1
check "no drop-in is active unless somebody copies it" is "" property DropInPaths
x sh -c "echo '# edited' >>$policy"
install_it >/dev/null
check "a second make install keeps an edited policy" x grep -q '^# edited$' "$policy"
check "systemd finds no fault with the installed units" is "" x systemd-analyze verify --man=no \
    /usr/lib/systemd/system/slawatchd.service /usr/lib/systemd/system/slawatchd-failed@.service
check "the catalog knows breaches" matches "$breached slawatchd: Target missed" x journalctl --list-catalog

# --- A broken policy and nothing to fall back on ----------------------------------------------------------------
x cp "$policy" /root/shipped.yaml
x sh -c "printf 'tiers: 7\npauze: yes\n' >$policy"
check "with a broken policy and an empty store it does not start" fails x systemctl start slawatchd
check "it exits with 78" is 78 property ExecMainStatus
check "systemd does not try again" is failed property ActiveState
check "the journal names file, line and column" within 5 \
    matches 'slawatch\.yaml:1:[0-9]+: error:' journal --output cat --unit slawatchd
check "OnFailure= says so at priority 2" within 5 \
    matches 'slawatchd\.service has failed' journal --output cat --priority 2 --identifier slawatchd-failed
check "the line is among those of the unit" \
    matches 'slawatchd\.service has failed' journal --output cat --priority 2 --unit slawatchd

# --- The shipped policy -----------------------------------------------------------------------------------------
x cp /root/shipped.yaml "$policy"
x systemctl reset-failed slawatchd
check "systemctl enable --now succeeds with the shipped policy" x systemctl enable --now slawatchd
check "it is READY" is running property SubState
check "it starts at boot" is enabled x systemctl is-enabled slawatchd
check "STATUS is a live line" matches '^0 open, 0 breached' property StatusText
check "the socket belongs to the group" is "660 slawatchd slawatchd" x stat -c '%a %U %G' /run/slawatchd/slawatchd.sock
check "nobody else may look into the store" is "700 slawatchd" x stat -c '%a %U' /var/lib/slawatchd
x useradd --groups slawatchd member
x useradd stranger
check "a member of the group may use slactl" x runuser -u member -- slactl status
check "a stranger may not" fails x runuser -u stranger -- slactl status

check "it stops within a second" stop_within_a_second
check "and cleanly" is success property Result

# --- A missed target, step by step ------------------------------------------------------------------------------
put Tests/Lab/lab.yaml "$policy"
drop_in 90-test Environment=SLAWATCH_TEST_HOOKS=1 WatchdogSec=2s RestartSec=200ms
check "it starts with the policy of the test" x systemctl start slawatchd
check "a case is opened" opens C-1
check "its breach is in the journal within 4 s" within 4 is 1 breaches C-1
check "the entry has the case" has_field SLA_CASE C-1 C-1
check "the entry has the target" has_field SLA_TARGET first_reply C-1
check "the entry has the deadline, to the millisecond" \
    has_field SLA_DEADLINE '20[0-9-]+T[0-9:]+\.[0-9]{3}Z' C-1
check "the entry says how late it is" has_field SLA_LATE_MS '[0-9]+' C-1
check "the entry has the id of its notice" has_field SLA_NOTICE_ID '[^"]+' C-1
check "the entry has the tier that missed" has_field SLA_TIER 1 C-1
check "the entry has the team" has_field SLA_TEAM front C-1
check "the entry has the manager" has_field SLA_MANAGER ada C-1
check "the entry has priority 4 or 3" has_field PRIORITY '[34]' C-1
check "journalctl -x explains it" matches 'Subject:' journal --catalog "SLA_CASE=C-1" "MESSAGE_ID=$breached"
check "the case moves to tier 2" within 4 matches 'tier 2' journal --output cat SLA_CASE=C-1
check "then to tier 3" within 4 matches 'tier 3' journal --output cat SLA_CASE=C-1
check "then to the manager of tier 3" within 6 \
    matches 'Escalated: case C-1 to Edsger Dijkstra' journal --output cat --priority 3 SLA_CASE=C-1
check "at last to the last resort, at priority 2" within 6 \
    matches 'Escalated: case C-1 to Barbara Liskov' journal --output cat --priority 2 SLA_CASE=C-1
check "and the ladder tells of each step once" is 5 notices C-1
check "systemctl status shows the live line" matches 'Status: "1 open, 1 breached' x systemctl status slawatchd
opens C-1a >/dev/null
check "a member of the group acknowledges a case" x runuser -u member -- slactl ack C-1a
check "the ledger has the user's name" matches 'acknowledged.*member' x slactl show C-1a
# On a quick machine the reloads below come before its deadline, and later ones would move it.
x slactl event resolved C-1a >/dev/null

# --- Nothing but what is meant --------------------------------------------------------------------------------------
check "the journal has nothing of the unit but its own entries" is "" strangers
check "slactl leaves nothing in it either" is "" journal --output cat --identifier slactl
check "without a warning but those of cases" is "" \
    journal --output cat --unit slawatchd --priority warning --grep '^(Degraded|Watchdog|Clock|Set aside|Policy)' \
    "_PID=$(property MainPID)"

# --- Reload -----------------------------------------------------------------------------------------------------
adopted() { x slactl status -o json | grep -o '"policy":{"version":[0-9]*' | grep -o '[0-9]*$'; }
version=$(adopted)
check "a reload with the same policy succeeds" x systemctl reload slawatchd
check "and changes nothing" is "$version" adopted
sed 's/first_reply: 2s/first_reply: 3s/' Tests/Lab/lab.yaml | write "$policy"
check "a reload with a good policy succeeds" x systemctl reload slawatchd
check "it returns when the policy is adopted" is $((version + 1)) adopted
put Tests/Lab/lab.yaml "$policy"
x systemctl kill --kill-whom=main --signal HUP slawatchd
check "SIGHUP reloads as well" within 4 is $((version + 2)) adopted
x sh -c "printf 'tiers: 7\n' >$policy"
check "a reload with a broken policy fails" fails x systemctl reload slawatchd
check "the mistake is in the journal, at priority 3" within 5 \
    matches 'slawatch\.yaml:1:8: error' said --priority 3
check "it runs on" is active property ActiveState
opens C-2 >/dev/null || true
check "and keeps to the policy it had" within 4 is 1 breaches C-2
x slactl ack C-2 >/dev/null || true

# --- A start with a broken policy, and one to fall back on -------------------------------------------------------
check "with a broken policy it starts with the one it adopted" x systemctl restart slawatchd
check "it says so at priority 3" within 5 matches 'slawatch\.yaml' journal --output cat --priority 3 --unit slawatchd \
    "_PID=$(property MainPID)"
check "and in STATUS" matches 'policy' property StatusText
opens C-3 >/dev/null || true
check "and watches" within 4 is 1 breaches C-3
x slactl ack C-3 >/dev/null || true
put Tests/Lab/lab.yaml "$policy"
check "a reload with a good policy takes it back to normal" x systemctl reload slawatchd

# --- A policy reaches the open cases, new zone data as well ----------------------------------------------------------
says() { journal --output cat --unit slawatchd --grep "$1" "_PID=$(property MainPID)" | grep -c . || true; }
# An hour a day: wherever the zone puts it, the deadline follows.
office='calendars: { office: { time_zone: Europe/Berlin, hours: { mon-sun: ["09:00-10:00"] } } }'
sed "s|^version: 1|&\n$office|; s/calendar: always/calendar: office/; s/first_reply: 2s/first_reply: 2h/" \
    Tests/Lab/lab.yaml | write "$policy"
x systemctl reload slawatchd
opens Z-1 >/dev/null || true
moves='Policy in force: version [0-9]* has reached [0-9]* open cases?, 1 deadline moved, 0 of them'
before=$(says "$moves")
sed "s|^version: 1|&\n$office|; s/calendar: always/calendar: office/; s/first_reply: 2s/first_reply: 5h/" \
    Tests/Lab/lab.yaml | write /root/new.yaml
check "check-config --diff foretells it, from a home that the service may not read" \
    matches '1 deadline moves, 1 later' x slactl check-config --diff /root/new.yaml
x cp /root/new.yaml "$policy"
x systemctl reload slawatchd
check "a reload moves the deadlines of open cases, and says how many" \
    within 5 is $((before + 1)) says "$moves"
due() { x slactl show Z-1 -o json | grep -o '"deadline":"[^"]*"' | tail -1; }
deadline=$(due)
x sh -c 'cd /usr/share/zoneinfo && cp Asia/Tokyo Europe/.Berlin && mv Europe/.Berlin Europe/Berlin'
check "new zone data is noticed within seconds, by itself" within 5 is 1 says '^Zone data changed: Europe/Berlin;'
check "it moves the deadlines that depend on it, and says how many" \
    within 5 is $((before + 2)) says "$moves"
check "the case has another deadline" fails is "$deadline" due
x slactl ack Z-1 >/dev/null || true
put Tests/Lab/lab.yaml "$policy"
x systemctl reload slawatchd

# --- Killed -----------------------------------------------------------------------------------------------------
opens C-4 >/dev/null || true
pid=$(property MainPID)
within 5 kill_it
check "killed with -9, it is back" within 5 runs_anew "$pid"
check "a breach after that is announced" within 5 is 1 breaches C-4
pid=$(property MainPID)
within 5 kill_it
check "killed again right after announcing, it is back" within 5 runs_anew "$pid"
sleep 2
check "and does not announce it twice" is 1 breaches C-4
x slactl ack C-4 >/dev/null || true

# --- The loop hangs while the other threads live -------------------------------------------------------------------
restarts=$(property NRestarts)
pid=$(property MainPID)
opens C-5 >/dev/null || true
x systemctl kill --kill-whom=main --signal USR2 slawatchd
check "STATUS says that the loop stands still" within 4 matches '[Ll]oop' property StatusText
check "the watchdog kills it" within 8 \
    matches 'Watchdog timeout' journal --output cat --unit slawatchd
check "it is back" within 8 runs_anew "$pid"
check "systemd counts one restart" is $((restarts + 1)) property NRestarts
check "the deadline that passed meanwhile is announced" within 4 is 1 breaches C-5
check "with how late it was found" has_field SLA_LATE_MS '[1-9][0-9]{2,}' C-5
sleep 2
check "once" is 1 breaches C-5

# Half a request, and then nothing.
x perl -MIO::Socket::UNIX -e \
    '$c = IO::Socket::UNIX->new($ARGV[0]) or die; print $c "POST /v1/events HTTP/1.1\r\nContent-"; $c->flush; sleep 3' \
    "$socket" &
client=$!
sleep 0.3
check "it stops within a second, with work at hand and a client that does not go" stop_within_a_second
check "and cleanly once more" is success property Result
wait "$client"
total
