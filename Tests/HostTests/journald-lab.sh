#!/bin/bash
# journald-lab.sh STORAGE CMD...: runs CMD beside a journald of its own (Storage=STORAGE: volatile or none), in a mount
# namespace of its own. The machine's journal is neither read nor written. Root only.
set -euo pipefail
storage=$1
shift
exec unshare --mount bash -c '
    set -euo pipefail
    mount --make-rprivate /
    mount -t tmpfs tmpfs /run
    mkdir -p /run/systemd/journal /run/log/journal /run/systemd/journald.conf.d
    # Without ReadKMsg=no it would swallow the log of the whole kernel.
    printf "[Journal]\nStorage=%s\nReadKMsg=no\nAudit=no\nRateLimitIntervalSec=0\n" "$0" \
        >/run/systemd/journald.conf.d/lab.conf
    /lib/systemd/systemd-journald &
    journald=$!
    for _ in $(seq 500); do [ -S /run/systemd/journal/socket ] && break; sleep 0.01; done
    code=0
    SLAWATCH_JOURNALD_LAB=$0 JOURNALD_PID=$journald "$@" || code=$?
    kill "$journald"
    wait "$journald" || true
    exit "$code"
' "$storage" "$@"
