# shellcheck shell=bash disable=SC2034,SC2154 # names for and from others
# SPDX-License-Identifier: GPL-2.0-or-later
# What the tests with real drivers share, after lib.sh: facts that no code of ours has a part in. d is the frontend's domid.

# front KEY, back DEVICE [KEY]: the value of a key of the guest's device; the backend's folder, or the value of a key there.
front() { xenstore-read "/local/domain/$d/device/$1"; }
back() {
	local folder
	folder=$(front "$1/backend") || return
	if (($# > 1)); then xenstore-read "$folder/$2"; else printf '%s\n' "$folder"; fi
}

# connected DEVICE: do both ends say so in xenstore?
connected() { [[ $(front "$1/state")/$(back "$1" state) == 4/4 ]]; }

# words ref|frame KEY OFFSET COUNT: so many 32-bit words of the page that a key of the guest's device names, with commas.
words() { "$tools/gdump" "$d" "$1" "$(front "$2")" "$3" "$4" | tr ' ' ,; }

# fact NAME VALUE: VALUE, in JSON, is what NAME is known to be; in the file facts, that `with` puts behind a document of ours.
fact() { printf '{"fact":"%s","is":%s}\n' "$1" "$2" >>facts; }
# with FILE: what is in it, and after it one object of all facts.
with() {
	cat "$1"
	sed 's/.*"fact":\("[^"]*"\),"is":\(.*\)}$/\1:\2/' facts | paste -sd, | sed 's/.*/{&}/'
}

# in_ring DEVICE RING: jq: the one row of `list --json` with it; both: what `with` printed, read by json -s.
in_ring() { printf '(.[0].rings | map(select(.device == "%s" and .ring == "%s")) | if length == 1 then .[0] else error("\(length) rows") end)' "$1" "$2"; }
# The four words of a row, in the order they have in the page.
slot_words='[.req_prod, .req_event, .rsp_prod, .rsp_event]'
pair_words='[.in_cons, .in_prod, .out_cons, .out_prod]'
