# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Makes the images of the emulated Xen host (hypervisor, kernel, dom0 and guest initramfs, guest disk) from Debian
# packages that are downloaded and unpacked but never installed; sourced by tests/xen/lab.
#
# Everything lands below $LAB and is made anew only if its inputs changed: each step keeps a hash of them.

XEN_VERSION=4.17

# What dom0 needs, named outright: following the packages' own dependencies would bring python, perl, udev and more
# (about 20 MB) that nobody uses there. missing_libs() tells if a library is forgotten.
DOM0_PACKAGES=(
	"xen-hypervisor-$XEN_VERSION-amd64" "xen-utils-$XEN_VERSION" xenstore-utils "libxenmisc$XEN_VERSION"
	libxencall1 libxendevicemodel1 libxenevtchn1 libxenforeignmemory1 libxengnttab1 libxenhypfs1 libxenstore4
	libxentoolcore1 libxentoollog1 libyajl2 liblzma5 libzstd1 libxxhash0 zlib1g libuuid1
	libc6 libgcc-s1 bash libtinfo6 busybox-static
	bsdutils strace jq libjq1 libonig5 libunwind8 libjson-c5 libinih1 libncurses6 libncursesw6 ncurses-base
	libtracefs1 libtraceevent1 tmux libevent-core-2.1-7 libutempter0 dmsetup libdevmapper1.02.1 libudev1 libselinux1 libpcre2-8-0
	libc-bin	# the locale C.UTF-8, and nothing else of it
)

# QEMU as Xen's device model, with all that it needs and dom0 has not. An archive of its own, which dom0 unpacks when the first
# guest asks for it: in dom0's initramfs its 33 MB would cost every boot a second.
QEMU_PACKAGES=(
	qemu-system-xen libbz2-1.0 libdw1 libelf1 libfdt1 libffi8 libglib2.0-0 libgstreamer-plugins-base1.0-0 libgstreamer1.0-0
	libjpeg62-turbo liblz4-1 libopus0 liborc-0.4-0 libpixman-1-0 libsasl2-2 libspice-server1 libssl3 libstdc++6 libusb-1.0-0
)

# Modules (their dependencies come along).
DOM0_MODULES=(
	virtio_pci virtio_console 9p 9pnet_virtio
	xen-evtchn xen-gntdev xen-gntalloc xen-privcmd xenfs xen-blkback xen-netback
	loop bridge dm-mod dm-delay brd tun target_core_mod target_core_file xen-scsiback
)
GUEST_MODULES=(
	xen-blkfront xen-netfront xen-evtchn xen-gntdev xen-gntalloc xen-privcmd xenfs
	xen-blkback xen-netback brd xen-scsifront sd_mod 9p 9pnet_xen
)

# Sectors of a guest's disk.
DISK_SECTORS=65536

hash_of() { sha256sum | cut -c1-16; }

# fresh NAME HASH: is the thing called NAME there and made from inputs with this hash?
fresh() { [[ -e $LAB/stamp/$1 && $(<"$LAB/stamp/$1") == "$2" ]]; }
stamp() { mkdir -p "$LAB/stamp" && echo "$2" >"$LAB/stamp/$1"; }

