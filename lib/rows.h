/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptors of rows that stand in files of their own; rows.c lists them. */
#ifndef XR_ROWS_H
#define XR_ROWS_H

#include "xenring.h"

extern const struct xenring_record xr_error_record, xr_grant_table_record, xr_grant_record,
	xr_grant_user_record, xr_check_record, xr_check_arg_record, xr_finding_record, xr_evidence_record,
	xr_check_summary_record;
extern const struct xenring_sym xr_grant_types[], xr_grant_mapped[], xr_grant_access[];

#endif
