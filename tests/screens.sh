#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Screens of the interactive view, character for character: the lines of tests/screens/TESTLIST.
#
# usage: as tests/golden.sh; make bless-screen TEST=NAME
GOLDEN=${top_srcdir:-.}/tests/screens exec "${top_srcdir:-.}/tests/golden.sh" "$@"
