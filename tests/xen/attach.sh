#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Functions for dom0 that make a synthetic frontend's device in xenstore.
#
#   . attach.sh
#   attach GUEST TYPE DEVID READY-LINE [KEY=VALUE]...
#   attach_update GUEST TYPE DEVID LINE        (after synth's `regrant`)
#   attach_confirm GUEST TYPE DEVID            (the toolstack's own copy)
#   detach GUEST TYPE DEVID
#
# GUEST is a name or a domid, TYPE what the line says (vbd, vif, console).
# READY-LINE is the first line of synth. KEY=VALUE adds a node to the
# frontend's directory or replaces one there; back/KEY=VALUE does so in the
# backend's. An empty VALUE leaves the node out.
#
# ATTACH_BACKEND is the backend's domain (0). ATTACH_BETYPE overrides its
# type. By default it is one that no kernel driver claims: qdisk (QEMU's; none
# runs for such a guest) and qnic.
#
# Why no driver takes the device, whatever its type: the kernel's xenbus, in
# dom0 and in the guest alike, makes a device of a directory only if it finds
# `state` 1 (Initialising) there. It is missing at first (that reads as
# 0, Unknown) and 4 (Connected) ever after.

attach_domid() {
	case $1 in
	'' | *[!0-9]*) xl domid "$1" ;;
	*) echo "$1" ;;
	esac
}

# Sets dom, be, front and back.
attach_paths() {
	local betype

	dom=$(attach_domid "$1") || {
		echo "attach: no such guest: $1" >&2
		return 1
	}
	case $2 in
	vbd) betype=qdisk ;;
	vif) betype=qnic ;;
	*) betype=$2 ;;
	esac
	front=/local/domain/$dom/device/$2/$3
	be=${ATTACH_BACKEND:-0}
	back=/local/domain/$be/backend/${ATTACH_BETYPE:-$betype}/$dom/$3
}

# Adds the nodes that a line of synth names to the array `nodes`.
attach_nodes() {
	local rest=${1#*\"nodes\":\{}

	if [[ $rest == "$1" ]]; then
		echo "attach: no nodes in this line of synth: $1" >&2
		return 1
	fi
	rest=${rest%%\}*}
	while [[ $rest =~ ^,?\"([^\"]+)\":\"([^\"]*)\"(.*)$ ]]; do
		nodes[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
		rest=${BASH_REMATCH[3]}
	done
	if [[ -n $rest ]]; then
		echo "attach: cannot read the rest of synth's nodes: $rest" >&2
		return 1
	fi
}

attach() {
	local guest=$1 type=$2 devid=$3 line=${4%$'\r'} dom be front back
	local -A nodes=() bnodes=()
	local -a args=()
	local pair key

	attach_paths "$guest" "$type" "$devid" || return
	attach_nodes "$line" || return
	shift 4

	nodes[backend]=$back nodes[backend-id]=$be nodes[state]=4
	bnodes[frontend]=$front bnodes[frontend-id]=$dom bnodes[state]=4
	bnodes[online]=1 bnodes[hotplug-status]=connected
	case $type in
	vbd)
		nodes[virtual-device]=$devid nodes[device-type]=disk
		bnodes[params]=synthetic bnodes[type]=synthetic
		bnodes[dev]=synth$devid bnodes[mode]=w
		bnodes[sectors]=1048576 bnodes[sector-size]=512 bnodes[info]=0
		bnodes[feature-flush-cache]=1 bnodes[feature-barrier]=1
		bnodes[feature-discard]=1 bnodes[discard-secure]=1
		bnodes[feature-max-indirect-segments]=256
		bnodes[max-ring-page-order]=4
		;;
	vif)
		nodes[handle]=$devid nodes[mac]=00:16:3e:5e:00:01
		bnodes[handle]=$devid bnodes[mac]=00:16:3e:5e:00:01
		bnodes[feature-sg]=1 bnodes[feature-gso-tcpv4]=1
		bnodes[feature-gso-tcpv6]=1 bnodes[feature-rx-copy]=1
		bnodes[feature-split-event-channels]=1
		bnodes[feature-ctrl-ring]=1
		;;
	esac
	for pair in "$@"; do
		case $pair in
		back/*=*) key=${pair#back/} bnodes[${key%%=*}]=${pair#*=} ;;
		*=*) nodes[${pair%%=*}]=${pair#*=} ;;
		*)
			echo "attach: not KEY=VALUE: $pair" >&2
			return 1
			;;
		esac
	done

	# Directories first and their permissions, as new nodes inherit them.
	xenstore-write "$back" "" "$front" "" &&
		xenstore-chmod -r "$back" "n$be" "r$dom" &&
		xenstore-chmod -r "$front" "n$dom" "r$be" || return

	for key in "${!nodes[@]}"; do
		[[ -z ${nodes[$key]} ]] ||
			args+=("$front/$key" "${nodes[$key]}")
	done
	for key in "${!bnodes[@]}"; do
		[[ -z ${bnodes[$key]} ]] ||
			args+=("$back/$key" "${bnodes[$key]}")
	done
	# One xenstore-write is one transaction: nobody sees half a device.
	xenstore-write "${args[@]}"
}

# What the frontend has granted anew; everything else stays.
attach_update() {
	local dom be front back key
	local -A nodes=()
	local -a args=()

	attach_paths "$1" "$2" "$3" || return
	attach_nodes "${4%$'\r'}" || return
	for key in "${!nodes[@]}"; do
		args+=("$front/$key" "${nodes[$key]}")
	done
	xenstore-write "${args[@]}"
}

# The copy that libxl keeps of devices it made itself. Detach before the
# guest is destroyed: libxl would wait for a backend that is none.
attach_confirm() {
	local dom be front back

	attach_paths "$1" "$2" "$3" || return
	xenstore-write "/libxl/$dom/device/$2/$3/frontend" "$front" \
		"/libxl/$dom/device/$2/$3/backend" "$back"
}

detach() {
	local dom be front back dir

	attach_paths "$1" "$2" "$3" || return
	xenstore-rm "/libxl/$dom/device/$2/$3" 2>/dev/null
	xenstore-rm "$front"
	xenstore-rm "$back"
	# Leave no empty backend/TYPE/DOMID, backend/TYPE, and in a guest backend behind.
	for dir in "${back%/*}" "${back%/*/*}" "${back%/*/*/*}"; do
		[[ $dir == /local/domain/0/backend || -n $(xenstore-list "$dir" 2>/dev/null) ]] ||
			xenstore-rm "$dir"
	done
}
