#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The healthy host for five minutes.
# limit: 600
healthy_s=300
# shellcheck source=tests/xen/t/83-check-healthy.sh
. "$(dirname "$0")/83-check-healthy.sh"
