#!/bin/bash
# A real systemd as PID 1 for tests: in namespaces of its own, on a throw-away overlay of this machine's root.
#   lab.sh possible              0 if this machine can run a lab, else 1 and the reason on stdout
#   lab.sh start NAME            boots it (half a second) and returns when it is up
#   lab.sh exec NAME COMMAND...  runs a command inside
#   lab.sh put NAME FILE DEST    copies a file or a folder in
#   lab.sh stop NAME             powers it off; everything written inside is gone
# There is no network inside but loopback, and nothing written inside reaches the machine.
set -euo pipefail

state=${LAB_STATE:-/run/slawatch-lab}
lab=$(realpath "$0")

possible() {
    if [ "$(id -u)" != 0 ]; then echo "it needs root"; return 1; fi
    if ! command -v systemd-nspawn >/dev/null; then echo "it needs systemd-nspawn, of the package systemd-container"; return 1; fi
    local scratch reason=''
    scratch=$(mktemp -d)
    unshare --mount bash -c '
        set -e
        mount -t tmpfs tmpfs "$0" && mkdir "$0"/{up,work,root}
        mount -t overlay overlay -o lowerdir=/,upperdir="$0/up",workdir="$0/work" "$0/root"
        mkdir "$0/cgroup" && mount -t cgroup2 cgroup2 "$0/cgroup"' "$scratch" 2>/dev/null ||
        reason="this machine lets root neither mount an overlay nor a cgroup tree (a container without privileges?)"
    rmdir "$scratch"
    if [ -n "$reason" ]; then echo "$reason"; return 1; fi
}

# Runs in a mount namespace of its own and becomes systemd-nspawn.
boot() {
    local name=$1 root=/run/lab/root
    mount --make-rprivate /
    mount -t tmpfs -o mode=755 tmpfs /run
    # The machine may still use cgroup v1: nspawn is shown the unified tree only, and a branch of its own, or two labs
    # would see each other's processes.
    umount -R /sys/fs/cgroup 2>/dev/null || true
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    mkdir -p "/sys/fs/cgroup/lab-$name"
    echo $$ >"/sys/fs/cgroup/lab-$name/cgroup.procs"

    mkdir /run/lab
    mount -t tmpfs -o mode=755 tmpfs /run/lab
    mkdir /run/lab/{up,work,root}
    mount -t overlay overlay -o lowerdir=/,upperdir=/run/lab/up,workdir=/run/lab/work "$root"
    : >"$root/etc/machine-id"
    # Images of containers forbid services to start.
    rm -f "$root/usr/sbin/policy-rc.d"
    mkdir -p "$root/etc/systemd/system" "$root/var/log/journal"
    # Both would reach the kernel of the machine.
    for unit in systemd-sysctl systemd-modules-load; do ln -sf /dev/null "$root/etc/systemd/system/$unit.service"; done
    exec systemd-nspawn --quiet --directory="$root" --boot --register=no --keep-unit --private-network \
        --resolv-conf=off --timezone=off --console=pipe --machine="$name" \
        systemd.unit=basic.target systemd.log_target=journal
}

start() {
    local name=$1 outer inner
    mkdir -p "$state"
    setsid unshare --mount "$lab" boot "$name" </dev/null >"$state/$name.log" 2>&1 &
    outer=$!
    echo "$outer" >"$state/$name.outer"
    for _ in {1..600}; do
        inner=$(pgrep -P "$outer" | head -n 1 || true)
        if [ -n "$inner" ] && [ -S "/proc/$inner/root/run/systemd/private" ]; then
            echo "$inner" >"$state/$name.init"
            case $(inside "$name" systemctl is-system-running --wait 2>/dev/null || true) in
            running | degraded) return 0 ;;
            esac
        fi
        if ! kill -0 "$outer" 2>/dev/null; then break; fi
        sleep 0.05
    done
    echo "cannot boot the lab $name: systemd did not come up, its console says:" >&2
    cat "$state/$name.log" >&2
    return 1
}

inside() {
    local init
    init=$(cat "$state/$1.init")
    shift
    nsenter -t "$init" -m -u -i -n -p -C --root="/proc/$init/root" --wd="/proc/$init/root" \
        env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        LANG=C.UTF-8 TERM=dumb SYSTEMD_PAGER=cat SYSTEMD_COLORS=0 "$@"
}

stop() {
    local name=$1 outer
    outer=$(cat "$state/$name.outer" 2>/dev/null) || return 0
    # Asks the systemd inside to power off.
    kill -s RTMIN+4 "$(cat "$state/$name.init" 2>/dev/null || echo "$outer")" 2>/dev/null || true
    for _ in {1..100}; do
        if ! kill -0 "$outer" 2>/dev/null; then break; fi
        sleep 0.1
    done
    kill -KILL "$outer" 2>/dev/null || true
    for tree in /sys/fs/cgroup /sys/fs/cgroup/unified; do
        if [ -d "$tree/lab-$name" ]; then find "$tree/lab-$name" -depth -type d -exec rmdir {} + 2>/dev/null || true; fi
    done
    rm -f "$state/$name".{outer,init,log}
}

command=$1
shift
case $command in
possible | boot | start | stop) "$command" "$@" ;;
exec) inside "$@" ;;
put) cp -a "$2" "/proc/$(cat "$state/$1.init")/root$3" ;;
*) echo "lab.sh: $command is not a command, see the top of the file" >&2; exit 64 ;;
esac
