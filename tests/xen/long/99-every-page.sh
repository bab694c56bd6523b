#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The rings of known contents of all protocols, in every state that there are pages for.
export every=1
t=/opt/xrt/t
for f in "$t"/4[6-9]-pages-*.sh "$t"/5[13]-pages-*.sh; do
	name=${f##*/}
	bash "$f" | sed -E "s/^((not )?ok - )/\1${name%.sh}: /"
	((PIPESTATUS[0] == 0)) || echo "not ok - ${name%.sh}: ended with a failure"
done