# Sources: the machine's own ones for its Debian release, so that its mirror and its proxy are used. Sources of others
# are left out; they would only cost time.
write_apt_conf() {
	local a=$LAB/apt code f
	# shellcheck source=/dev/null
	code=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
	rm -rf "$a/parts" && mkdir -p "$a/parts" "$a/noconf" "$a/lists/partial" "$a/cache/archives/partial"
	: >"$a/status"
	for f in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[[ -e $f ]] || continue
		awk -v c="$code" '$1 == "deb" { l = $0; sub(/\[[^]]*\]/, ""); if (($3 == c || index($3, c "-") == 1) && / main( |$)/) print l }' \
			"$f" >>"$a/parts/lab.list"
	done
	for f in /etc/apt/sources.list.d/*.sources; do
		[[ -e $f ]] || continue
		grep -v '^#' "$f" | awk -v c="$code" 'BEGIN { RS = ""; ORS = "\n\n" }
			("\n" $0) ~ "\n[Ss]uites:[^\n]*[ \t]" c "([ \t\n-]|$)" && ("\n" $0) ~ "\n[Cc]omponents:[^\n]*[ \t]main([ \t\n]|$)"' \
			>>"$a/parts/lab.sources"
	done
	# One file instead of options, with the machine's Acquire settings (proxies) taken over but none of its hooks: those
	# would run at our update and touch the machine's own state.
	{
		echo "Dir::Etc::main \"$a/noconf/none\"; Dir::Etc::parts \"$a/noconf\";"
		echo "Dir::Etc::sourcelist \"/dev/null\"; Dir::Etc::sourceparts \"$a/parts\";"
		echo "Dir::State::lists \"$a/lists\"; Dir::State::status \"$a/status\"; Dir::Cache \"$a/cache\";"
		echo 'APT::Sandbox::User "root"; APT::Architecture "amd64"; APT::Architectures { "amd64"; };'
		apt-config dump | grep '^Acquire::' | grep -v '^Acquire::Languages' || true
		echo 'Acquire::Languages { "none"; };'
	} >"$a/apt.conf"
}

# Downloads the packages into $LAB/debs.
get_debs() {
	local want=("${DOM0_PACKAGES[@]}" "${QEMU_PACKAGES[@]}") kernel h
	h=$( { echo "${want[@]}"; cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true; } | hash_of)
	fresh debs "$h" && return
	say "downloading Debian packages"
	write_apt_conf
	# The machine's own lists, if there, make our update a matter of asking whether they are still good.
	cp -p /var/lib/apt/lists/*_InRelease /var/lib/apt/lists/*_Packages* "$LAB/apt/lists/" 2>/dev/null || true
	export APT_CONFIG=$LAB/apt/apt.conf
	apt-get -q=2 update >&2
	kernel=$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image-/ { print $2; exit }')
	[[ -n $kernel ]] || die "no linux-image-amd64 in the apt sources of this machine"
	rm -rf "$LAB/debs.new" && mkdir -p "$LAB/debs.new"
	# Debs of an earlier download that are still current are not fetched again.
	[[ -d $LAB/debs ]] && cp -l "$LAB"/debs/*.deb "$LAB/debs.new/" 2>/dev/null
	(cd "$LAB/debs.new" && apt-get -q=2 download "${want[@]}" "$kernel" >&2)
	unset APT_CONFIG
	rm -rf "$LAB/debs" && mv "$LAB/debs.new" "$LAB/debs"
	stamp debs "$h"
}

# deb NAME: the newest downloaded deb of that package.
deb() {
	local f
	f=$(find "$LAB/debs" -name "$1_*.deb" | sort -V | tail -n 1)
	[[ -n $f ]] || die "no package $1 in $LAB/debs"
	echo "$f"
}

# An empty root whose /bin and the like are those in /usr.
new_root() {
	local d
	rm -rf "$1" && mkdir -p "$1/usr/"{bin,sbin,lib,lib64,libexec}
	for d in bin sbin lib lib64; do ln -s "usr/$d" "$1/$d"; done
}

# unpack DEB ROOT: all of it that runs or is read by what runs.
unpack() {
	dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --no-same-owner --keep-directory-symlink --wildcards \
		--exclude='./usr/share/'{doc,man,locale,bug,lintian,python3,bash-completion}'*' --exclude='./usr/lib/x86_64-linux-gnu/gconv*' \
		--exclude='./lib/x86_64-linux-gnu/gconv*' --exclude="./usr/lib/xen-$XEN_VERSION/"{lib,boot}'*' \
		--exclude='./etc/xen/*' --exclude='./etc/init.d*' --exclude='./boot/*.efi' --exclude='./usr/bin/xenalyze' \
		--exclude="./usr/lib/xen-$XEN_VERSION/bin/"{oxenstored,'test-*','flask-*'}
}

# Unpacks into $LAB/build/x what dom0 and the guests get out of the debs, and nothing else: the kernel package alone
# would be 400 MB.
unpack_debs() {
	local x=$LAB/build/x p
	new_root "$x"
	mkdir "$x/kernel"
	# The kernel is the one that takes long: meanwhile the rest.
	dpkg-deb --fsys-tarfile "$(deb 'linux-image-*')" | tar -x -C "$x/kernel" --no-same-owner --wildcards './boot/vmlinuz*' \
		'./lib/modules/*/modules.*' './lib/modules/*/kernel/'{lib,crypto,arch/x86/crypto,block,fs/9p,fs/configfs,fs/netfs,fs/fscache,net} \
		'./lib/modules/*/kernel/drivers/'{block,char,virtio,xen,md,target,scsi,dax,net/xen*,net/tun.ko} &
	dpkg-deb --fsys-tarfile "$(deb libc-bin)" | tar -x -C "$x" --no-same-owner --keep-directory-symlink \
		./usr/lib/locale
	for p in "${DOM0_PACKAGES[@]}"; do
		[[ $p == libc-bin ]] || unpack "$(deb "$p")" "$x"
	done
	wait $! || die "cannot unpack the kernel package"
}

