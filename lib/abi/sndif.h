/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sound (xen/include/public/io/sndif.h), the same on all ABIs. Requests,
 * responses and events have 64 bytes each:
 *
 *	request		id at 0, operation at 2, by operation from 8 on
 *	response	id at 0, operation at 2, status at 4, by operation from 8 on
 *	event		id at 0, type at 2, by type from 8 on
 *	event page	in_cons at 0, in_prod at 4, 63 events from 64 on
 *
 * tests/abi asserts every offset against the installed headers.
 */
#ifndef XR_ABI_SNDIF_H
#define XR_ABI_SNDIF_H

#include <stdint.h>

#define XR_SNDIF_SLOT 64
#define XR_SNDIF_EVENTS_OFF 64	/* XENSND_IN_RING_OFFS */
#define XR_SNDIF_EVENTS 63	/* XENSND_IN_RING_LEN */

enum {
	XR_SNDIF_OPEN, XR_SNDIF_CLOSE, XR_SNDIF_READ, XR_SNDIF_WRITE, XR_SNDIF_SET_VOLUME,
	XR_SNDIF_GET_VOLUME, XR_SNDIF_MUTE, XR_SNDIF_UNMUTE, XR_SNDIF_TRIGGER, XR_SNDIF_HW_PARAM_QUERY,
};
enum {
	XR_SNDIF_TRIGGER_START, XR_SNDIF_TRIGGER_PAUSE, XR_SNDIF_TRIGGER_STOP, XR_SNDIF_TRIGGER_RESUME,
};
enum { XR_SNDIF_CUR_POS };
enum {
	XR_SNDIF_S8, XR_SNDIF_U8, XR_SNDIF_S16_LE, XR_SNDIF_S16_BE, XR_SNDIF_U16_LE, XR_SNDIF_U16_BE,
	XR_SNDIF_S24_LE, XR_SNDIF_S24_BE, XR_SNDIF_U24_LE, XR_SNDIF_U24_BE, XR_SNDIF_S32_LE,
	XR_SNDIF_S32_BE, XR_SNDIF_U32_LE, XR_SNDIF_U32_BE, XR_SNDIF_F32_LE, XR_SNDIF_F32_BE,
	XR_SNDIF_F64_LE, XR_SNDIF_F64_BE, XR_SNDIF_IEC958_LE, XR_SNDIF_IEC958_BE, XR_SNDIF_MU_LAW,
	XR_SNDIF_A_LAW, XR_SNDIF_IMA_ADPCM, XR_SNDIF_MPEG, XR_SNDIF_GSM,
};

struct xr_sndif_request {
	uint16_t id;
	uint8_t operation, reserved[5];
};

struct xr_sndif_open {
	uint16_t id;
	uint8_t operation, reserved[5];
	uint32_t pcm_rate;
	uint8_t pcm_format, pcm_channels;
	uint16_t reserved2;
	uint32_t buffer_sz, gref_directory, period_sz;
};

struct xr_sndif_rw {
	uint16_t id;
	uint8_t operation, reserved[5];
	uint32_t offset, length;
};

struct xr_sndif_trigger {
	uint16_t id;
	uint8_t operation, reserved[5];
	uint8_t type;
};

struct xr_sndif_interval {
	uint32_t min, max;
};

struct xr_sndif_hw_param {
	uint16_t id;
	uint8_t operation, reserved[5];
	uint64_t formats;
	struct xr_sndif_interval rates, channels, buffer, period;
};

struct xr_sndif_response {
	uint16_t id;
	uint8_t operation, reserved;
	int32_t status;
};

struct xr_sndif_hw_param_response {
	uint16_t id;
	uint8_t operation, reserved;
	int32_t status;
	uint64_t formats;
	struct xr_sndif_interval rates, channels, buffer, period;
};

struct xr_sndif_event {
	uint16_t id;
	uint8_t type, reserved[5];
	uint64_t position;
};

struct xr_sndif_event_page {
	uint32_t in_cons, in_prod;
};

#endif
