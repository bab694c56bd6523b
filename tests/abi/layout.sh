#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Compiles layout.c, natively and for i386: every size and offset of lib/abi is
# asserted there against the installed Xen headers. TAP.
#
# CC is the compiler, top_srcdir the source; both have defaults.

set -u

src=${top_srcdir:-$(cd "$(dirname "$0")/../.." && pwd)}
obj=$(mktemp) || exit 99
trap 'rm -f "$obj"' EXIT

# compile NAME FLAGS...
compile() {
	name=$1
	shift
	if ${CC:-cc} "$@" -std=c11 -Wall -Wextra -Werror -I"$src/lib" \
		-c -o "$obj" "$src/tests/abi/layout.c" >"$obj.log" 2>&1; then
		echo "ok $n - layouts, $name"
	else
		sed 's/^/# /' "$obj.log"
		echo "not ok $n - layouts, $name"
		failed=1
	fi
	rm -f "$obj.log"
	n=$((n + 1))
}

n=1
failed=0
echo 1..2
compile native
if echo 'int x[sizeof(void *) == 4 ? 1 : -1];' |
	${CC:-cc} -m32 -ffreestanding -x c -c -o "$obj" - 2>/dev/null; then
	compile i386 -m32 -ffreestanding -idirafter "$src/tests/pages/bare"
else
	echo "ok $n - layouts, i386 # SKIP no compiler for it here"
fi
exit $failed