# missing_libs ROOT [OVER]: names the libraries that programs below ROOT ask for and neither ROOT nor OVER has, over which ROOT
# will be laid.
missing_libs() {
	local over=${2-$1}/usr/lib/x86_64-linux-gnu lib=$1/usr/lib/x86_64-linux-gnu
	find "$1/usr/"{bin,sbin,lib,libexec} -type f ! -name '*.ko' ! -name busybox -exec grep -l -m 1 $'^\x7fELF' {} + | while read -r f; do
		("$over/ld-linux-x86-64.so.2" --inhibit-cache --library-path "$lib:$over" --list "$f" 2>/dev/null || true) |
			awk -v f="${f#"$1"}" '/not found/ { print f ": " $1 }'
	done
}

# copy_modules FROM TO VERSION NAME...: modules with all they depend on, and the tables modprobe reads.
copy_modules() {
	local from=$1 to=$2 v=$3 m line f files=()
	shift 3
	mkdir -p "$to/lib/modules/$v"
	for m; do
		line=$(grep -E "(^|/)${m//[-_]/[-_]}\.ko:" "$from/lib/modules/$v/modules.dep") || die "no kernel module like $m"
		read -ra f <<<"${line/:/ }"
		files+=("${f[@]}")
	done
	mapfile -t files < <(printf '%s\n' "${files[@]}" | sort -u)
	(cd "$from/lib/modules/$v" && cp --parents -u "${files[@]}" modules.builtin modules.order "$to/lib/modules/$v/")
	"$LAB/build/x/bin/busybox" depmod -b "$to" "$v"
	# Signatures are cut off: to check them costs the emulated processor more than all else in loading a module.
	find "$to/lib/modules/$v" -name '*.ko' -exec python3 -c '
import os, struct, sys
MARK = b"~Module signature appended~\n"
for name in sys.argv[1:]:
    with open(name, "r+b") as f:
        f.seek(-len(MARK) - 4, os.SEEK_END)
        size, mark = struct.unpack(">I%ds" % len(MARK), f.read())
        if mark == MARK:
            f.truncate(f.tell() - len(MARK) - 12 - size)
' {} +
}

pack() { (cd "$1" && find . -print0 | LC_ALL=C sort -z | cpio --null --quiet -o -H newc -R 0:0); }

# extract_elf VMLINUZ: the ELF kernel inside. Xen and libxl would unpack it themselves, but under emulation, each time.
extract_elf() {
	local pos
	pos=$(LC_ALL=C grep -abo -m 1 $'\xfd7zXZ' "$1" | head -n 1 | cut -d: -f1)
	[[ -n $pos ]] || die "no xz data in $1"
	# What follows the stream is no error.
	tail -c +$((pos + 1)) "$1" | xz -dc --single-stream 2>/dev/null || true
}

# A disk whose every sector says which one it is: 16 characters SECTOR0000000123, then the number again as a 64-bit
# little-endian integer, then zeros. Whoever reads wrong sectors through a ring sees it.
make_disk() {
	python3 - "$1" "$DISK_SECTORS" <<-'EOF'
		import struct, sys
		with open(sys.argv[1], "wb") as f:
		    for n in range(int(sys.argv[2])):
		        f.write(struct.pack("<16sQ488x", b"SECTOR%010d" % n, n))
	EOF
}

