#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Looks at the help of everything that tables hold: tables.py PROGRAM; prints TAP lines."""
import json
import subprocess
import sys


def ask(*args):
    return json.loads(subprocess.run([sys.argv[1], *args], check=True, stdout=subprocess.PIPE).stdout)


def report(name, bad):
    print("ok - " + name if not bad else "not ok - %s: %s" % (name, "; ".join(bad[:10])))


def helps(pairs):
    """Each help is a sentence: longer than the name and not the name again."""
    bad = []
    for name, text in pairs:
        plain = name.replace("_", " ").replace(".", " ").lower()
        if not text or len(text) <= len(name) or text.lower().rstrip(".") in (name.lower(), plain):
            bad.append("%s: \"%s\"" % (name, text))
        elif text.endswith(".") or text != text.strip() or "\n" in text:
            bad.append("%s: no stop, no blanks: \"%s\"" % (name, text))
    return bad


cli = ask("--dump-cli")
report("help of commands", helps((c["name"], c["help"]) for c in cli["commands"]))
report("help of options", helps((o["name"], o["help"]) for o in cli["options"]))
report("help of exit codes", helps((str(e["code"]), e["help"]) for e in cli["exit_codes"]))
report("help of variables", helps((v["name"], v["help"]) for v in cli["variables"]))
names = [o["name"] for o in cli["options"]]
letters = [o["letter"] for o in cli["options"] if o["letter"]]
report("option names are unique", [n for n in names if names.count(n) > 1])
report("option letters are unique", [n for n in letters if letters.count(n) > 1])
report("commands take options there are", [o for c in cli["commands"] for o in c["options"] if o not in names])

columns = ask("columns", "-J")["columns"]
report("help of columns", helps((c["table"] + "." + c["name"], c["help"]) for c in columns))
report("columns have headings of their own", [
    "%s %s" % (t, h) for t in {c["table"] for c in columns}
    for h in {c["heading"] for c in columns if c["table"] == t and c["heading"]}
    if [c["heading"] for c in columns if c["table"] == t].count(h) > 1])
report("keys are snake_case", [c["name"] for c in columns if not c["name"].replace("_", "a").isalnum()
                               or c["name"] != c["name"].lower()])
unit_of = {"seconds": "_s", "per second": "_per_s", "per_s": "_per_s"}
report("units end the keys", [
    "%s (%s)" % (c["name"], c["unit"]) for c in columns
    if c["unit"] in unit_of and not c["name"].endswith(unit_of[c["unit"]])])

protocols = ask("protocols", "-J")["protocols"]
report("help of protocols", helps((p["name"], p["help"]) for p in protocols))
report("there are protocols", [] if len(protocols) >= 4 else ["%d" % len(protocols)])

schema = ask("schema")
bad_fields, bad_words = [], []
for name, shape in schema["$defs"].items():
    fields = shape["properties"]
    bad_fields += helps((k, f["description"]) for k, f in fields.items()
                        if "description" in f)
    bad_fields += ["%s.%s has none" % (name, k) for k, f in fields.items()
                   if "const" not in f and not f.get("description")]
report("help of every key", bad_fields)
records = [r for r in schema["$defs"] if "." in r]
fields_of = []
for m in ask("explain", "-J", *records)["meanings"]:
    bad_words += helps([(m["word"], m["help"])])
    for f in m["fields"]:
        bad_words += helps([(f["name"], f["help"])])
        fields_of.append(m["word"] + "." + f["name"])
for w in ask("explain", "-J", *fields_of)["meanings"]:
    bad_words += helps((v["name"], v["help"]) for v in w["values"])
report("there are records, and fields of them", [] if len(records) > 20 and len(fields_of) > 200 else [
    "%d, %d" % (len(records), len(fields_of))])
report("help of every record, field and value", bad_words)
for what in ("state", "pairing", "kind", "frontend_state"):
    meanings = [m for m in ask("explain", "-J", "ring." + what)["meanings"] if m["kind"] == "field"]
    report("ring.%s has words" % what, [] if meanings and meanings[0]["values"] else ["none"])
    report("help of the words of ring.%s" % what,
           helps((v["name"], v["help"]) for m in meanings for v in m["values"]))
