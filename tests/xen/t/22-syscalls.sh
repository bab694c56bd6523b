#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every system call of the program, decoded, against a list of what is allowed; and how few there are when nothing happens.
# shellcheck disable=SC2016 # the $ are those of jq, or for the guest's shell
# shellcheck source=tests/xen/t/lib.sh
. "$(dirname "$0")/lib.sh"
need web01

# One pattern a line, for the whole line of xtrace. What is not here is forbidden.
grep -v '^#' >allowed <<'LIST'
open r /(etc|lib|usr|proc/self|sys/kernel/mm)/.*
open r /dev/null
open rw /dev/xen/(privcmd|hypercall)
# what backends say of themselves: folders, and names in them
open r /sys/bus/xen-backend/devices/[a-z0-9_]+-[0-9]+-[0-9]+/(xenbus|statistics)
open r /sys/kernel/debug/xen-netback/vif[0-9]+[.][0-9]+
open r /dev/shm/vbd3-[0-9]+-[0-9]+
open r (event_channels|events|spurious_events|jiffies_eoi_delayed|spurious_threshold)
open r ((oo|rd|wr|f|ds)_req|(rd|wr)_sect|io_ring(_q[0-9]+)?|statistics)
open r /root/.config/xenringtop/config
connect /(var/)?run/xenstored/socket
hypercall grant_table_op (query_size|get_version)
hypercall event_channel_op status
hypercall sysctl getdomaininfolist
hypercall domctl (getdomaininfo|get_address_size)
hypercall xen_version .*
ioctl privcmd MMAPBATCH_V2
ioctl privcmd (UNIMPLEMENTED|DM_OP of nothing)
ioctl privcmd MMAP_RESOURCE grant_table (shared|status) domid [0-9]+ frames [0-9]+
mmap /dev/xen/privcmd r shared
mmap /dev/xen/hypercall rw shared
mmap /(lib|usr)/.* (r|rx|rw) private
mmap /etc/ld.so.cache r private
mmap anonymous (rw|r|none) private
xenstore (DIRECTORY|DIRECTORY_PART|READ|WATCH|UNWATCH) .*
write (stdout|stderr|pipe)
ioctl [^ ]* (TCGETS|TIOCGWINSZ)
thread
syscall (access|arch_prctl|brk|clock_getres|clock_gettime|clock_nanosleep|clone|clone3|close|execve|exit|exit_group)
syscall (fcntl|fstat|futex|getpid|getrandom|getuid|geteuid|gettid|lseek|madvise|mprotect|munmap|newfstatat|pipe|pipe2)
syscall (poll|ppoll|pread64|prlimit64|read|readlink|recvfrom|recvmsg|rseq|rt_sigaction|rt_sigprocmask|rt_sigreturn)
syscall (sched_yield|set_robust_list|set_tid_address|sigaltstack|socket|statfs|uname|sysinfo)
# libxenstore ends its reading thread this way
syscall tgkill
signal 0x20
signal SIGTERM
LIST

# judge FILE: prints what is not allowed, and fails if there is any.
judge() {
	grep -Evxf allowed "$1" | sort | uniq -c >forbidden
	cat forbidden
	[[ -s $1 && ! -s forbidden ]]
}
traced() {
	local name=$1
	shift
	"$tools/xtrace" -o "$name.log" "$@" >"$name.out" 2>"$name.err"
}
allowed_run() {
	traced "$@"
	is "$1: exit status" $? 0
	check "$1: nothing but what is allowed" judge "$1.log"
}

allowed_run list xenringtop list
allowed_run show xenringtop show --json web01
allowed_run events xenringtop events web01
allowed_run slots xenringtop slots --all web01/vbd:51712/q0
check 'what was traced is the program at work: xenstore was read' test "$(grep -c '^xenstore READ' list.log)" -gt 20
check 'rings were mapped' test "$(grep -c '^ioctl privcmd MMAPBATCH_V2' list.log)" -ge 5
check 'all of them read-only' test "$(grep -c '^mmap /dev/xen/privcmd r shared' list.log)" -ge 10
is 'event channels and grants are not touched' "$(cat ./*.log | grep -cE '/dev/xen/(evtchn|gntdev|gntalloc)')" 0

