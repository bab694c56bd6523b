#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The data of requests: packets whose bytes are known on a ring of our own, what is not granted, and a ping that waits because its
# vif may send next to nothing. The same bytes in text, JSON and pcapng, and in no other command's output.
# shellcheck disable=SC2016,SC2086 # the $ are those of jq; words
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
# Once for all: each time it begins in another folder.
need web01
# shellcheck source=tests/xen/t/synth.sh
. "$t_dir/synth.sh"

hex() { od -An -v -tx1 "$1" | tr -d ' \n'; }

# ---- a ring of our own
ring=$d/vif:60000/q0/tx
synth_live netif-tx-idle netif-rx-empty
put_up vif 60000 live
# Who has 10.9.8.7, tell 10.9.8.6, in 60 bytes; and a ping from 10.9.8.6, 98 bytes, with an extra slot behind it.
arp=ffffffffffff00163e5e00010806000108000604000100163e5e00010a0908060000000000000a090807
arp+=000000000000000000000000000000000000
ping=00163e00000700163e5e00010800450000541234400040010000 # the checksum is the backend's to make
ping+=0a0908060a09080708000000005e0001
while ((${#ping} < 196)); do ping+=$(printf '%02x' $((${#ping} / 2))); done
synth 'on 0' 'put 1 small --data' 'put 1 xdp --data' 'put 1 small' 'put 1 fragments --data' >put
xenringtop slots -J --secrets "$ring" >asked 2>asked.err
# Where the first two have their data.
read -r ref1 off1 ref2 off2 < <(jq -r '[.slots[] | select(.type == "tx_request")][0:2] | map(.record.gref, .record.offset) | @tsv' asked | tr '\t' ' ')
synth "fill $ref1 $off1 $arp" "fill $ref2 $off2 $ping" >fill
check 'both are filled in' test "$(grep -c '"bytes"' fill)" = 2
xenringtop peek -J "$ring" >got 2>got.err
is 'peek: exit status, standard error' "$?/$(<got.err)" 0/
json 'the first packet, byte for byte' got '.requests[0] | .bytes == 60 and .bytes_read == 60 and .parts[0].data == "'"$arp"'"'
json 'its addresses' got '.requests[0].packet | .protocol == "arp" and .source == "10.9.8.6" and .destination == "10.9.8.7" and
	.source_mac == "00:16:3e:5e:00:01" and .destination_mac == "ff:ff:ff:ff:ff:ff"'
json 'the second' got '.requests[1] | .parts[0].data == "'"$ping"'" and .packet.protocol == "icmp" and
	.packet.source == "10.9.8.6" and .packet.destination == "10.9.8.7" and (.packet.info | startswith("echo request"))'
json 'one whose page is no grant is not shown, and why' got '.requests[2] | .bytes_read == 0 and .packet == null and
	(.parts | length == 1 and .[0].data == null and .[0].error != null)'
json 'one of four slots: each page as the guest filled it' got '.requests[3] | .slots == 4 and .bytes == 9258 and .bytes_read == 9258 and
	all(.parts[1:][]; .gref as $ref | .data | startswith("synth data page, grant reference \($ref)\n" | explode | map(
		"0123456789abcdef"[. / 16 | floor:(. / 16 | floor) + 1] + "0123456789abcdef"[. % 16:. % 16 + 1]) | add))'
xenringtop peek "$ring" >text 2>&1
check 'text: a line for each' grep -Eq '^packet [0-9]+  60 bytes  00:16:3e:5e:00:01 > ff:ff:ff:ff:ff:ff  arp 10.9.8.6 > 10.9.8.7  who has 10.9.8.7$' text
xenringtop peek --pcap out.pcapng "$d/vif:60000" 2>pcap.err
is 'pcapng: exit status' $? 0
check 'how many there are' grep -q ': 4 packets of 1 queue in out.pcapng$' pcap.err
pcap=$(hex out.pcapng)
check 'pcapng: the packets, each behind its lengths' test "${pcap#*3c0000003c000000"$arp"}" != "$pcap" -a "${pcap#*6200000062000000"$ping"}" != "$pcap"
check 'the interface is the queue' grep -aq "small04/vif:60000/q0" out.pcapng
for c in 'list -J' 'show -J' 'slots --all -J --secrets' 'slots --all --hex --secrets' 'grants --all'; do
	set -- $c
	t=$ring
	[[ $1 != grants ]] || t=$d
	xenringtop "$@" "$t" >other 2>&1
	check "$c shows none of it" test -s other -a "$(grep -aicE "0a0908060a0908|0a 09 08 06|synth data page|73796e7468206461|10\.9\.8\.[67]" other)" = 0
done
# What was answered is not there any more.
synth 'answer first 1' >answer
xenringtop peek -J "$ring" >got 2>got.err
json 'answered: it is left out' got '.requests | length == 3 and all(.[]; .bytes != 60 or .bytes_read == 0)'

# ---- a ping that waits: 100 bytes in 8 s are one of them
busy=$(domid web01)
rate=/local/domain/0/backend/vif/$busy/0/rate
at_exit xenstore-write "$rate" 4294967295,0
xenstore-write "$rate" 100,8000000
gsh web01 'ping -c 6 -i 0.2 -W 1 10.77.0.1 >/dev/null 2>&1 & sleep 1' >/dev/null
xenringtop peek -J "$busy/vif:0/q0/tx" >got 2>got.err
xenringtop peek --pcap ping.pcapng "$busy/vif:0/q0/tx" 2>/dev/null
json 'pings that wait for their turn' got '[.requests[] | select(.packet.protocol == "icmp")] | length > 0 and
	all(.[]; .packet.destination == "10.77.0.1" and .packet.source == "10.77.0.11" and (.packet.info | startswith("echo request")) and
		.packet.source_mac != null and .bytes == 98 and .bytes_read == 98)'
pcap=$(hex ping.pcapng)
check 'and are in the file: from 10.77.0.11 to 10.77.0.1' test "${pcap#*0a4d000b0a4d0001}" != "$pcap"
