#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the tables say: every help is there and says more than the name.
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

$PYTHON "$top_srcdir/tests/cli/tables.py" "$XENRINGTOP" > "$tmp/tap" 2> "$tmp/err" || not_ok "tables.py" "$(tail -1 "$tmp/err")"
cat "$tmp/tap"
n_tests=$((n_tests + $(wc -l < "$tmp/tap")))

plan
