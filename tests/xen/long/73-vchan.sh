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
# The first is where all users of vchans put them, the second where nobody would look.
path=("/local/domain/$d/data/vchan/0" "/local/domain/$d/data/other")

# The program reaches the guest through its 9p share. Small rings stand in the first page, larger ones in pages of their own.
cp "$tools/vch" /var/lib/xrt/img/
at_exit rm -f /var/lib/xrt/img/vch
servers_down() { gsh qemu06 'killall vch; rm -f /tmp/v0 /tmp/v1'; xenstore-rm "${path[0]%/*}"; xenstore-rm "${path[1]}"; }
at_exit servers_down
gsh qemu06 'grep -q " /mnt " /proc/mounts ||
	{ modprobe -a 9p 9pnet_xen && mkdir -p /mnt && mount -t 9p -o trans=xen,version=9p2000.u img /mnt; };
	cp /mnt/vch /bin/vch; mkfifo /tmp/v0 /tmp/v1;
	vch server 0 '"${path[0]}"' 1000 2000 <>/tmp/v0 >/tmp/v0.out 2>&1 & vch server 0 '"${path[1]}"' 5000 4000 <>/tmp/v1 >/tmp/v1.out 2>&1 &'
server_ready() { gsh qemu06 'grep -h ready /tmp/v0.out /tmp/v1.out | wc -l' | grep -qx 2; }
check 'two servers' wait_for 10 server_ready
mkfifo 0.in 1.in
for n in 0 1; do
	"$tools/vch" client "$d" "${path[n]}" <>$n.in >$n.out 2>&1 &
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
shared() { "$tools/gdump" "$d" ref "$(xenstore-read "${path[$1]}/ring-ref")" 0 6 | tr ' ' ,; }
# Cons and prod of left (to the server) and of right, their two orders, who is there and who wants to be told what.
is 'in the first page' "$(shared 0 | cut -d, -f1-4)" 100,300,0,1900
is 'in pages of their own' "$(shared 1 | cut -d, -f1-4)" 0,0,1000,4096

# ---- what we say of them ----

xenringtop list --json -i 0.02 qemu06 >list.json 2>list.err
is 'listed: exit status' $? 0
json 'found is the one that is below data/vchan' list.json '[.rings[] | select(.protocol == "vchan") | [.device, .ring, .backend_domid, .pages]] ==
	[["vchan:0", "left", 0, 1], ["vchan:0", "right", 0, 1]]'
json 'as many bytes as the two ends put and took' list.json '[.rings[] | select(.protocol == "vchan")] |
	(.[0] | [.in_cons, .in_prod, .in_size] == [100, 300, 1024] and .out_prod == null) and
	(.[1] | [.out_cons, .out_prod, .out_size] == [0, 1900, 2048] and .in_prod == null)'
xenringtop --vchan "${path[1]}" list --json -i 0.02 qemu06/vchan:* >list.json 2>list.err
is 'named: exit status' $? 0
# 5000 and 4000 are rounded up.
json 'named, the other one is there, too' list.json '[.rings[] | select(.device == "vchan:data.other")] | length == 2 and
	(.[0] | [.ring, .in_cons, .in_prod, .in_size] == ["left", 0, 0, 8192]) and
	(.[1] | [.ring, .out_cons, .out_prod, .out_size] == ["right", 1000, 4096, 4096])'
lsevtchn "$d" >evtchn
port=$(xenstore-read "${path[0]}/event-channel")
remote=$(sed -n "s/^ *$port:.*Remote Domain 0, Port //p" evtchn)
xenringtop slots --json -i 0.02 qemu06/vchan:0/right >slots.json 2>slots.err
json 'the page: both are there' slots.json '.slots | length == 1 and (.[0] | .state == "page" and .faults == [] and
	(.record | .cli_live == "connected" and .srv_live == "connected" and .right_prod == 1900 and .right_cons == 0 and .left_cons == 100 and
	.left_prod == 300 and .left_order == 10 and .right_order == 11))'
json "the port is Xen's, and the one at the other end" slots.json ".ring | .port == $port and .backend_port == ${remote:-null}"

client 0 close
check 'the client has gone' client_says 0 'done close 0'
xenringtop slots --json -i 0.02 qemu06/vchan:0/right >slots.json 2>slots.err
json 'what nobody will take any more is said' slots.json '.slots | length == 1 and (.[0] | .record.cli_live == "exited" and
	.record.srv_live == "connected" and (.faults | length == 1 and (.[0] | test("the client has exited"))))'
xenringtop slots --json -i 0.02 qemu06/vchan:0/left >slots.json 2>slots.err
json 'the other way there is somebody' slots.json '.slots[0].faults == []'
