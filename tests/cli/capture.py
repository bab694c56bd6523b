#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What a capture holds, told without the program's help: capture.py < TICKS

TICKS is what zstd -dc makes of the file, whole or not. Prints how many whole
ticks there are, and "end" if END stands behind them (xenringtop-capture(5)).
"""
import struct
import sys

TICK, END = 14, 15
data = sys.stdin.buffer.read()
at = ticks = 0
ended = False
while len(data) - at >= 8:
    kind, size = struct.unpack_from("<II", data, at)
    if len(data) - at - 8 < size:
        break
    at += 8 + size
    ticks += kind == TICK
    ended = kind == END
print(ticks, "end" if ended and at == len(data) else "no end")
