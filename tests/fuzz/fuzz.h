/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a target gives, to libFuzzer and to replay.c alike. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
