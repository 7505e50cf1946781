#!/bin/bash
# The units parse without a warning and expose no more than promised, with and without each drop-in. Needs no root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. Tests/Lab/report.sh

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
units=$root/usr/lib/systemd/system
mkdir -p "$units" "$root/etc/systemd/system"
cp systemd/*.service "$units"
# Where systemd looks for what the units refer to; only the names matter here.
cp /usr/lib/systemd/system/*.target /usr/lib/systemd/system/*.slice /usr/lib/systemd/system/*.socket "$units" 2>/dev/null || true
mkdir -p "$root/usr/bin" "$root/usr/lib/slawatchd" "$root/bin"
for binary in usr/bin/slawatchd usr/bin/slactl usr/lib/slawatchd/failures bin/echo; do install -m 755 /dev/null "$root/$binary"; done

# At most so much exposure, in tenths, with these drop-ins.
exposes() {
    local most=$1
    shift
    rm -rf "$units/slawatchd.service.d"
    for name in "$@"; do install -D -m 644 "systemd/drop-ins/$name.conf" -t "$units/slawatchd.service.d"; done
    systemd-analyze security --no-pager --offline=true --root="$root" --threshold="$most" slawatchd.service
}

is_clean() {
    local said
    # Whatever is said about other units of this machine is not ours.
    said=$(systemd-analyze verify --man=no --root="$root" "$1" 2>&1 | grep slawatchd || true)
    echo "$said"
    [ -z "$said" ]
}

drop_ins_are_clean() {
    exposes 100 10-loopback 20-outbound >/dev/null
    is_clean slawatchd.service
}

check "the unit scores 0.6 at most" exposes 6
check "with 10-loopback.conf it scores 1.2 at most" exposes 12 10-loopback
check "with 20-outbound.conf it scores 1.4 at most" exposes 14 20-outbound
check "with both it scores 1.4 at most" exposes 14 10-loopback 20-outbound
check "a looser unit would be noticed" fails exposes 12 20-outbound
check "systemd finds no fault with the unit and its drop-ins" drop_ins_are_clean
rm -rf "$units/slawatchd.service.d"
check "systemd finds no fault with slawatchd.service" is_clean slawatchd.service
check "systemd finds no fault with slawatchd-failed@.service" is_clean slawatchd-failed@slawatchd.service.service
total
