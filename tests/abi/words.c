/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of flags, operations and codes are those of the installed Xen headers. */
#include <config.h>

#include "lib/test.h"

#define __XEN_INTERFACE_VERSION__ 0x00040300
#define xen_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define xen_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define xen_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#include <xen/grant_table.h>
#include <xen/io/ring.h>

#include <xen/io/blkif.h>
#include <xen/io/fbif.h>
#include <xen/io/kbdif.h>
#include <xen/io/libxenvchan.h>
#include <xen/io/netif.h>
#include <xen/io/pvcalls.h>
#include <xen/io/usbif.h>
#include <xen/io/vscsiif.h>
#include <xen/io/pciif.h>
#include <xen/io/tpmif.h>
#include <xen/io/xenbus.h>
#include <xen/errno.h>
#include <xen/io/cameraif.h>
#include <xen/io/displif.h>
#include <xen/io/sndif.h>
#include <xen/io/xs_wire.h>

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "desc.h"
#include "proto/errnos.h"
#include "store.h"

/* The last word is what stands behind the prefix, in any case. */
#define WORD(record, field, prefix, name) { record, field, (uint64_t)(int64_t)prefix##name, #name }

/* A sample's format is a number, and a bit in a mask. */
#define FORMAT(name)								\
	{ "sndif.open", "pcm_format", XENSND_PCM_FORMAT_##name, XENSND_PCM_FORMAT_##name##_STR }, \
	{ "sndif.hw_param", "formats", UINT64_C(1) << XENSND_PCM_FORMAT_##name, XENSND_PCM_FORMAT_##name##_STR }

static const struct {
	const char *record, *field;
	uint64_t value;
	const char *name;
} words[] = {
	WORD("blkif.request", "operation", BLKIF_OP_, READ),
	WORD("blkif.request", "operation", BLKIF_OP_, WRITE),
	WORD("blkif.request", "operation", BLKIF_OP_, WRITE_BARRIER),
	{ "blkif.request", "operation", BLKIF_OP_FLUSH_DISKCACHE, "FLUSH" },
	WORD("blkif.request", "operation", BLKIF_OP_, RESERVED_1),
	WORD("blkif.request", "operation", BLKIF_OP_, DISCARD),
	WORD("blkif.request", "operation", BLKIF_OP_, INDIRECT),
	WORD("blkif.response", "status", BLKIF_RSP_, OKAY),
	WORD("blkif.response", "status", BLKIF_RSP_, ERROR),
	WORD("blkif.response", "status", BLKIF_RSP_, EOPNOTSUPP),
	WORD("blkif.discard", "flag", BLKIF_DISCARD_, SECURE),
	WORD("netif.tx_request", "flags", NETTXF_, csum_blank),
	WORD("netif.tx_request", "flags", NETTXF_, data_validated),
	WORD("netif.tx_request", "flags", NETTXF_, more_data),
	WORD("netif.tx_request", "flags", NETTXF_, extra_info),
	WORD("netif.tx_response", "status", NETIF_RSP_, OKAY),
	WORD("netif.tx_response", "status", NETIF_RSP_, ERROR),
	WORD("netif.tx_response", "status", NETIF_RSP_, DROPPED),
	WORD("netif.tx_response", "status", NETIF_RSP_, NULL),
	WORD("netif.rx_response", "flags", NETRXF_, data_validated),
	WORD("netif.rx_response", "flags", NETRXF_, csum_blank),
	WORD("netif.rx_response", "flags", NETRXF_, more_data),
	WORD("netif.rx_response", "flags", NETRXF_, extra_info),
	WORD("netif.rx_response", "flags", NETRXF_, gso_prefix),
	WORD("netif.rx_error", "status", NETIF_RSP_, ERROR),
	WORD("netif.rx_error", "status", NETIF_RSP_, DROPPED),
	WORD("netif.extra", "type", XEN_NETIF_EXTRA_TYPE_, GSO),
	WORD("netif.extra", "type", XEN_NETIF_EXTRA_TYPE_, MCAST_ADD),
	WORD("netif.extra", "type", XEN_NETIF_EXTRA_TYPE_, MCAST_DEL),
	WORD("netif.extra", "type", XEN_NETIF_EXTRA_TYPE_, HASH),
	WORD("netif.extra", "flags", XEN_NETIF_EXTRA_FLAG_, MORE),
	WORD("netif.gso", "type", XEN_NETIF_GSO_TYPE_, NONE),
	WORD("netif.gso", "type", XEN_NETIF_GSO_TYPE_, TCPV4),
	WORD("netif.gso", "type", XEN_NETIF_GSO_TYPE_, TCPV6),
	WORD("netif.hash", "type", _XEN_NETIF_CTRL_HASH_TYPE_, IPV4),
	WORD("netif.hash", "type", _XEN_NETIF_CTRL_HASH_TYPE_, IPV4_TCP),
	WORD("netif.hash", "type", _XEN_NETIF_CTRL_HASH_TYPE_, IPV6),
	WORD("netif.hash", "type", _XEN_NETIF_CTRL_HASH_TYPE_, IPV6_TCP),
	WORD("netif.hash", "algorithm", XEN_NETIF_CTRL_HASH_ALGORITHM_, NONE),
	WORD("netif.hash", "algorithm", XEN_NETIF_CTRL_HASH_ALGORITHM_, TOEPLITZ),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, INVALID),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, GET_HASH_FLAGS),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, SET_HASH_FLAGS),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, SET_HASH_KEY),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, GET_HASH_MAPPING_SIZE),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, SET_HASH_MAPPING_SIZE),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, SET_HASH_MAPPING),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, SET_HASH_ALGORITHM),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, GET_GREF_MAPPING_SIZE),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, ADD_GREF_MAPPING),
	WORD("netif.ctrl_request", "type", XEN_NETIF_CTRL_TYPE_, DEL_GREF_MAPPING),
	WORD("netif.ctrl_response", "status", XEN_NETIF_CTRL_STATUS_, SUCCESS),
	WORD("netif.ctrl_response", "status", XEN_NETIF_CTRL_STATUS_, NOT_SUPPORTED),
	WORD("netif.ctrl_response", "status", XEN_NETIF_CTRL_STATUS_, INVALID_PARAMETER),
	WORD("netif.ctrl_response", "status", XEN_NETIF_CTRL_STATUS_, BUFFER_OVERFLOW),
	WORD("vchan.page", "cli_notify", VCHAN_NOTIFY_, WRITE),
	WORD("vchan.page", "srv_notify", VCHAN_NOTIFY_, READ),
	WORD("pvcalls.request", "cmd", PVCALLS_, SOCKET),
	WORD("pvcalls.request", "cmd", PVCALLS_, CONNECT),
	WORD("pvcalls.request", "cmd", PVCALLS_, RELEASE),
	WORD("pvcalls.request", "cmd", PVCALLS_, BIND),
	WORD("pvcalls.request", "cmd", PVCALLS_, LISTEN),
	WORD("pvcalls.request", "cmd", PVCALLS_, ACCEPT),
	WORD("pvcalls.request", "cmd", PVCALLS_, POLL),
	WORD("pvcalls.socket", "domain", AF_, UNSPEC),
	WORD("pvcalls.socket", "domain", AF_, UNIX),
	WORD("pvcalls.socket", "domain", AF_, INET),
	WORD("pvcalls.socket", "domain", AF_, INET6),
	WORD("pvcalls.socket", "type", SOCK_, STREAM),
	WORD("pvcalls.socket", "type", SOCK_, DGRAM),
	WORD("pvcalls.socket", "type", SOCK_, RAW),
	WORD("pvcalls.socket", "type", SOCK_, SEQPACKET),
	WORD("sndif.request", "operation", XENSND_OP_, OPEN),
	WORD("sndif.request", "operation", XENSND_OP_, CLOSE),
	WORD("sndif.request", "operation", XENSND_OP_, READ),
	WORD("sndif.request", "operation", XENSND_OP_, WRITE),
	WORD("sndif.request", "operation", XENSND_OP_, SET_VOLUME),
	WORD("sndif.request", "operation", XENSND_OP_, GET_VOLUME),
	WORD("sndif.request", "operation", XENSND_OP_, MUTE),
	WORD("sndif.request", "operation", XENSND_OP_, UNMUTE),
	WORD("sndif.request", "operation", XENSND_OP_, TRIGGER),
	WORD("sndif.request", "operation", XENSND_OP_, HW_PARAM_QUERY),
	WORD("sndif.trigger", "type", XENSND_OP_TRIGGER_, START),
	WORD("sndif.trigger", "type", XENSND_OP_TRIGGER_, PAUSE),
	WORD("sndif.trigger", "type", XENSND_OP_TRIGGER_, STOP),
	WORD("sndif.trigger", "type", XENSND_OP_TRIGGER_, RESUME),
	WORD("sndif.event", "type", XENSND_EVT_, CUR_POS),
	FORMAT(S8),
	FORMAT(U8),
	FORMAT(S16_LE),
	FORMAT(S16_BE),
	FORMAT(U16_LE),
	FORMAT(U16_BE),
	FORMAT(S24_LE),
	FORMAT(S24_BE),
	FORMAT(U24_LE),
	FORMAT(U24_BE),
	FORMAT(S32_LE),
	FORMAT(S32_BE),
	FORMAT(U32_LE),
	FORMAT(U32_BE),
	FORMAT(F32_LE),
	FORMAT(F32_BE),
	FORMAT(F64_LE),
	FORMAT(F64_BE),
	FORMAT(IEC958_SUBFRAME_LE),
	FORMAT(IEC958_SUBFRAME_BE),
	FORMAT(MU_LAW),
	FORMAT(A_LAW),
	FORMAT(IMA_ADPCM),
	FORMAT(MPEG),
	FORMAT(GSM),
	WORD("displif.request", "operation", XENDISPL_OP_, DBUF_CREATE),
	WORD("displif.request", "operation", XENDISPL_OP_, DBUF_DESTROY),
	WORD("displif.request", "operation", XENDISPL_OP_, FB_ATTACH),
	WORD("displif.request", "operation", XENDISPL_OP_, FB_DETACH),
	WORD("displif.request", "operation", XENDISPL_OP_, SET_CONFIG),
	WORD("displif.request", "operation", XENDISPL_OP_, PG_FLIP),
	WORD("displif.request", "operation", XENDISPL_OP_, GET_EDID),
	WORD("displif.dbuf_create", "flags", XENDISPL_DBUF_FLG_, REQ_ALLOC),
	WORD("displif.event", "type", XENDISPL_EVT_, PG_FLIP),
	WORD("cameraif.request", "operation", XENCAMERA_OP_, CONFIG_SET),
	WORD("cameraif.request", "operation", XENCAMERA_OP_, CONFIG_GET),
	WORD("cameraif.request", "operation", XENCAMERA_OP_, CONFIG_VALIDATE),
	WORD("cameraif.request", "operation", XENCAMERA_OP_, FRAME_RATE_SET),
	WORD("cameraif.request", "operation", XENCAMERA_OP_, BUF_GET_LAYOUT),
	WORD("cameraif.request", "operation", XENCAMERA_OP_, BUF_REQUEST),
	WORD("cameraif.request", "operation", XENCAMERA_OP_, BUF_CREATE),
	WORD("cameraif.request", "operation", XENCAMERA_OP_, BUF_DESTROY),
	WORD("cameraif.request", "operation", XENCAMERA_OP_, BUF_QUEUE),
	WORD("cameraif.request", "operation", XENCAMERA_OP_, BUF_DEQUEUE),
	WORD("cameraif.request", "operation", XENCAMERA_OP_, CTRL_ENUM),
	WORD("cameraif.request", "operation", XENCAMERA_OP_, CTRL_SET),
	WORD("cameraif.request", "operation", XENCAMERA_OP_, CTRL_GET),
	WORD("cameraif.request", "operation", XENCAMERA_OP_, STREAM_START),
	WORD("cameraif.request", "operation", XENCAMERA_OP_, STREAM_STOP),
	WORD("cameraif.ctrl_set", "type", XENCAMERA_CTRL_, BRIGHTNESS),
	WORD("cameraif.ctrl_set", "type", XENCAMERA_CTRL_, CONTRAST),
	WORD("cameraif.ctrl_set", "type", XENCAMERA_CTRL_, SATURATION),
	WORD("cameraif.ctrl_set", "type", XENCAMERA_CTRL_, HUE),
	WORD("cameraif.ctrl_enum_response", "flags", XENCAMERA_CTRL_FLG_, RO),
	WORD("cameraif.ctrl_enum_response", "flags", XENCAMERA_CTRL_FLG_, WO),
	WORD("cameraif.ctrl_enum_response", "flags", XENCAMERA_CTRL_FLG_, VOLATILE),
	WORD("cameraif.config_response", "colorspace", XENCAMERA_COLORSPACE_, DEFAULT),
	WORD("cameraif.config_response", "colorspace", XENCAMERA_COLORSPACE_, SMPTE170M),
	WORD("cameraif.config_response", "colorspace", XENCAMERA_COLORSPACE_, REC709),
	WORD("cameraif.config_response", "colorspace", XENCAMERA_COLORSPACE_, SRGB),
	WORD("cameraif.config_response", "colorspace", XENCAMERA_COLORSPACE_, OPRGB),
	WORD("cameraif.config_response", "colorspace", XENCAMERA_COLORSPACE_, BT2020),
	WORD("cameraif.config_response", "colorspace", XENCAMERA_COLORSPACE_, DCI_P3),
	WORD("cameraif.config_response", "xfer_func", XENCAMERA_XFER_FUNC_, DEFAULT),
	WORD("cameraif.config_response", "xfer_func", XENCAMERA_XFER_FUNC_, 709),
	WORD("cameraif.config_response", "xfer_func", XENCAMERA_XFER_FUNC_, SRGB),
	WORD("cameraif.config_response", "xfer_func", XENCAMERA_XFER_FUNC_, OPRGB),
	WORD("cameraif.config_response", "xfer_func", XENCAMERA_XFER_FUNC_, NONE),
	WORD("cameraif.config_response", "xfer_func", XENCAMERA_XFER_FUNC_, DCI_P3),
	WORD("cameraif.config_response", "xfer_func", XENCAMERA_XFER_FUNC_, SMPTE2084),
	WORD("cameraif.config_response", "ycbcr_enc", XENCAMERA_YCBCR_ENC_, IGNORE),
	WORD("cameraif.config_response", "ycbcr_enc", XENCAMERA_YCBCR_ENC_, 601),
	WORD("cameraif.config_response", "ycbcr_enc", XENCAMERA_YCBCR_ENC_, 709),
	WORD("cameraif.config_response", "ycbcr_enc", XENCAMERA_YCBCR_ENC_, XV601),
	WORD("cameraif.config_response", "ycbcr_enc", XENCAMERA_YCBCR_ENC_, XV709),
	WORD("cameraif.config_response", "ycbcr_enc", XENCAMERA_YCBCR_ENC_, BT2020),
	WORD("cameraif.config_response", "ycbcr_enc", XENCAMERA_YCBCR_ENC_, BT2020_CONST_LUM),
	WORD("cameraif.config_response", "quantization", XENCAMERA_QUANTIZATION_, DEFAULT),
	WORD("cameraif.config_response", "quantization", XENCAMERA_QUANTIZATION_, FULL_RANGE),
	WORD("cameraif.config_response", "quantization", XENCAMERA_QUANTIZATION_, LIM_RANGE),
	WORD("cameraif.event", "type", XENCAMERA_EVT_, FRAME_AVAIL),
	WORD("cameraif.event", "type", XENCAMERA_EVT_, CTRL_CHANGE),
	WORD("vscsiif.request", "act", VSCSIIF_ACT_SCSI_, CDB),
	WORD("vscsiif.request", "act", VSCSIIF_ACT_SCSI_, ABORT),
	WORD("vscsiif.request", "act", VSCSIIF_ACT_SCSI_, RESET),
	WORD("vscsiif.request", "act", VSCSIIF_ACT_SCSI_, SG_PRESET),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, OK),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, NO_CONNECT),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, BUS_BUSY),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, TIME_OUT),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, BAD_TARGET),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, ABORT),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, PARITY),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, ERROR),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, RESET),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, BAD_INTR),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, PASSTHROUGH),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, SOFT_ERROR),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, IMM_RETRY),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, REQUEUE),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, TRANSPORT_DISRUPTED),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, TRANSPORT_FAILFAST),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, TARGET_FAILURE),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, NEXUS_FAILURE),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, ALLOC_FAILURE),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, MEDIUM_ERROR),
	WORD("vscsiif.response", "host", XEN_VSCSIIF_RSLT_HOST_, TRANSPORT_MARGINAL),
	WORD("vscsiif.reset_response", "rslt", XEN_VSCSIIF_RSLT_, RESET_SUCCESS),
	WORD("vscsiif.reset_response", "rslt", XEN_VSCSIIF_RSLT_, RESET_FAILED),
	WORD("usbif.bulk", "type", USBIF_PIPE_TYPE_, ISOC),
	WORD("usbif.bulk", "type", USBIF_PIPE_TYPE_, INT),
	WORD("usbif.bulk", "type", USBIF_PIPE_TYPE_, CTRL),
	WORD("usbif.bulk", "type", USBIF_PIPE_TYPE_, BULK),
	WORD("usbif.bulk", "transfer_flags", USBIF_, SHORT_NOT_OK),
	WORD("usbif.urb_response", "status", USBIF_STATUS_, OK),
	WORD("usbif.urb_response", "status", USBIF_STATUS_, NODEV),
	WORD("usbif.urb_response", "status", USBIF_STATUS_, INVAL),
	WORD("usbif.urb_response", "status", USBIF_STATUS_, STALL),
	WORD("usbif.urb_response", "status", USBIF_STATUS_, IOERROR),
	WORD("usbif.urb_response", "status", USBIF_STATUS_, BABBLE),
	WORD("usbif.urb_response", "status", USBIF_STATUS_, SHUTDOWN),
	WORD("usbif.conn_response", "speed", USBIF_SPEED_, NONE),
	WORD("usbif.conn_response", "speed", USBIF_SPEED_, LOW),
	WORD("usbif.conn_response", "speed", USBIF_SPEED_, FULL),
	WORD("usbif.conn_response", "speed", USBIF_SPEED_, HIGH),
	WORD("xenstore.request", "type", XS_, CONTROL),
	WORD("xenstore.request", "type", XS_, DIRECTORY),
	WORD("xenstore.request", "type", XS_, READ),
	WORD("xenstore.request", "type", XS_, GET_PERMS),
	WORD("xenstore.request", "type", XS_, WATCH),
	WORD("xenstore.request", "type", XS_, UNWATCH),
	WORD("xenstore.request", "type", XS_, TRANSACTION_START),
	WORD("xenstore.request", "type", XS_, TRANSACTION_END),
	WORD("xenstore.request", "type", XS_, INTRODUCE),
	WORD("xenstore.request", "type", XS_, RELEASE),
	WORD("xenstore.request", "type", XS_, GET_DOMAIN_PATH),
	WORD("xenstore.request", "type", XS_, WRITE),
	WORD("xenstore.request", "type", XS_, MKDIR),
	WORD("xenstore.request", "type", XS_, RM),
	WORD("xenstore.request", "type", XS_, SET_PERMS),
	WORD("xenstore.request", "type", XS_, WATCH_EVENT),
	WORD("xenstore.request", "type", XS_, ERROR),
	WORD("xenstore.request", "type", XS_, IS_DOMAIN_INTRODUCED),
	WORD("xenstore.request", "type", XS_, RESUME),
	WORD("xenstore.request", "type", XS_, SET_TARGET),
	WORD("xenstore.request", "type", XS_, RESET_WATCHES),
	WORD("xenstore.request", "type", XS_, DIRECTORY_PART),
	WORD("xenstore.request", "type", XS_, INVALID),
	WORD("xenstore.page", "server_features", XENSTORE_SERVER_FEATURE_, RECONNECTION),
	WORD("xenstore.page", "server_features", XENSTORE_SERVER_FEATURE_, ERROR),
	WORD("xenstore.page", "connection", XENSTORE_, CONNECTED),
	WORD("xenstore.page", "connection", XENSTORE_, RECONNECT),
	WORD("xenstore.page", "error", XENSTORE_ERROR_, NONE),
	WORD("xenstore.page", "error", XENSTORE_ERROR_, COMM),
	WORD("xenstore.page", "error", XENSTORE_ERROR_, RINGIDX),
	WORD("xenstore.page", "error", XENSTORE_ERROR_, PROTO),
	WORD("kbdif.event", "type", XENKBD_TYPE_, MOTION),
	WORD("kbdif.event", "type", XENKBD_TYPE_, RESERVED),
	WORD("kbdif.event", "type", XENKBD_TYPE_, KEY),
	WORD("kbdif.event", "type", XENKBD_TYPE_, POS),
	WORD("kbdif.event", "type", XENKBD_TYPE_, MTOUCH),
	WORD("kbdif.mtouch", "event_type", XENKBD_MT_EV_, DOWN),
	WORD("kbdif.mtouch", "event_type", XENKBD_MT_EV_, UP),
	WORD("kbdif.mtouch", "event_type", XENKBD_MT_EV_, MOTION),
	WORD("kbdif.mtouch", "event_type", XENKBD_MT_EV_, SYN),
	WORD("kbdif.mtouch", "event_type", XENKBD_MT_EV_, SHAPE),
	WORD("kbdif.mtouch", "event_type", XENKBD_MT_EV_, ORIENT),
	WORD("fbif.in_event", "type", XENFB_TYPE_, REFRESH_PERIOD),
	WORD("fbif.out_event", "type", XENFB_TYPE_, UPDATE),
	WORD("fbif.out_event", "type", XENFB_TYPE_, RESIZE),
	WORD("pciif.page", "flags", XEN_, PCIF_active),
	WORD("pciif.page", "flags", XEN_, PCIB_AERHANDLER),
	WORD("pciif.page", "flags", XEN_, PCIB_active),
	WORD("pciif.op", "cmd", XEN_PCI_OP_, conf_read),
	WORD("pciif.op", "cmd", XEN_PCI_OP_, conf_write),
	WORD("pciif.op", "cmd", XEN_PCI_OP_, enable_msi),
	WORD("pciif.op", "cmd", XEN_PCI_OP_, disable_msi),
	WORD("pciif.op", "cmd", XEN_PCI_OP_, enable_msix),
	WORD("pciif.op", "cmd", XEN_PCI_OP_, disable_msix),
	WORD("pciif.op", "cmd", XEN_PCI_OP_, aer_detected),
	WORD("pciif.op", "cmd", XEN_PCI_OP_, aer_resume),
	WORD("pciif.op", "cmd", XEN_PCI_OP_, aer_mmio),
	WORD("pciif.op", "cmd", XEN_PCI_OP_, aer_slotreset),
	WORD("pciif.op", "cmd", XEN_PCI_OP_, enable_multi_msi),
	WORD("pciif.op", "err", XEN_PCI_ERR_, success),
	WORD("pciif.op", "err", XEN_PCI_ERR_, dev_not_found),
	WORD("pciif.op", "err", XEN_PCI_ERR_, invalid_offset),
	WORD("pciif.op", "err", XEN_PCI_ERR_, access_denied),
	WORD("pciif.op", "err", XEN_PCI_ERR_, not_implemented),
	WORD("pciif.op", "err", XEN_PCI_ERR_, op_failed),
	WORD("tpmif.page", "state", TPMIF_STATE_, IDLE),
	WORD("tpmif.page", "state", TPMIF_STATE_, SUBMIT),
	WORD("tpmif.page", "state", TPMIF_STATE_, FINISH),
	WORD("tpmif.page", "state", TPMIF_STATE_, CANCEL),
};

