#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The golden tests' runner itself: what it must notice, what it must not bless.
# shellcheck disable=SC2035 # they are patterns and name no files
# shellcheck source=tests/cli/lib.sh
. "${top_srcdir:-.}/tests/cli/lib.sh"

runner=$(cd "$top_srcdir" && pwd)/tests/golden.sh
golden=$tmp/golden
mkdir "$golden"
cat > "$golden/TESTLIST" << 'END'
# a comment
words	0	-	explain stuck
json	0	-	explain -J stuck
sick	1	-	explain nosuchword
END

# The program, with a time that stands still while there is that file.
echo 2026-01-01T00:00:00.000Z > "$tmp/time"
cat > "$tmp/still" << END
#!/bin/bash
set -o pipefail
time=\$(cat "$tmp/time" 2> /dev/null || date +%s%N)
"$XENRINGTOP" "\$@" | sed -E "s/(\"time\": \")[^\"]*/\1\$time/"
END
chmod +x "$tmp/still"

# golden ARG...: the runner over those; sets out, err and rc
golden() { run_as env GOLDEN="$golden" XENRINGTOP="$tmp/still" top_srcdir="$(cd "$top_srcdir" && pwd)" "$runner" "$@"; }
files() { (cd "$golden" && find . -type f -printf '%f\n' | sort | paste -sd' '); }

golden
like "without expectations: each fails" "$out" \
	*"not ok - words: there is no words.out"*"not ok - json: "*"not ok - sick: "*"another standard error"*1..5*
for which in "" nosuch; do
	golden --bless $which
	like "bless \"$which\": the names are shown" "$rc/$err" "1/golden.sh: *words json sick*"
done
is "nothing was written" "$(files)" TESTLIST
golden --bless words
is "bless: one test's" "$rc/$(files)" "0/TESTLIST words.out"
golden --bless all
is "bless all: all; NAME.err where something was said" "$rc/$(files)" "0/TESTLIST json.out sick.err sick.out words.out"
golden
is "blessed: all pass" "$rc/$out" \
	"0/ok - no file without a line in TESTLIST"$'\nok - words\nok - json\nok - json is valid\nok - sick\n1..5'
golden words
is "one by its name" "$out" $'ok - words\n1..1'

cp -r "$golden" "$tmp/good"
# spoiled NAME PATTERN: the runner's words; the folder is made good again
spoiled() { golden && like "$1" "$out" "$2" && rm -rf "$golden" && cp -r "$tmp/good" "$golden"; }
echo more >> "$golden/words.out"
spoiled "another output: the difference" *$'\n# -more\nnot ok - words: another output; '*
echo more >> "$golden/sick.err"
spoiled "another standard error: the difference" *$'\n# -more\nnot ok - sick: another standard error; '*
echo more > "$golden/words.err"
spoiled "nothing on standard error" *"not ok - words: another standard error; "*
truncate -s -1 "$golden/words.out"
spoiled "no newline at the end" *"not ok - words: another output; "*
sed -i 's/^words	0/words	3/' "$golden/TESTLIST"
spoiled "another exit status" *"not ok - words: exit 0, wanted 3; "*
touch "$golden/words.old"
spoiled "a file that no line names" *"not ok - no file *words.old*"
rm "$golden/json.out"
spoiled "a line without its file" *"not ok - json: there is no json.out; "*
sed -i '/^words/d' "$golden/TESTLIST"
spoiled "a file without its line" *"not ok - no file *words.out*"
echo "words 0 - explain full" >> "$golden/TESTLIST"
spoiled "a name that stands twice" "not ok - TESTLIST: words stands twice"*
echo "all 0 - explain full" >> "$golden/TESTLIST"
spoiled "a name that cannot be one" "not ok - TESTLIST: "*"no name"*
: > "$golden/TESTLIST"
spoiled "no line" "not ok - TESTLIST: there are no tests"*

sed -i 's/^words	0/words	1/' "$golden/TESTLIST"
golden --bless words
like "bless: not another exit status" "$rc/$err" "1/golden.sh: words: exit 0, but TESTLIST says 1*"
cp "$tmp/good/TESTLIST" "$golden/"
rm "$tmp/time"
golden --bless json
like "bless: not what differs between two runs" "$rc/$err" "1/golden.sh: json: two runs differ*"
cat > "$tmp/still" << END
#!/bin/bash
[[ \$1 != explain ]] || exec echo '{"schema": "xenringtop/1"}'
exec "$XENRINGTOP" "\$@"
END
golden --bless json
like "bless: not JSON that the schema refuses" "$rc/$err" "1/golden.sh: not ok - json is valid: *"
golden json
like "JSON that the schema refuses fails" "$out" *"not ok - json is valid: "*1..2
is "what was not blessed is as it was" "$(diff -r "$tmp/good" "$golden" 2>&1)" ""

plan
