# Sourced by the tests here: a lab of their own, with slawatchd installed in it as an administrator does, and words to
# talk about it. The first argument of the test is the folder with the binaries.
. Tests/Lab/report.sh

lab=$(basename "$0" .sh)
policy=/etc/slawatchd/slawatch.yaml
socket=/run/slawatchd/slawatchd.sock
state=/var/lib/slawatchd
drop_ins=/etc/systemd/system/slawatchd.service.d

export LAB_STATE
LAB_STATE=$(mktemp -d)
trap 'Tests/Lab/lab.sh stop $lab; rm -rf "$LAB_STATE"' EXIT
x() { Tests/Lab/lab.sh exec "$lab" "$@"; }
put() { Tests/Lab/lab.sh put "$lab" "$1" "$2"; }
# What stands on standard input, as a file inside.
write() { x tee "$1" >/dev/null; }

# start_lab BINARIES: boots, and copies in what `make install` needs.
start_lab() {
    local library path
    Tests/Lab/lab.sh start "$lab"
    x mkdir -p /root/slawatch/built "$drop_ins"
    for path in Makefile README.md LICENSE systemd config docs; do put "$path" /root/slawatch/; done
    x mkdir -p /root/slawatch/Sources/API
    put Sources/API/openapi.yaml /root/slawatch/Sources/API/
    for path in "$1"/{slawatchd,slactl}; do put "$path" /root/slawatch/built/; done
    # A debug build wants the runtime of the toolchain, which may lie in a home that the unit cannot see.
    ldd "$1"/{slawatchd,slactl} 2>/dev/null | awk '$3 ~ /^\// && $3 !~ /^\/(usr\/)?lib\// {print $3}' | sort -u |
        while read -r library; do put "$library" /usr/local/lib/; done
    x ldconfig
}

install_it() { x make --silent --directory /root/slawatch install BINARIES=built; }

# drop_in NAME LINE...: settings of the section [Service] for this lab, in force from the next start.
drop_in() {
    local name=$1
    shift
    printf '%s\n' '[Service]' "$@" | write "$drop_ins/$name.conf"
    x systemctl daemon-reload
}
no_drop_in() {
    x rm "$drop_ins/$1.conf"
    x systemctl daemon-reload
}

property() { x systemctl show --property "$1" --value slawatchd; }
# The daemon answers, also while something is wrong with it.
answers() { x sh -c 'slactl status; code=$?; [ $code = 0 ] || [ $code = 75 ]'; }
is() { [ "$("${@:2}")" = "$1" ] || { echo "expected $1, found: $("${@:2}")"; return 1; }; }
matches() {
    local text
    text=$("${@:2}")
    [[ $text =~ $1 ]] || { echo "expected $1, found: $text"; return 1; }
}
lacks() {
    local text
    text=$("${@:2}")
    [[ ! $text =~ $1 ]] || { echo "expected nothing like $1, found: $text"; return 1; }
}
# Whether the service runs as a process other than this one.
runs_anew() {
    # In one answer: between two, a killed process may end.
    local state
    state=$(x systemctl show --property SubState,MainPID slawatchd)
    [[ $state == *SubState=running* && $state =~ MainPID=([0-9]+) && ${BASH_REMATCH[1]} != 0 && ${BASH_REMATCH[1]} != "$1" ]] ||
        { echo "process $1 before, now: $state"; return 1; }
}

# Kills the service as it runs. Fails between the end of one process and the start of the next: then there is none.
kill_it() { x systemctl kill --kill-whom=main --signal KILL slawatchd; }

# Published in the catalog, and never changed.
breached=72ac27250d5e49a0a40c2fafb9463491
journal() { x journalctl --quiet --no-pager "$@"; }
# What the unit said since its latest start.
said() { journal --output cat --unit slawatchd "_PID=$(property MainPID)" "$@"; }
breaches() { journal --output cat "SLA_CASE=$1" "MESSAGE_ID=$breached" | grep -c . || true; }
# Notices of a case, told apart by their ids.
notices() {
    journal --output json --output-fields=SLA_NOTICE_ID "SLA_CASE=$1" | grep -o '"SLA_NOTICE_ID":"[^"]*"' | sort -u | grep -c . || true
}
# Lines that came by standard error or syslog: of libraries, not of ours.
strangers() { journal --output cat "_PID=$(property MainPID)" _TRANSPORT=stdout _TRANSPORT=syslog; }
entry() { journal --output json --lines 1 "SLA_CASE=$1" "MESSAGE_ID=$breached"; }
has_field() { matches "\"$1\":\"$2\"" entry "$3"; }
opens() { x slactl event opened "$1" --tier 1; }

stop_within_a_second() {
    local start=${EPOCHREALTIME/[.,]/} took
    x systemctl stop slawatchd
    took=$(((${EPOCHREALTIME/[.,]/} - start) / 1000))
    [ "$took" -le 1000 ] || { echo "took $took ms"; return 1; }
}

# journal_agrees CASES: for each case named in this file inside, the journal has as many notices as the ledger announces, and
# one breach; no notice has the id of another. Prints what differs and fails then.
journal_agrees() {
    x bash -c '
        set -euo pipefail
        entries() { journalctl --quiet -o json --output-fields=SLA_NOTICE_ID,SLA_CASE SYSLOG_IDENTIFIER=slawatchd "$@"; }
        of_case() { { grep -o "\"SLA_CASE\":\"[^\"]*\"" || true; } | cut -d\" -f4 | sort | uniq -c | awk "{ print \$2, \$1 }"; }
        announced() { echo "$1 $(slactl show "$1" -o json | grep -o "\"priority\":[0-9]" | wc -l)"; }
        export -f announced
        sort -u "$0" >/tmp/cases
        xargs -P 4 -I{} bash -c "announced {}" </tmp/cases | sort >/tmp/ledger
        # Also of the cases whose answer was never seen.
        entries | of_case | join - /tmp/cases | sort >/tmp/journal
        entries MESSAGE_ID='"$breached"' | of_case | join - /tmp/cases | awk "\$2 != 1 { print \$1, \"has\", \$2, \"breaches\" }" >/tmp/wrong
        entries | { grep -o "\"SLA_NOTICE_ID\":\"[^\"]*\"" || true; } | sort | uniq -d >>/tmp/wrong
        diff /tmp/ledger /tmp/journal >>/tmp/wrong || true
        echo "$(wc -l </tmp/cases) cases, $(awk "{ n += \$2 } END { print n }" /tmp/journal) notices; wrong:"
        cat /tmp/wrong
        [ -s /tmp/cases ] && [ ! -s /tmp/wrong ]' "$1"
}

# feed FILE ROUNDS: ten new cases every tenth of a second, each batch handed in again until it is accepted; then their
# names are in the file. The ids make what was committed before a kill, and not answered, a duplicate. Runs inside, beside
# the test.
feed() {
    x bash -c '
        for ((round = 1; round <= $1; round++)); do
            until
                at=$(date -u +%FT%T.%3NZ)
                for n in {0..9}; do
                    echo "{\"at\":\"$at\",\"case\":\"$(basename "$0")-$round-$n\",\"event\":\"opened\",\"id\":\"1\",\"tier\":1}"
                done >"$0.batch"
                slactl import "$0.batch" >/dev/null 2>&1
            do sleep 0.05; done
            for n in {0..9}; do echo "$(basename "$0")-$round-$n"; done >>"$0"
            sleep 0.1
        done' "$1" "$2"
}
# Nothing is due any more and everything said.
is_settled() { x slactl status -o json | grep '"notices_pending":0' | grep -v '"next"' | grep -q '"degraded":\[\]'; }
