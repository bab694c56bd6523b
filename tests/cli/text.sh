#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# No byte of a guest gets out as it is, whatever the output.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

# clean NAME: no control byte but the line's end, and valid UTF-8; on standard error, too
clean()
{
	[[ -s $tmp/out && ( $rc -eq 0 || $rc -eq 3 ) ]] || not_ok "$1: there is output" "exit $rc, $err"
	is "$1: no control bytes on standard error" \
		"$(LC_ALL=C tr -d '\n' < "$tmp/err" | LC_ALL=C grep -c '[[:cntrl:]]')" 0
	if LC_ALL=C tr -d '\n' < "$tmp/out" | LC_ALL=C grep -q '[[:cntrl:]]'; then
		not_ok "$1: no control bytes" "$(LC_ALL=C tr -d '\n' < "$tmp/out" | LC_ALL=C grep -o '[[:cntrl:]]' | head -1 | od -An -c)"
	else
		ok "$1: no control bytes"
	fi
	passes "$1: UTF-8, and nothing that moves or hides" $PYTHON - "$tmp/out" << 'END'
import sys, unicodedata
text = open(sys.argv[1], "rb").read().decode("utf-8")
bad = [hex(ord(c)) for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")]
assert not bad, bad
END
}

H=(-s "fake:hostile,fast")
for args in "list" "list -v" "list --tree" "list --devices" "list --domains" "show *" "show -v *" \
	"slots 1/vbd:51712/q0" "slots --all --hex 1/vbd:51712/q0" "slots -v 1/vbd:51712/q0" \
	"slots -v 2/vif:0/q0/tx" "list -J" "list --ndjson" "list --domains -J" "show -J *" \
	"slots -J --all 1/vbd:51712/q0" "list -n 2 -i 10ms" "list -n 60 -i 20ms" "__complete target -- " \
	"__complete target -- ev"; do
	# shellcheck disable=SC2086
	run "${H[@]}" $args
	clean "$args"
done
run "${H[@]}" list
is "a hostile host: 3" "$rc" 3
like "what is wrong is told" "$err" *"multi-queue-num-queues is 10000"*"grant 4000000 is outside"*
run "${H[@]}" list --domains --no-headings -o domain
like "the name is there, escaped" "$out" *'ev\\x1b]0;owned\\x07il\\x0a\\xff'*
like "UTF-8 stays" "$out" *café*
run "${H[@]}" list --domains --no-headings -o domain --ascii
is "--ascii: nothing but ASCII" "$(LC_ALL=C grep -c '[^ -~]' "$tmp/out")" 0
like "--ascii: escaped" "$out" *'caf\\xc3\\xa9'*
LC_ALL=C run "${H[@]}" list --domains --no-headings -o domain
is "the C locale: nothing but ASCII" "$(LC_ALL=C grep -c '[^ -~]' "$tmp/out")" 0
run "${H[@]}" list $'\033]0;x\007'
unlike "what is typed is escaped, too" "$err" *$'\033'*
run "${H[@]}" $'li\033st'
unlike "a command that is typed" "$err" *$'\033'*
is "columns line up over wide and narrow names" \
	"$("$XENRINGTOP" "${H[@]}" list --domains -o domain,domid | $PYTHON -c '
import sys; print(len({len(l.rstrip("\n")) for l in sys.stdin}))')" 1

plan