static void check_name(const char *where, const char *name, const char *want)
{
	char lower[64];
	size_t i;

	for (i = 0; want[i] && i < sizeof(lower) - 1; i++)
		lower[i] = (char)tolower((unsigned char)want[i]);
	lower[i] = '\0';
	if (!name || strcmp(name, lower))
		fail_msg("%s: \"%s\" is called \"%s\"", where, lower, name ? name : "nothing");
}

static void test_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const struct xenring_record *rec = xenring_record(words[i].record);
		const struct xenring_field *f = NULL;
		const char *name = NULL;

		assert_row(words[i].record, rec != NULL);
		while ((f = xenring_next_field(rec, f)) && strcmp(f->name, words[i].field))
			;
		assert_row(words[i].record, f != NULL);
		for (const struct xenring_sym *s = f ? f->syms : NULL; s && s->name; s++)
			if (s->value == words[i].value)
				name = s->name;
		check_name(words[i].record, name, words[i].name);
	}
}

static void test_bus_words(void **state)
{
	static const struct {
		enum xenbus_state state;
		const char *name;
	} states[] = {
		{ XenbusStateUnknown, "Unknown" }, { XenbusStateInitialising, "Initialising" },
		{ XenbusStateInitWait, "InitWait" }, { XenbusStateInitialised, "Initialised" },
		{ XenbusStateConnected, "Connected" }, { XenbusStateClosing, "Closing" },
		{ XenbusStateClosed, "Closed" }, { XenbusStateReconfiguring, "Reconfiguring" },
		{ XenbusStateReconfigured, "Reconfigured" },
	};

	(void)state;
	assert_int_equal(ARRAY_SIZE(states), XR_BUS_N);
	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		check_name("state", xr_bus_name((int)states[i].state), states[i].name);
	assert_null(xr_bus_name(-1));
	assert_null(xr_bus_name(XR_BUS_N));
}

/* Error numbers are those of Linux, by their names; two of them only its own source has. */
static void test_errnos(void **state)
{
	(void)state;
	assert_int_equal(xr_errnos[0].value, 0);
	for (const struct xenring_sym *s = xr_errnos + 1; s->name; s++) {
		int number = (int)-(int64_t)s->value;
		const char *name = number == 512 ? "ERESTARTSYS" : number == 524 ? "ENOTSUPP" :
				   strerrorname_np(number);

		assert_true(number > 0);
		if (!name || strcmp(name, s->name))
			fail_msg("%d is %s, not %s", number, name ? name : "nothing", s->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_bus_words),
		cmocka_unit_test(test_errnos),
	};

	return RUN(tests);
}
