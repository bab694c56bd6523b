#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Would a crash of the program be noticed? It is made to crash; the lab then looks for the core as after any test.
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
need

xenringtop list -n 0 -i 0.1 --ndjson >out 2>/dev/null &
victim=$!
wait_for 20 grep -q '"type":"sample"' out
kill -SEGV "$victim"
wait "$victim" 2>/dev/null
is 'killed by SIGSEGV: exit status' $? 139
core=/share/cores/core.xenringtop.$victim
check 'there is a core' wait_for 10 test -s "$core"
is 'it is one: an ELF file of type 4' "$(od -An -tx1 -N 18 "$core" | tr -d ' \n' | cut -c1-8,33-36)" 7f454c460400
# For the lab, which fetches it and does not count it as a failure.
echo '# leaves a core: xenringtop'