# Asking for a frame beyond the table's end would make the guest's table grow.
while read -r d; do
	most=$(sed -n "s/.*MMAP_RESOURCE grant_table shared domid $d frames //p" list.log | sort -n | tail -n 1)
	frames=$("$tools/gdump" "$d" | sed -n 's/^table .* frames \([0-9]*\) of .*/\1/p')
	check "domain $d: no frame beyond its table's $frames" test "$most" -le "$frames"
done < <(sed -n 's/.*MMAP_RESOURCE grant_table .* domid \([0-9]*\) .*/\1/p' list.log | sort -u)
sed -E 's/domid.*//; s/(xenstore [A-Z_]*).*/\1/; s/ \/(lib|usr|etc).*//' list.log | sort | uniq -c | sort -rn | sed 's/^/# list:/'

# A tick of a host where nothing happens: the timer, and what is printed.
# A tick that is late waits for nothing: until there were enough that were not.
"$tools/xtrace" -o steady.log xenringtop list -n 0 --ndjson -i 0.5 >steady.out 2>steady.err &
tracer=$!
wait_for 90 eval '(($(grep -cx "syscall ppoll" steady.log) >= 26))'
kill "$tracer"
wait "$tracer"
is 'the steady run: exit status' $? 0
check 'the steady run: nothing but what is allowed' judge steady.log
awk '$0 == "syscall ppoll" { n++ } n >= 5 && n < 25' steady.log >ticks
is 'ticks looked at' "$(grep -cx 'syscall ppoll' ticks)" 20
grep -Evx 'syscall (ppoll|clock_gettime)|write stdout' ticks >beyond
is 'system calls in 20 ticks beyond the timer and the output' "$(sort beyond | uniq -c)" ''

# The same, with the program stopped in the middle.
"$tools/xtrace" -o term.log xenringtop list -n 0 --ndjson -i 0.2 >term.out 2>/dev/null &
tracer=$!
wait_for 20 grep -q web01 term.out
kill "$tracer"
wait "$tracer"
is 'stopped by SIGTERM: exit status' $? 0
check 'stopped by SIGTERM: nothing but what is allowed' judge term.log

# That the judge sees what it must: each of these has to be caught.
d=$(domid web01)
ref=$(xenstore-read "/local/domain/$d/device/vbd/51712/ring-ref")
gfn=$("$tools/gdump" "$d" | sed -n "s/^entry $ref .*frame //p")
caught() {
	local name=$1 pattern=$2
	shift 2
	traced "$name" "$@"
	if judge "$name.log" >"$name.caught"; then
		fail "caught: $name" "nothing was"
	else
		check "caught: $name" grep -qE "$pattern" "$name.caught"
	fi
}
caught xenstore-write 'xenstore WRITE /tool/xrt' xenstore-write /tool/xrt 1
caught xenstore-rm 'xenstore RM /tool/xrt' xenstore-rm /tool/xrt
caught map-writable 'mmap /dev/xen/privcmd rw shared' "$tools/misdeed" map-writable "$d" "$gfn"
caught protect-later 'mprotect /dev/xen/privcmd rw' "$tools/misdeed" protect-later "$d" "$gfn"
caught map-ioreq 'MMAP_RESOURCE type' "$tools/misdeed" map-ioreq "$d" 0
caught open-evtchn 'open rw /dev/xen/evtchn' "$tools/misdeed" open-evtchn 0 0
caught open-gntdev 'open rw /dev/xen/gntdev' "$tools/misdeed" open-gntdev 0 0
caught alloc-port 'hypercall event_channel_op alloc_unbound' "$tools/misdeed" alloc-port "$d" 0
caught another-program 'fork|syscall wait4' bash -c 'true | true'
caught write-a-file 'open w,creat,trunc' bash -c ': >/tmp/xrt-made'
rm -f /tmp/xrt-made
