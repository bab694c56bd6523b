#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs a program on a terminal: terminal.py FDS COMMAND...

FDS says which of its file descriptors are the terminal ("2", "12"); the others
stay as they are. What came to the terminal is printed; the exit code is the
program's.
"""
import os
import pty
import sys

fds = [int(c) for c in sys.argv[1]]
others = [(fd, os.dup(fd)) for fd in range(3) if fd not in fds]
pid, terminal = pty.fork()
if pid == 0:
    for fd, was in others:
        os.dup2(was, fd)
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b""
while True:
    try:
        piece = os.read(terminal, 65536)
    except OSError:  # nobody has it open any more
        break
    if not piece:
        break
    seen += piece
status = os.waitpid(pid, 0)[1]
# standard output may be the program's, too
with os.fdopen(os.dup(1), "wb") as out:
    out.write(seen)
sys.exit(os.waitstatus_to_exitcode(status))
