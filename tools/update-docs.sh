#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Rewrites what stands between BEGIN GENERATED name and END GENERATED in the man
# pages of a folder, from `xenringtop __docgen name`. With --check nothing is
# written: exit 1 and a diff if something would change.
#
# usage: XENRINGTOP=path/to/xenringtop tools/update-docs.sh [--check] MANDIR
set -eu

check=no
if [ "${1:-}" = --check ]; then
	check=yes
	shift
fi
dir=${1:?usage: update-docs.sh [--check] MANDIR}
prog=${XENRINGTOP:-xenringtop}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# regenerate PAGE: the page as it should be, on standard output
regenerate()
{
	while IFS= read -r line; do
		case $line in
		'.\" BEGIN GENERATED '*)
			printf '%s\n' "$line"
			"$prog" __docgen "${line##* }" || return 1
			# what was there goes away, up to the marker
			while IFS= read -r line; do
				[ "$line" != '.\" END GENERATED' ] || break
			done
			;;
		esac
		case $line in
		'.\" BEGIN GENERATED '*) ;;
		*) printf '%s\n' "$line" ;;
		esac
	done < "$1"
}

stale=0
for page in "$dir"/*.[1-9]; do
	new=$tmp/${page##*/}
	regenerate "$page" > "$new"
	if cmp -s "$page" "$new"; then
		continue
	fi
	if [ $check = yes ]; then
		diff -u "$page" "$new" || :
		stale=1
	else
		cat "$new" > "$page"
		echo "updated $page"
	fi
done
exit $stale
