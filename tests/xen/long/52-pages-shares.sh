#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Known contents of shared folders and TPMs; see pages.sh.
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"
# shellcheck source=tests/xen/t/pages.sh
. "$t_dir/pages.sh"

all_of 9pfs 9pfs r0
all_of tpmif vtpm ring

# A frontend that does not say that it speaks version 2 speaks the first one, whose page is shown as it is.
synth_all -- tpmif-submit
put_up vtpm 60001 tpmif-submit feature-protocol-v2=
xenringtop slots --json -i 0.02 "$d/vtpm:60001/ring" >got 2>got.err
is 'version 1: exit status' $? 0
[[ ${ready[tpmif-submit]} =~ \"ring-ref\":\"([0-9]+)\" ]]
page=$(for w in $("$tools/gdump" "$d" ref "${BASH_REMATCH[1]}" 0 4); do
	printf '%02x' $((w & 255)) $((w >> 8 & 255)) $((w >> 16 & 255)) $((w >> 24))
done)
json 'version 1: the bytes of the page, and no more' got '.slots | length == 1 and (.[0] | .state == "page" and
	(.record | keys == ["request"] and (.request | length) >= 32 and (.request[:32] == "'"$page"'")))'
