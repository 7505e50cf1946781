/* What the room Host needs of libsystemd and of Linux headers that the Glibc module leaves out. */
#pragma once

/* Drops the macros that would hide sd_journal_sendv behind a function-like macro. */
#define SD_JOURNAL_SUPPRESS_LOCATION 1

#include <malloc.h>
#include <sys/inotify.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>
