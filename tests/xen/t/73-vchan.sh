#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Libxenvchan: servers in a guest, clients in dom0, both Xen's own library (tools/vch.c).
# shellcheck disable=SC2016,SC2154 # the $ are those of jq, or for the guest's shell; names from real.sh
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/xen/t/real.sh
. "$t_dir/real.sh"
need qemu06
d=$(domid qemu06)
path=/local/domain/$d/data/vchan

# The program reaches the guest through its 9p share. Small rings stand in the first page, larger ones in pages of their own.
cp "$tools/vch" /var/lib/xrt/img/
at_exit rm -f /var/lib/xrt/img/vch
servers_down() { gsh qemu06 'killall vch; rm -f /tmp/v0 /tmp/v1'; xenstore-rm "$path"; }
at_exit servers_down
gsh qemu06 'grep -q " /mnt " /proc/mounts ||
	{ modprobe -a 9p 9pnet_xen && mkdir -p /mnt && mount -t 9p -o trans=xen,version=9p2000.u img /mnt; };
	cp /mnt/vch /bin/vch; mkfifo /tmp/v0 /tmp/v1;
	vch server 0 '"$path"'/0 1000 2000 <>/tmp/v0 >/tmp/v0.out 2>&1 & vch server 0 '"$path"'/1 5000 4000 <>/tmp/v1 >/tmp/v1.out 2>&1 &'
server_ready() { gsh qemu06 'grep -h ready /tmp/v0.out /tmp/v1.out | wc -l' | grep -qx 2; }
check 'two servers' wait_for 10 server_ready
mkfifo 0.in 1.in
for n in 0 1; do
	"$tools/vch" client "$d" "$path/$n" <>$n.in >$n.out 2>&1 &
	at_exit kill $!
done
client() { echo "${*:2}" >"$1.in"; }
client_says() { wait_for 5 grep -qx "$2" "$1.out"; }
check 'a client of each' eval 'client_says 0 "ready 0" && client_says 1 "ready 0"'
gsh qemu06 'echo write 1900 >/tmp/v0; echo write 4000 >/tmp/v1; echo write 96 >/tmp/v1'
client 0 write 300
client 1 read 1000
check 'the clients wrote and read' eval 'client_says 0 "done write 300" && client_says 1 "done read 1000"'
gsh qemu06 'echo read 100 >/tmp/v0; usleep 300000'
shared() { "$tools/gdump" "$d" ref "$(xenstore-read "$path/$1/ring-ref")" 0 6 | tr ' ' ,; }
# Cons and prod of left (to the server) and of right, their two orders, who is there and who wants to be told what.
is 'in the first page' "$(shared 0 | cut -d, -f1-4)" 100,300,0,1900
is 'in pages of their own' "$(shared 1 | cut -d, -f1-4)" 0,0,1000,4096
