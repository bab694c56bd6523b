#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab's line to dom0: runs commands there through its agent, on pipes or on a terminal, or joins the serial console.

labio.py run [--limit S] RUNDIR COMMAND    output and exit status come back; 124 if S seconds have passed
labio.py tty RUNDIR COMMAND                on a terminal in dom0 that is joined to ours
labio.py console RUNDIR                    the serial line (leave with ctrl-])
"""
import argparse
import fcntl
import os
import select
import shutil
import signal
import socket
import struct
import sys
import termios
import time
import tty

GONE = 125      # exit status if the host is not there (any more)
TTYS = ("2", "3")         # the virtio ports for terminals


class Gone(Exception):
    pass


def alive():
    try:
        with open("pid", encoding="ascii") as f:
            os.kill(int(f.read()), 0)
        return True
    except (OSError, ValueError):
        return False


def ask(*words):
    """One request to the agent. QEMU keeps the fifo open; a line is written in one piece."""
    try:
        fd = os.open("agent.in", os.O_WRONLY | os.O_NONBLOCK)
    except OSError as e:
        raise Gone from e
    os.write(fd, (" ".join(words) + "\n").encode())
    os.close(fd)


class Command:
    """A command's directory in the share."""

    def __init__(self, text):
        self.id = "%d.%d" % (os.getpid(), time.time_ns())
        self.dir = "share/cmd/" + self.id
        os.makedirs(self.dir)
        with open(self.dir + "/run", "w", encoding="utf-8", errors="surrogateescape") as f:
            f.write("echo $$ >/share/cmd/%s/pid\n%s\n" % (self.id, text))
        self.seen = 0.0

    def status(self):
        """The exit status, or None while it runs."""
        try:
            with open(self.dir + "/rc", encoding="ascii") as f:
                text = f.read()
            if text.endswith("\n"):
                return int(text)
        except FileNotFoundError:
            pass
        if time.monotonic() > self.seen + 0.5:
            self.seen = time.monotonic()
            if not alive():
                raise Gone
        return None

    def kill(self, sig):
        ask("kill", self.id, sig)

    def end(self, limit=3.0):
        """Ends a command that still runs, the hard way at last."""
        for sig in ("TERM", "KILL"):
            self.kill(sig)
            stop = time.monotonic() + limit
            while time.monotonic() < stop:
                if self.status() is not None:
                    return
                time.sleep(0.05)

    def drop(self):
        shutil.rmtree(self.dir, ignore_errors=True)


def copy_new(src, dst, state):
    """Passes on what a file in the share has got since the last call."""
    if src not in state:
        try:
            state[src] = open(src, "rb")
        except FileNotFoundError:
            return False
    data = state[src].read()
    if data:
        dst.write(data)
        dst.flush()
    return bool(data)


def run(args):
    cmd = Command(args.command)
    state = {}
    limit = time.monotonic() + args.limit if args.limit else None
    interrupted = 0

    def pass_on():
        a = copy_new(cmd.dir + "/out", sys.stdout.buffer, state)
        return copy_new(cmd.dir + "/err", sys.stderr.buffer, state) or a

    def on_int(_sig, _frame):
        nonlocal interrupted, limit
        interrupted += 1
        limit = time.monotonic() + 5        # a dom0 that hangs must not keep us
        cmd.kill("INT" if interrupted == 1 else "KILL")

    signal.signal(signal.SIGINT, on_int)
    signal.signal(signal.SIGTERM, lambda *_: (cmd.end(), sys.exit(143)))
    try:
        ask("run", cmd.id)
        while True:
            rc = cmd.status()
            busy = pass_on()
            if rc is not None:
                break
            if limit and time.monotonic() > limit:
                cmd.end()
                pass_on()
                rc = 124
                break
            if not busy:
                time.sleep(0.01)
    except BrokenPipeError:
        cmd.end()
        rc = 141
    cmd.drop()
    return 130 if interrupted else rc


