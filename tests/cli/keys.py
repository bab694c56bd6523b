#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How soon a program on a terminal answers keys: keys.py TEXT KEY N COMMAND...

Waits until TEXT has come to the terminal, then presses KEY N times, each when
the answer to the one before has come to its end. Prints the milliseconds until
the first byte of each answer ("-": none within 5 s), the median first. Ends
with Q, and prints the milliseconds until the program has ended, and its code.
"""
import os
import pty
import select
import signal
import sys
import time

TEXT, KEY, N = sys.argv[1].encode(), sys.argv[2].encode(), int(sys.argv[3])
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execvp(sys.argv[4], sys.argv[4:])


def more(seconds):
    """What comes within that time; b"": nothing, or it has ended."""
    if not select.select([terminal], [], [], seconds)[0]:
        return b""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def answer(seconds, wanted=1):
    """Milliseconds until an answer that is more than a number that changes; None."""
    began, seen = time.monotonic(), 0
    while time.monotonic() < began + seconds:
        seen += len(more(seconds))
        if seen >= wanted:
            return (time.monotonic() - began) * 1000
    return None


seen, end = b"", time.monotonic() + 30
while TEXT not in seen and time.monotonic() < end:
    seen += more(1)
if TEXT not in seen:
    os.kill(pid, signal.SIGKILL)
    sys.exit(f"no {TEXT!r} in {seen!r}")
times = []
for _ in range(N):
    time.sleep(0.02)
    while more(0.01):
        pass
    os.write(terminal, KEY)
    # the box of progress changes by itself, but by less than that
    times.append(answer(5, 200))
good = sorted(t for t in times if t is not None)
print("-" if len(good) <= N // 2 else round(good[N // 2]), *("-" if t is None else round(t) for t in times))
began = time.monotonic()
os.write(terminal, b"Q")
end = began + 30
while more(1) or not os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
    if time.monotonic() > end:
        os.kill(pid, signal.SIGKILL)
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(round((time.monotonic() - began) * 1000), code)
