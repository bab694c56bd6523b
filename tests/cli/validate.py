#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Validates JSON: validate.py SCHEMA < LIST; prints TAP lines.

A line of the list: FILE <tab> doc or lines <tab> DEFINITION or - <tab> NAME.
With a definition it is checked against that alone, too: then errors are easier
to read, and it cannot pass for another kind of document.
"""
import json
import sys

import jsonschema

schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)


def validator(definition):
    if definition == "-":
        return jsonschema.Draft202012Validator(schema)
    return jsonschema.Draft202012Validator(
        {"$schema": schema["$schema"], "$ref": "#/$defs/" + definition, "$defs": schema["$defs"]})


def no_twins(pairs):
    keys = [k for k, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError("a key stands twice: %s" % keys)
    return dict(pairs)


def check(text, definition):
    found = json.loads(text, object_pairs_hook=no_twins)
    for d in {definition, "-"}:
        for e in validator(d).iter_errors(found):
            worst = e if not e.context else max(e.context, key=lambda c: len(c.absolute_path))
            raise ValueError("%s: %s" % ("/".join(map(str, worst.absolute_path)), worst.message[:300]))
    return found


def check_lines(data):
    if not data.endswith("\n"):
        raise ValueError("the last line is not whole")
    sample = None
    for text in data[:-1].split("\n"):
        line = check(text, "-")
        if line["type"] == "sample":
            sample = line
        # a notification, and a request that was followed, have their own moment; each other line belongs to the sample above it
        if line["type"] not in ("event", "course") and (not sample or (line["time"], line["mono_ns"]) != (sample["time"], sample["mono_ns"])):
            raise ValueError("a line without its sample: " + text[:100])


for row in sys.stdin:
    name, kind, definition, what = row.rstrip("\n").split("\t")
    try:
        data = open(name, "rb").read().decode("utf-8")  # strictly
        if kind == "lines":
            check_lines(data)
        else:
            check(data, definition)
        print("ok - %s is valid" % what)
    except ValueError as e:
        print("not ok - %s is valid: %s" % (what, str(e).replace("\n", "|")))
