#!/usr/bin/env python3
"""Runs a program on a terminal of its own and plays a person: terminal.py ROWS COLUMNS STEPS PROGRAM [ARGUMENT...].

STEPS is JSON, a list of pairs: ["wait", REGEX] until what is on the screen fits, ["send", KEYS], ["resize", [ROWS, COLUMNS]],
["signal", NAME], ["run", [PROGRAM, ARGUMENT...]]. Then the end of the program is waited for. Prints JSON: the exit status
(128 and more for a signal), whether the mode of the terminal is as before, what was written after the last frame, and every
screen that a wait ended with. Fails if a wait takes longer than 60 s.
"""
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

PATIENCE = 60


class Terminal:
    def __init__(self, rows, columns, command):
        self.master, self.slave = pty.openpty()
        self.resize(rows, columns)
        self.mode = termios.tcgetattr(self.slave)
        self.output = ""
        self.process = subprocess.Popen(
            command, stdin=self.slave, stdout=self.slave, stderr=subprocess.PIPE,
            preexec_fn=self.own, env=os.environ | {"TERM": "xterm"},
        )

    def own(self):
        """The child leads a session whose terminal this is, so that Ctrl-C and a new size reach it as signals."""
        os.setsid()
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            self.output += os.read(self.master, 65_536).decode(errors="replace")

    @property
    def frame(self):
        """What was drawn last, from the top, without colours."""
        last = self.output.rsplit("\x1b[H", 1)[-1]
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", last).replace("\r", "")

    def wait(self, pattern):
        end = time.monotonic() + PATIENCE
        while not re.search(pattern, self.frame):
            if time.monotonic() > end or self.process.poll() is not None:
                sys.exit(f"nothing like {pattern!r} on the screen: {self.frame!r}, status {self.process.poll()}")
            self.read(0.1)
        return self.frame


def main(rows, columns, steps, command):
    terminal = Terminal(int(rows), int(columns), command)
    screens = []
    for verb, value in json.loads(steps):
        if verb == "wait":
            screens.append(terminal.wait(value))
        elif verb == "send":
            os.write(terminal.master, value.encode())
        elif verb == "resize":
            terminal.resize(*value)
        elif verb == "signal":
            terminal.process.send_signal(getattr(signal, value))
        else:
            subprocess.run(value, check=True, stdout=subprocess.DEVNULL)
    end = time.monotonic() + PATIENCE
    while terminal.process.poll() is None:
        if time.monotonic() > end:
            terminal.process.kill()
            sys.exit(f"it does not end: {terminal.frame!r}")
        terminal.read(0.05)
    for _ in range(10):
        terminal.read(0.05)
    status = terminal.process.returncode
    print(json.dumps({
        "status": status if status >= 0 else 128 - status,
        "isRestored": termios.tcgetattr(terminal.slave) == terminal.mode,
        "rest": terminal.output.rsplit("\x1b[J", 1)[-1],
        "screens": screens,
        "error": terminal.process.stderr.read().decode(),
    }))


main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
