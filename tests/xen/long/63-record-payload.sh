#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# As 62-record-pages.sh, of the protocols whose data is a guest's own: events, messages, mails and streams.
# limit: 300
# shellcheck disable=SC2154 # names from synth.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"
# shellcheck source=tests/xen/t/pages.sh
. "$t_dir/pages.sh"
# shellcheck source=tests/xen/t/recorded.sh
. "$t_dir/recorded.sh"

rm -f "$kept"/payload.* "$kept"/pci.*
# Events, messages and mails are not in a capture without payload: they are what somebody typed, or has in his files.
rows=(
	'vkbd:60000 in kbdif-every'
	'vkbd:60001 in,out kbdif-out'
	'vfb:60000 in,out fbif-every'
	'9pfs:60000 r0 9pfs-mixed'
	'9pfs:60001 r0 9pfs-order-3'
	'vtpm:60000 ring tpmif-submit'
	'vtpm:60001 ring tpmif-extra'
	'pvcalls:60000 cmd+s@ pvcalls-idle+pvcalls-data-order-1'
	'vchan:0 left,right vchan-full'
	'vchan:1 left,right vchan-12-11'
)
synth_all -- "${rows[@]##* }"
synth_all --abi x86_32 -- fbif-ring-end
rows+=('vfb:60001 in,out fbif-ring-end')
by_frame page-ref fbif-every fbif-ring-end
id=${ready[pvcalls-idle+pvcalls-data-order-1]#*'"id":"0x'}
for row in "${rows[@]}"; do put_row "${row/@/${id%%\"*}}" payload; done
recorded payload 0 --payload
as_kept payload

# By themselves: of a guest that has PCI devices no page is mapped by its frame.
rows=('pci:60000 op pciif-msix' 'pci:60001 op pciif-aer-answered')
synth_all -- "${rows[@]##* }"
for row in "${rows[@]}"; do put_row "$row" pci; done
recorded pci 0
as_kept pci
