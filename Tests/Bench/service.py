"""slawatchd as the benchmark sees it: started, spoken to over its socket, looked at from /proc, stopped."""

import json
import os
import signal
import socket
import subprocess
import threading
import time


class Service:
    """One run of the daemon on a state directory. `ready_ms` is from before the start of the process to READY=1."""

    def __init__(self, binary, policy, state, home, watchdog_us=None, arguments=()):
        self.socket_path = f"{home}/s"
        notify_path = f"{home}/notify"
        for path in (self.socket_path, notify_path):
            if os.path.exists(path):
                os.unlink(path)
        self._notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notify.bind(notify_path)
        self._notify.settimeout(60)
        environment = dict(os.environ, NOTIFY_SOCKET=notify_path)
        if watchdog_us:
            environment["WATCHDOG_USEC"] = str(watchdog_us)
        self.pings = []
        self._log = open(f"{home}/slawatchd.log", "a")
        start = time.monotonic()
        self._process = subprocess.Popen(
            [binary, "--config", policy, "--state-directory", state, "--socket", self.socket_path, *arguments],
            env=environment, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        try:
            while "READY=1" not in self._heard():
                pass
        except TimeoutError:
            raise SystemExit(f"slawatchd is not ready after 60 s, see {home}/slawatchd.log") from None
        self.ready_ms = (time.monotonic() - start) * 1e3
        threading.Thread(target=self._listen, daemon=True).start()

    def _heard(self):
        return self._notify.recv(65536).decode().split("\n")

    def _listen(self):
        self._notify.settimeout(None)
        while True:
            if "WATCHDOG=1" in self._heard():
                self.pings.append(time.monotonic())

    @property
    def pid(self):
        return self._process.pid

    def ended(self):
        """Its exit status, negative for a signal; None while it runs."""
        try:
            return self._process.wait(2)
        except subprocess.TimeoutExpired:
            return None

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        if self._process.wait(30) != 0:
            raise SystemExit(f"slawatchd stopped with {self._process.returncode}")

    def resident_mib(self):
        with open(f"/proc/{self._process.pid}/status") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) / 1024
        raise SystemExit("slawatchd has no VmRSS")

    def switches(self):
        """How often each thread has waited for something, by thread."""
        found = {}
        for thread in os.listdir(f"/proc/{self._process.pid}/task"):
            try:
                with open(f"/proc/{self._process.pid}/task/{thread}/status") as status:
                    found[thread] = next(int(l.split()[1]) for l in status if l.startswith("voluntary_ctxt_switches"))
            except FileNotFoundError:
                pass  # It has just ended.
        return found


class Client:
    """One connection to the daemon, kept open."""

    def __init__(self, service):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(service.socket_path)
        self._rest = b""

    def _request(self, head, body=b""):
        self._socket.sendall(head + body)
        while b"\r\n\r\n" not in self._rest:
            self._receive()
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        lines = head.decode().lower().split("\r\n")
        length = int(next(line.split(":")[1] for line in lines if line.startswith("content-length")))
        while len(self._rest) < length:
            self._receive()
        body, self._rest = self._rest[:length], self._rest[length:]
        if lines[0].split()[1] != "200":
            raise SystemExit(f"{lines[0]}: {body[:500].decode()}")
        return body

    def _receive(self):
        more = self._socket.recv(1 << 20)
        if not more:
            raise SystemExit("slawatchd closed the connection")
        self._rest += more

    def post(self, body):
        """Hands in events; the milliseconds until the answer was there."""
        count = body.count(b"\n")
        head = (b"POST /v1/events HTTP/1.1\r\nHost: bench\r\nContent-Type: application/jsonl\r\n"
                b"Content-Length: %d\r\n\r\n" % len(body))
        start = time.monotonic()
        answer = self._request(head, body)
        took = (time.monotonic() - start) * 1e3
        applied = json.loads(answer)["applied"]
        if applied != count:
            raise SystemExit(f"{applied} of {count} events were applied: {answer[:500].decode()}")
        return took

    def get(self, path):
        """The milliseconds until the answer was there."""
        start = time.monotonic()
        self._request(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        return (time.monotonic() - start) * 1e3