# The heavy part of the images: all that comes out of packages.
build_base() {
	local b=$LAB/build h v r f lack
	h=$( { cat "$XEN_DIR/lab-build.sh"; cd "$LAB/debs" && stat -c '%n %s' ./*.deb; } | hash_of)
	fresh base "$h" && return
	say "unpacking and packing images"
	unpack_debs
	mkdir -p "$LAB/img"
	v=$(cd "$b/x/kernel/lib/modules" && echo *)
	"$b/x/bin/busybox" depmod -b "$b/x/kernel" "$v"
	gunzip -c "$b/x/boot/xen-$XEN_VERSION-amd64.gz" >"$LAB/img/xen"
	extract_elf "$b/x/kernel/boot/vmlinuz-$v" >"$LAB/img/vmlinux"
	[[ $(head -c 4 "$LAB/img/vmlinux") == $'\x7fELF' ]] || die "found no kernel in vmlinuz"
	make_disk "$LAB/img/disk.img"

	r=$b/guest
	rm -rf "$r" && mkdir -p "$r"/{bin,dev,proc,sys,tmp,mnt}
	cp "$b/x/bin/busybox" "$r/bin/"
	"$r/bin/busybox" --list | while read -r f; do [[ $f == busybox ]] || ln -s busybox "$r/bin/$f"; done
	ln -s bin "$r/sbin"
	copy_modules "$b/x/kernel" "$r" "$v" "${GUEST_MODULES[@]}"

	r=$b/x
	copy_modules "$b/x/kernel" "$r" "$v" "${DOM0_MODULES[@]}"
	rm -rf "${r:?}/kernel" "${r:?}/boot"
	mkdir -p "$r"/{dev,proc,sys,tmp,run,root,share,mnt,opt/xrt,etc/xen/scripts,etc/xrt/guests} "$r"/var/{lib/xen,lib/xrt,log/xen,run,lock,tmp}
	# xen-utils-common's wrappers find out by four shell scripts which Xen runs; here that is known.
	find "$r/usr/bin" "$r/usr/sbin" -lname '*xen-utils-wrapper' -delete
	for f in "$r/usr/lib/xen-$XEN_VERSION/bin/"*; do ln -sf "../lib/xen-$XEN_VERSION/bin/${f##*/}" "$r/usr/sbin/"; done
	# busybox for all that Debian's own packages here do not bring.
	"$r/bin/busybox" --list | while read -r f; do
		[[ -e $r/usr/bin/$f || -L $r/usr/bin/$f || -e $r/usr/sbin/$f ]] || ln -s busybox "$r/usr/bin/$f"
	done
	echo 'root:x:0:0:root:/root:/bin/bash' >"$r/etc/passwd"
	echo 'root:x:0:' >"$r/etc/group"
	echo '127.0.0.1 localhost' >"$r/etc/hosts"
	echo 'autoballoon="off"' >"$r/etc/xen/xl.conf"
	lack=$(missing_libs "$r")
	[[ -z $lack ]] || die "libraries missing in dom0's image: $lack"
	new_root "$b/qemu"
	for f in "${QEMU_PACKAGES[@]}"; do unpack "$(deb "$f")" "$b/qemu"; done
	lack=$(missing_libs "$b/qemu" "$r")
	[[ -z $lack ]] || die "libraries missing in QEMU's archive: $lack"
	rm -rf "$b/qemu/usr/share" && mkdir -p "$b/qemu/usr/share/qemu/keymaps"
	# It wants to read one even if there is no VNC; which one makes no difference, so none of Debian's 9 MB.
	: >"$b/qemu/usr/share/qemu/keymaps/en-us"
	tar -C "$b/qemu" --owner=0 --group=0 -cf "$LAB/img/qemu.tar" usr/lib usr/libexec usr/share
	pack "$b/x" >"$LAB/img/dom0-base.cpio"
	pack "$b/guest" >"$LAB/img/guest-base.cpio"
	rm -rf "$b"
	stamp base "$h"
}

# The light part: the lab's own scripts, laid over the heavy one (the kernel unpacks cpio archives one after the other).
build_overlay() {
	local h synth=${XRT_SYNTH:-$LAB/synth} o=$LAB/build/overlay s
	[[ -e $synth ]] || synth=/dev/null
	h=$( { cat "$LAB/stamp/base" "$XEN_DIR"/{dom0,guest,guests}/* "$synth"; } | hash_of)
	fresh overlay "$h" && return
	rm -rf "$o" && mkdir -p "$o/dom0/usr/local/"{sbin,lib} "$o/dom0/etc/xen/scripts" "$o/dom0/etc/xrt/guests" "$o/guest/bin"
	install -m 755 "$XEN_DIR/dom0/init" "$o/dom0/init"
	for s in block vif-bridge; do install -m 755 "$XEN_DIR/dom0/$s" "$o/dom0/etc/xen/scripts/$s"; done
	for s in agent guest gsh; do install -m 755 "$XEN_DIR/dom0/$s" "$o/dom0/usr/local/sbin/$s"; done
	install -m 644 "$XEN_DIR"/guests/*.cfg "$o/dom0/etc/xrt/guests/"
	install -m 755 "$XEN_DIR/guest/init" "$o/guest/init"
	for s in load cmdloop; do install -m 755 "$XEN_DIR/guest/$s" "$o/guest/bin/$s"; done
	[[ $synth == /dev/null ]] || install -m 755 "$synth" "$o/guest/bin/synth"
	{ cat "$LAB/img/dom0-base.cpio" && pack "$o/dom0"; } >"$LAB/img/dom0.cpio"
	{ cat "$LAB/img/guest-base.cpio" && pack "$o/guest"; } | gzip -1 >"$LAB/img/guest.cpio.gz"
	rm -rf "$o"
	stamp overlay "$h"
}

build_all() {
	mkdir -p "$LAB/stamp"
	get_debs
	build_base
	build_overlay
}
