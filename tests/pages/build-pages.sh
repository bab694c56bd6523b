#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Makes all test pages and compares what the two compilations agree upon.
#
# usage: build-pages.sh DIRECTORY
#
# CC, CFLAGS and CPPFLAGS are as make has them. With no compiler for i386 the
# x86_32 pages come from the packed layout, and the comparison is left out.

set -eu

src=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: build-pages.sh DIRECTORY}
cc=${CC:-cc}
common="mkpages.c pages.c json.c blkif.c netif.c console.c xenstore.c grant.c"
common="$common pvcalls.c vchan.c"
common="$common sndif.c displif.c cameraif.c"
common="$common vscsiif.c usbif.c fsif.c"
common="$common 9pfs.c kbdif.c fbif.c pciif.c tpmif.c"
# what has another layout for i386, made by a 64-bit program
other="blkif-packed.c fbif-32.c"

mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$src"

replay="replay.c replay-blkif.c"

# build32 PROGRAM SOURCE...: for i386, without a C library
build32()
{
	program=$1
	shift
	# shellcheck disable=SC2086
	$cc ${CPPFLAGS-} -std=c11 -O0 -m32 -march=i686 -ffreestanding \
		-idirafter bare -fno-stack-protector -fno-pic -fno-pie -fno-strict-aliasing \
		-nostdlib -static -o "$out/$program" "$@" port-bare.c
}

# The two compilations run at the same time.
bare=yes
rm -f "$out/replay32"
# shellcheck disable=SC2086
{ build32 mkpages32 $common && build32 replay32 $replay; } \
	2>"$out/mkpages32.log" &
pid=$!
# shellcheck disable=SC2086
$cc ${CPPFLAGS-} -std=c11 ${CFLAGS--O0} -o "$out/mkpages" $common $other \
	port-libc.c
# shellcheck disable=SC2086
$cc ${CPPFLAGS-} -std=c11 ${CFLAGS--O0} -fno-strict-aliasing \
	-o "$out/replay" $replay replay-blkif-packed.c port-libc.c
wait $pid && "$out/mkpages32" "$out" || bare=no

"$out/mkpages" "$out"

if test $bare = no; then
	echo "build-pages.sh: no i386 program here, see $out/mkpages32.log:" \
		"the x86_32 pages are the packed ones" >&2
	"$out/mkpages" "$out" packed
	exit 0
fi

# blkif and fbif of -m32 against the other program's; all else against x86_64.
rm -rf "$out/packed" "$out/every"
mkdir "$out/packed" "$out/every"
"$out/mkpages" "$out/packed" packed
"$out/mkpages32" "$out/every" every
for f in "$out"/packed/*; do
	cmp "$f" "$out/${f##*/}"
done
rm "$out"/every/blkif-* "$out"/every/fbif-*
for f in "$out"/every/*.bin; do
	name=${f##*/}
	cmp "$f" "$out/${name%.x86_32.bin}.x86_64.bin"
done
grep -Ev '"protocol":"(blkif|fbif)' "$out/every/cases.x86_32.jsonl" |
	sed 's/"abi":"x86_32"/"abi":"x86_64"/' >"$out/every/rest"
grep -Ev '"protocol":"(blkif|fbif)' "$out/cases.x86_64.jsonl" |
	cmp - "$out/every/rest"
rm -r "$out/packed" "$out/every"
