/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program. */
#include <config.h>

#include "program.h"

int main(int argc, char **argv)
{
	return program_main(argc, argv);
}