def open_tty_port():
    """The first of the virtio ports for terminals that nobody uses."""
    for name in TTYS:
        lock = os.open("tty%s.lock" % name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        s = socket.socket(socket.AF_UNIX)
        try:
            s.connect("tty%s.sock" % name)
        except OSError as e:
            raise Gone from e
        return name, s, lock
    sys.exit("lab: all terminals of dom0 are in use")


class RawTerminal:
    """Our terminal passes every key on while this is in force."""

    def __enter__(self):
        self.saved = None
        if sys.stdin.isatty():
            self.saved = termios.tcgetattr(0)
            tty.setraw(0)
        return self

    def __exit__(self, *_):
        if self.saved:
            termios.tcsetattr(0, termios.TCSADRAIN, self.saved)


def window():
    try:
        return struct.unpack("HHHH", fcntl.ioctl(1, termios.TIOCGWINSZ, b"\0" * 8))[:2]
    except OSError:
        return (0, 0)


def is_utf8():
    """Does our terminal take UTF-8? Asked as programs ask: the first of these that is set."""
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        if os.environ.get(name):
            return os.environ[name].lower().replace("-", "").endswith("utf8")
    return False


def terminal(args):
    port, sock, _lock = open_tty_port()
    rows, cols = window()
    cmd = Command("stty rows %d cols %d 2>/dev/null\nexport TERM=%s LANG=%s\n%s" % (
        rows or 40, cols or 132, os.environ.get("TERM", "vt100"), "C.UTF-8" if is_utf8() else "C", args.command))
    out = sys.stdout.buffer
    # ctrl-c reaches us as a key if our input is a terminal, and as a signal if it is not.
    interrupted = 0

    def on_int(_sig, _frame):
        nonlocal interrupted
        interrupted += 1
        if interrupted > 2:
            cmd.end()
        else:
            sock.send(b"\x03")

    signal.signal(signal.SIGINT, on_int)
    signal.signal(signal.SIGTERM, lambda *_: (cmd.end(), sys.exit(143)))
    rc = None
    with RawTerminal():
        ask("tty", cmd.id, port)
        inputs = [sock, 0]
        try:
            while rc is None:
                ready = select.select(inputs, [], [], 0.05)[0]
                if 0 in ready:
                    data = os.read(0, 1024)
                    if data:
                        sock.sendall(data)
                    else:
                        inputs.remove(0)
                if sock in ready:
                    data = sock.recv(65536)
                    if not data:
                        raise Gone
                    out.write(data)
                    out.flush()
                else:
                    rc = cmd.status()
        except BrokenPipeError:
            cmd.end()
            rc = 141
    cmd.drop()
    return rc


def console(_args):
    sock = socket.socket(socket.AF_UNIX)
    try:
        sock.connect("serial.sock")
    except OSError as e:
        raise Gone from e
    print("serial console; ctrl-] leaves, three ctrl-a reach Xen's own console", file=sys.stderr)
    inputs = [sock, 0]
    with RawTerminal():
        while True:
            ready = select.select(inputs, [], [])[0]
            if 0 in ready:
                data = os.read(0, 1024)
                if b"\x1d" in data:
                    return 0
                if not data:
                    inputs.remove(0)
                # The emulated serial port drops what comes faster.
                for i in range(0, len(data), 16):
                    sock.sendall(data[i:i + 16])
                    time.sleep(0.01)
            if sock in ready:
                data = sock.recv(65536)
                if not data:
                    raise Gone
                os.write(1, data)


def main():
    p = argparse.ArgumentParser()
    sub = p.add_subparsers(required=True)
    for name, call in (("run", run), ("tty", terminal), ("console", console)):
        s = sub.add_parser(name)
        s.set_defaults(call=call)
        if name == "run":
            s.add_argument("--limit", type=float)
        s.add_argument("rundir")
        if name != "console":
            s.add_argument("command")
    args = p.parse_args()
    try:
        # Relative names from here on: a unix socket's path must be short.
        os.chdir(args.rundir)
        if not alive():
            raise Gone
        sys.exit(args.call(args))
    except (Gone, FileNotFoundError):
        print("lab: the host is not up", file=sys.stderr)
        sys.exit(GONE)


main()
