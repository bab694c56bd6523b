# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Answers what json (lib.sh) asked: in dom0, or, as jq is some fifty times as fast there, on the real machine by `lab test`.

# answers DIR: prints a line of result for each. In DIR are names, a line for each question; questions, a program of jq whose
# value N is the answer to question N; and json.0, json.1, ..., which it knows as $f0, $f1, ...
answers() {
	local names name value i=0 f args=()
	mapfile -t names <"$1/names"
	for f in "$1"/json.[0-9]*; do args+=(--slurpfile "f${f##*.}" "$f"); done
	jq -nr "${args[@]}" -f "$1/questions" >"$1/out" 2>"$1/err"
	while IFS= read -r value; do
		name=${names[i++]-}
		if [[ $value == true || $value == '[]' ]]; then
			printf 'ok - %s\n' "$name"
		else
			printf 'not ok - %s: jq says %s\n' "$name" "${value:0:900}"
		fi
	done <"$1/out"
	((i == ${#names[@]})) || printf 'not ok - the checks of JSON: %d answers to %d: %s\n' "$i" "${#names[@]}" "$(<"$1/err")"
}
