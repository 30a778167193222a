#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2317	# scripts for elsewhere; functions that try calls
#
# check-deb.sh: installs the Debian packages into a Debian 12 of their own, where
# DKMS builds the module for Debian's 6.1 and for 6.12 of its backports; builds
# drivers against what is installed there; loads all of it in guests; purges the
# packages and looks for what they left. Then the same without packages: `make
# modules_install` and `make sign`. The last line is "N passed, N failed".
#
# It runs as root, for the sake of chroot. What is mounted is mounted in a mount
# namespace of its own, which is gone when the last process in it is, however
# it ended.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"
# shellcheck source=../selftests/qemu/apt.sh
. "$QEMU_DIR/apt.sh"
# shellcheck source=../selftests/qemu/root.sh
. "$QEMU_DIR/root.sh"

unset MAKEFLAGS MFLAGS MAKELEVEL KERNELRELEASE KDIR ARCH CROSS_COMPILE CC M O V C W
unset INSTALL_MOD_PATH INSTALL_MOD_DIR

[ "$(id -u)" -eq 0 ] || die "this needs root (its Debian is entered with chroot): sudo make check-deb"
PATH=$PATH:/usr/sbin:/sbin

# What the root holds besides a minimal Debian: what the packages depend on, since
# they are installed without a network, openssl and mokutil for who signs, lintian, and
# ccache, since the same sources are built five times.
PACKAGES="dkms python3 openssl lintian mokutil ccache"
packages=(ksworker-dkms ksworker-tools libksworker-dev)

log=$KSW_CACHE/logs/check-deb.log
passed=0 failed=0
mkdir -p "$KSW_CACHE/logs" "$KSW_CACHE/roots" "$KSW_CACHE/ccache"
: >"$log"
take_lock "$KSW_CACHE/roots/.check-deb.lock" "the root of the packages"
rm -rf "$KSW_CACHE"/roots/.check-deb.??????	# of runs that were killed
tmp=$(mktemp -d "$KSW_CACHE/roots/.check-deb.XXXXXX")
work=$tmp
copy=$work/root
trap 'rm -rf "$work"' EXIT
trap 'exit 143' TERM HUP

# try NAME COMMAND...: COMMAND succeeds; what it says is shown where it does not.
# It is not the condition of anything, so that what fails in a function ends it.
try()
{
	local name=$1 rc

	shift
	printf '\n== %s\n' "$name" >>"$log"
	set +e
	trap - ERR
	(
		set -e
		"$@"
	) >"$work/said" 2>&1 </dev/null
	rc=$?
	set -e
	trap 'say "ksworker: ${0##*/} failed at line $LINENO: $BASH_COMMAND"' ERR
	cat "$work/said" >>"$log"
	result $rc "$name"
	[ $rc -eq 0 ] || tail -n 40 "$work/said" | sed 's/^/#   /'
	tried=$rc
}

# within ROOT COMMAND...: as root in it, without a network; what is compiled there is in
# the cache that all builds share. The first process of a namespace hears of no signal
# that it does not ask for; with it go all the others.
within()
{
	unshare --mount --propagation private --net --pid --fork --kill-child bash -euc '
		trap "exit 130" INT
		exec 3<&0
		root=$1 ccache=$2
		shift 2
		mount -t proc proc "$root/proc"
		mount -t tmpfs tmpfs "$root/run"
		mkdir "$root/run/ccache"
		mount --bind "$ccache" "$root/run/ccache"
		cd "$root"
		chroot . /usr/bin/env -i PATH=/usr/lib/ccache:/usr/sbin:/usr/bin:/sbin:/bin \
			HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
			CCACHE_DIR=/run/ccache CCACHE_NOHASHDIR=1 "$@" <&3 3<&- &
		wait $!
	' sh "$1" "$KSW_CACHE/ccache" "${@:2}"
}

# inside SCRIPT ARGUMENT...: of the copy
inside()
{
	local script=$1

	shift
	within "$copy" bash -euo pipefail -c "$script" bash "$@"
}

# release NAME: of the kernel in the cache
release()
{
	sed -n 's/^KREL=//p' "$KSW_CACHE/kernels/$1/info"
}

# ---------------------------------------------------------------- the root

# from_apt DIR OPTION... PACKAGE...: fetches packages into DIR, with what the root
# in $tmp/base lacks to install them.
from_apt()
{
	local dir=$1

	shift
	rm -f "$tmp"/apt/bookworm-amd64/cache/archives/*.deb
	in_apt_root apt-get -qq -y -o Dir::State::status="$tmp/base/var/lib/dpkg/status" \
		-o APT::Get::Download-Only=true -o Debug::NoLocking=true \
		--no-install-recommends install "$@" >&2 || die "fetching failed: $*"
	mkdir -p "$dir"
	mv "$tmp"/apt/bookworm-amd64/cache/archives/*.deb "$dir/"
}

# install_debs DIR: into the root in $tmp/base
install_debs()
{
	mkdir "$tmp/base/debs"
	mv "$1"/*.deb "$tmp/base/debs/"
	# nobody boots from here
	mkdir -p "$tmp/base/etc/initramfs-tools"
	echo "update_initramfs=no" >"$tmp/base/etc/initramfs-tools/update-initramfs.conf"
	within "$tmp/base" sh -c 'apt-get -qq -y -o Dpkg::Options::=--force-unsafe-io \
		-o Dpkg::Options::=--force-confold --no-install-recommends install /debs/*.deb' \
		>"$tmp/log" 2>&1 </dev/null || {
				tail -n 40 "$tmp/log" >&2
		die "installing into the root failed (see above)"
	}
	rm -rf "$tmp/base/debs"
}

# A Debian 12 with DKMS, 6.1's headers and 6.12, whose headers lie beside it as
# packages: they are to come after ksworker. It is found again by what is in it.
make_root()
{
	local rel61 rel612 main base

	[ "$(dpkg --print-architecture)" = amd64 ] || die "this runs on amd64 alone"
	rel61=$(release 6.1) rel612=$(release "$k612")
	base=$KSW_CACHE/roots/packages-$(echo "$PACKAGES $rel61 $rel612" | cksum | cut -d ' ' -f 1)
	packages_root=$base
	[ ! -d "$base" ] || return 0

	apt_root bookworm amd64
	main=$(mirror main)
	echo "deb $main bookworm-backports main" >>"$tmp/apt/bookworm-amd64/sources.list"
	in_apt_root apt-get -qq update >&2 || die "the package lists of bookworm-backports cannot be fetched"
	# what the mirror no longer has is of no use
	for name in 6.1 "$k612"; do
		in_apt_root apt-cache show "linux-headers-$(release $name)" >/dev/null 2>&1 ||
			KSW_REFRESH=1 bash "$QEMU_DIR/kernel.sh" "$name"
	done
	if [ "$rel61 $rel612" != "$(release 6.1) $(release "$k612")" ]; then
		make_root
		return
	fi

	debian_root bookworm kmod xz-utils
	cp -a "$root" "$tmp/base"
	say "ksworker: fetching and installing DKMS, the headers of $rel61, and $rel612"
	# shellcheck disable=SC2086	# a list
	from_apt "$tmp/fetched" $PACKAGES "linux-headers-$rel61"
	install_debs "$tmp/fetched"
	from_apt "$tmp/fetched" -t bookworm-backports "linux-image-$rel612"
	install_debs "$tmp/fetched"
	from_apt "$tmp/made/headers" -t bookworm-backports "linux-headers-$rel612"
	# a firmware that knows Microsoft's keys, and what these and Debian's signed
	mkdir -p "$tmp/efi" "$tmp/made/efi"
	fetch_debs "$tmp/efi" ovmf shim-signed shim-helpers-amd64-signed grub-efi-amd64-signed
	unpack_debs "$tmp/efi" "$tmp/efi"
	cp "$tmp"/efi/usr/share/OVMF/OVMF_{CODE,VARS}_4M.ms.fd \
		"$tmp"/efi/usr/lib/shim/{shimx64,mmx64}.efi.signed \
		"$tmp"/efi/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed "$tmp/made/efi/"
	# as DKMS will do each time
	within "$tmp/base" depmod "$rel61" 2>>"$log"
	mv "$tmp/base" "$tmp/made/root"
	mv "$tmp/made" "$base"
}

# ------------------------------------------------------- before any is installed

versions_agree()
{
	bash "$TOP/tools/check-version.sh"
}

# Each of them, when it alone is another, is found.
versions_differ()
{
	local file tree=$work/versions

	for file in core/internal.h wdm/main.c dkms.conf debian/changelog CHANGES; do
		rm -rf "$tree"
		mkdir -p "$tree"
		(cd "$TOP" && cp --parents core/internal.h wdm/main.c dkms.conf debian/changelog CHANGES "$tree/")
		sed -i -E '/^(#define KSW_VERSION|MODULE_VERSION|PACKAGE_VERSION|ksworker )/s/'"${version//./\\.}"'/9.9.9/' "$tree/$file"
		if cmp -s "$tree/$file" "$TOP/$file"; then return 1; fi
		if bash "$TOP/tools/check-version.sh" "$tree"; then
			echo "another version in $file was not found"
			return 1
		fi
	done
}

build_packages()
{
	make -C "$TOP" deb DIR="$work/debs"
	for p in "${packages[@]}"; do
		test -s "$work/debs/${p}_${version}_all.deb"
	done
}

lint()
{
	inside 'lintian --allow-root --fail-on error --tag-display-limit 0 /root/debs/*.deb'
}

# -------------------------------------------------------------- the packages

# listing FILE: of all that is in the copy, but for what apt, dpkg and man-db write
# of their own doings, and /root, which is this test's
listing()
{
	(
		cd "$copy"
		find . \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./root \
			-o -path ./var/log -o -path ./var/cache/apt -o -path ./var/cache/debconf \
			-o -path ./var/lib/apt -o -path ./var/lib/dpkg \
			-o -path ./var/cache/ldconfig -o -path ./var/cache/man \) -prune -o \
			\( -type f -printf '%p %M %U:%G %s\n' -o -printf '%p %M %U:%G %l\n' \)
		find var/lib/dpkg -path '*/info/*' -printf '%p\n'
	) | sort >"$1"
}

install_packages()
{
	inside 'apt-get -y install /root/debs/*.deb
		dpkg-query -W -f "\${Package} \${db:Status-Status}\n" "$@" | tee /dev/stderr |
			grep -c " installed$" | grep -qx $#' "${packages[@]}"
}

# built_for RELEASE: installed where modprobe finds it, of the version it should be
built_for()
{
	inside 'dkms status ksworker -k "$1" | tee /dev/stderr | grep -q ": installed"
		for m in ksworker ksw_wdm; do
			modinfo -k "$1" $m
			[ "$(modinfo -k "$1" -F version $m)" = "$2" ]
			[ "$(modinfo -k "$1" -F vermagic $m | cut -d " " -f 1)" = "$1" ]
			case $(modinfo -k "$1" -n $m) in
			/lib/modules/"$1"/updates/dkms/$m.ko*) ;;
			*) exit 1 ;;
			esac
		done' "$1" "$version"
}

# headers that come later: DKMS is called by the kernel's own hook
more_headers()
{
	inside 'apt-get -y install /root/headers/linux-*.deb'
	built_for "$rel612"
}

# dependents RELEASE: what autopkgtest would run for it; the modules are for a guest
dependents()
{
	inside 'AUTOPKGTEST_TMP=/root/driver /root/tests/driver "$1"
		stage=/root/stage/$1/dkms
		mkdir -p $stage/lib/modules/$1/extra
		cp -r /lib/modules/$1/updates $stage/lib/modules/$1/
		cp /root/driver/$1/*.ko $stage/lib/modules/$1/extra/
		depmod -b $stage $1' "$1"
}

tools_run()
{
	inside /root/tests/tools
}

# As one finds it who has the package alone.
driver_tried()
{
	dpkg-deb -x "$work/debs/ksworker-tools_${version}_all.deb" "$work/tools"
	KSW_TRY=$work/tools/usr/bin/ksw-try bash "$TOP/tools/check-try.sh" 6.1:double
}

# The same of Windows' sources
windows_tried()
{
	"$work/tools/usr/bin/ksw-try" KERNEL=6.1 WAIT=2 "$TOP/Documentation/examples/wdm" >"$work/tried" || :
	cat "$work/tried"
	grep -q 'beat: 3 beats, at IRQL 0' "$work/tried"
	grep -q 'nothing found' "$work/tried"
}

# Keys of DKMS's own are no matter of one module.
nothing_left()
{
	inside 'apt-get -y purge "$@"
		if dpkg-query -W "$@"; then exit 1; fi
		if ls -d /var/lib/dkms/ksworker /usr/src/ksworker* /usr/include/ksworker /lib/modules/*/updates; then exit 1; fi
		cd /root/headers
		for f in linux-*.deb; do echo "${f%%_*}"; done | xargs apt-get -y purge' "${packages[@]}"
	listing "$work/after"
	diff "$work/before" "$work/after" | grep '^[<>]' |
		grep -vE '^> \./var/lib/dkms/mok\.(key|pub) ' >"$work/differ" || :
	cat "$work/differ"
	[ ! -s "$work/differ" ]
}

# -------------------------------------------------------- from the sources

# dkms_tree RELEASE: without the packages, as the documentation has it
dkms_tree()
{
	inside 'cd /root/ksworker
		make clean KDIR=/lib/modules/$1/build
		dkms add .
		dkms install ksworker/$2 -k $1'  "$1" "$version"
	built_for "$1"
	inside 'dkms remove ksworker/$2 --all
		rm -r /usr/src/ksworker-$2
		if ls -d /var/lib/dkms/ksworker /lib/modules/*/updates; then exit 1; fi' "$1" "$version"
}

sources()
{
	mkdir "$copy/root/ksworker"
	tar -C "$TOP" --exclude-vcs --exclude='*.o' --exclude='*.ko' --exclude='*.mod' \
		--exclude='*.mod.c' --exclude='*.cmd' --exclude='*.order' --exclude='*.symvers' \
		--exclude='./Documentation' -cf - . | tar -C "$copy/root/ksworker" -xf -
}

# modules_install RELEASE: into an empty directory, from where modprobe takes it
modules_install()
{
	inside 'cd /root/ksworker
		make clean KDIR=/lib/modules/$1/build
		make KDIR=/lib/modules/$1/build
		make modules_install KDIR=/lib/modules/$1/build INSTALL_MOD_PATH=/root/stage/$1/installed
		find /root/stage/$1/installed
		grep -E "ksw_edu.ko.*:.*/ksworker.ko" /root/stage/$1/installed/lib/modules/$1/modules.dep
		grep -E "ksw_stream.ko.*:.*/ksw_wdm.ko" /root/stage/$1/installed/lib/modules/$1/modules.dep' "$1"
}

# Keys as the documentation makes them; one is going to be known to the kernel.
keys()
{
	inside 'cd /root
		for who in known unknown; do
			openssl req -new -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=my modules, $who/" \
				-outform DER -keyout $who.priv -out $who.der
		done'
}

# signed RELEASE WHO: as the user would, and installed then; they are linked anew, so
# that they have no signature yet
signed()
{
	inside 'cd /root/ksworker
		rm -f ksworker.ko wdm/ksw_wdm.ko samples/edu/ksw_edu.ko samples/stream/ksw_stream.ko
		make KDIR=/lib/modules/$1/build
		make sign KDIR=/lib/modules/$1/build KEY=/root/$2.priv CERT=/root/$2.der
		make modules_install KDIR=/lib/modules/$1/build INSTALL_MOD_PATH=/root/stage/$1/$2
		for m in ksworker ksw_wdm ksw_edu ksw_stream; do
			f=$(find /root/stage/$1/$2 -name "$m.ko*")
			modinfo "$f"
			[ "$(modinfo -F signer "$f")" = "my modules, $2" ]
			[ "$(modinfo -F sig_hashalgo "$f")" = sha256 ]
		done' "$1" "$2"
}

# -------------------------------------------------------------------- guests

# The kmod and the mokutil of the root, with their libraries, for the guests.
stage_kmod()
{
	inside 'mkdir -p /root/stage/kmod/kbin
		cd /root/stage/kmod
		for f in /bin/kmod /usr/bin/mokutil; do
			echo $f
			ldd $f | grep -o "/[^ ]*"
		done | sort -u | xargs cp -L --parents -t .
		for t in modprobe insmod rmmod modinfo; do ln -s /bin/kmod kbin/$t; done'
}

# The module by which mokutil reads and writes, and the certificates to enrol
stage_efi()
{
	xz -dc "$copy/lib/modules/$rel612/kernel/fs/efivarfs/efivarfs.ko.xz" >"$work/efivarfs.ko"
	cp "$copy/root/known.der" "$copy/var/lib/dkms/mok.pub" "$work/"
}

# guest_script SCRIPT: what a guest runs: SCRIPT, and before it what all of these use
guest_script()
{
	echo "version=$version"
	cat <<-'GUEST'
	rel=$(uname -r)
	files=/sys/kernel/debug/ksworker
	cp -a /ksw/kmod/. /
	# what a machine has there
	mount -t tmpfs tmpfs /lib/modules 2>/dev/null || mkdir -p /lib/modules

	t()
	{
		name=$1
		shift
		if "$@" >/tmp/said 2>&1; then
			echo "ok - $rel: $name"
		else
			echo "not ok - $rel: $name"
			sed 's/^/#   /' /tmp/said
			dmesg | tail -n 5 | sed 's/^/#   dmesg: /'
		fi
	}

	# from DIR: /lib/modules is that of DIR
	from()
	{
		rm -rf /lib/modules
		ln -s "/ksw/$1/lib/modules" /lib/modules
	}

	loaded()
	{
		lsmod
		[ "$(cat /sys/module/ksworker/version)" = $version ] &&
			[ -d /sys/module/ksworker/holders/ksw_edu ] && [ -c /dev/ksw_edu ] &&
			[ "$(awk '$2 == "ksw_edu"' $files/workitems | wc -l)" -gt 0 ]
	}

	gone()
	{
		[ ! -d /sys/module/ksworker ]
	}

	all()
	{
		for c; do $c || return 1; done
	}

	load()		{ $modprobe ksw_edu; }
	unload()	{ rmmod ksw_edu && rmmod ksworker; }

	GUEST
	echo "$1"
}

# counted: what a guest said of its tests is shown and counted; none is a failure.
counted()
{
	local p f

	grep -E '^(ok|not ok|#)' "$work/said" || :
	p=$(grep -c '^ok ' "$work/said" || :)
	f=$(grep -c '^not ok ' "$work/said" || :)
	passed=$((passed + p)) failed=$((failed + f))
	[ "$p" -gt 0 ]
}

# guest NAME LOGS SCRIPT FILE...: boots the kernel NAME with FILE... and runs
# SCRIPT in it; its results are counted with ours.
guest()
{
	local name=$1 logs=$2 script=$3 dir=$KSW_CACHE/build/$1/guest rc=0

	shift 3
	rm -rf "$KSW_CACHE/build/$name"
	mkdir -p "$dir"
	guest_script "$script" >"$dir/demo.sh"
	cp -a "$copy/root/stage/kmod" "$@" "$dir/"
	bash "$QEMU_DIR/run.sh" "$name" demo "$work/totals" >"$work/said" 2>>"$log" || rc=$?
	cat "$work/said" >>"$log"
	rm -rf "$KSW_CACHE/logs/check-deb-$logs"
	mv "$KSW_CACHE/logs/$name-demo" "$KSW_CACHE/logs/check-deb-$logs"
	counted || rc=1
	result $rc "$logs: the guest ran to its end, with a clean log"
}

# secure_guest FILE...: boots 6.12 with FILE... where Secure Boot is on, as a machine
# that is bought does: certificates are enrolled there by mokutil and its manager
secure_guest()
{
	local dir=$work/secure rc=0

	mkdir -p "$dir/initrd"/{bin,proc,sys,dev,tmp,ksw}
	cp -a "$copy/root/stage/kmod" "$work/efivarfs.ko" "$@" "$dir/initrd/ksw/"
	guest_script "$SECURE_BOOT" >"$dir/initrd/ksw/test.sh"
	cp "$KSW_CACHE/kernels/$k612/busybox" "$dir/initrd/"
	ln -s ../busybox "$dir/initrd/bin/sh"
	cat >"$dir/initrd/init" <<-'INIT'
		#!/bin/sh
		export PATH=/bin:/usr/bin
		/busybox --install -s /bin
		mount -t proc proc /proc
		mount -t sysfs sysfs /sys
		mount -t devtmpfs devtmpfs /dev
		mount -t debugfs debugfs /sys/kernel/debug
		insmod /ksw/efivarfs.ko
		mount -t efivarfs efivarfs /sys/firmware/efi/efivars
		# from here on the console is that of a person
		exec </dev/console >/dev/console 2>&1
		cd /ksw
		. ./test.sh
		sync
		$end -f
	INIT
	chmod 755 "$dir/initrd/init"
	(cd "$dir/initrd" && find . | ./busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$dir/initrd.gz"
	cp "$KSW_CACHE/kernels/$k612/root/boot/vmlinuz-$rel612" "$dir/vmlinuz"
	cp -r "$packages_root/efi" "$dir/efi"
	bash "$TOP/tools/secureboot.sh" "$dir" 2 >"$work/console" 2>>"$log" || rc=$?
	cat "$work/console" >>"$log"
	# what the manager draws, and the ends of lines
	sed -E 's/\x1b\[[0-9;?=]*[a-zA-Z]//g; s/\r//g' "$work/console" >"$work/said"
	counted || rc=1
	grep -q ': once enrolled, ' "$work/said" || rc=1
	result $rc "Secure Boot: the guest came again with the keys, and to its end"
}

LOADING='
modprobe="busybox modprobe"
from dkms
t "DKMS module: modprobe of a driver built against the packages loads ksworker first" all load loaded
t "DKMS module: both go" all unload gone
beats()
{
	$modprobe beat || return 1
	n=0
	until dmesg | grep "beat: 3 beats"; do
		n=$((n + 1))
		[ $n -lt 20 ] || return 1
		sleep 1
	done
	[ -d /sys/module/ksw_wdm/holders/beat ] && [ -d /sys/module/ksworker/holders/ksw_wdm ] &&
		grep " beat " $files/threads
}
t "DKMS modules: modprobe of Windows sources built against the packages loads ksw_wdm and ksworker first" beats
t "DKMS modules: all three go" all "rmmod beat" "rmmod ksw_wdm" "rmmod ksworker" gone
modprobe=/kbin/modprobe
t "DKMS module: the same with the modprobe of kmod" all load loaded
mkdir -p /boot
cp /ksw/config-* /boot/
report()
{
	sh /ksw/ksw-report >/tmp/report 2>/tmp/summary || return 1
	cat /tmp/report /tmp/summary
	! grep -iE "not found|No such file|syntax|usage:|unknown|invalid" /tmp/report /tmp/summary &&
		grep -qx "version: $version" /tmp/report && grep -q "^used by: ksw_edu" /tmp/report &&
		grep -q "^--- latencies" /tmp/report && grep -q "ksw_edu" /tmp/report &&
		grep -q "^== Kernel log" /tmp/report && ! grep -q "not in it:" /tmp/summary
}
t "ksw-report, with the driver loaded, says all that it should" report
t "both go" all unload gone
from installed
modprobe="busybox modprobe"
t "make modules_install: modprobe ksw_edu (of busybox) pulls ksworker in" all load loaded
t "make modules_install: both go" all unload gone
modprobe=/kbin/modprobe
t "make modules_install: modprobe ksw_edu (of kmod) pulls ksworker in" all load loaded
t "make modules_install: both go" all unload gone
tainted() { cat /sys/module/ksworker/taint; [ "$(cat /sys/module/ksworker/taint)" = OE ]; }
from known
t "make sign: where the key is not known, it loads, and the kernel says E" all load loaded tainted
t "make sign: both go" all unload gone
'
SECURE='
modprobe=/kbin/modprobe
refused()
{
	$modprobe ksw_edu && return 1
	dmesg | tail -n 3 | grep "$why"
}
from installed
why="Loading of unsigned module is rejected"
t "module.sig_enforce: unsigned modules are refused" all refused gone
for who in known unknown dkms; do
	from $who
	why="Loading of module with unavailable key is rejected"
	t "module.sig_enforce: modules with a key that is not enrolled are refused ($who)" all refused gone
done
'

SECURE_BOOT='
modprobe=/kbin/modprobe
refused()
{
	$modprobe ksw_edu && return 1
	dmesg | tail -n 3 | grep "$why"
}
secure()
{
	mokutil --sb-state | grep -x "SecureBoot enabled" && dmesg | grep "locked down from EFI Secure Boot"
}
untainted()
{
	cat /proc/sys/kernel/tainted /sys/module/ksworker/taint
	# out of tree, and nothing else
	[ "$(cat /proc/sys/kernel/tainted)" = 4096 ] && [ "$(cat /sys/module/ksworker/taint)" = O ]
}
# what is still to be seen, and done, where debugfs is locked down
watched()
{
	for f in stats workers workitems running latencies violations; do
		[ -n "$(cat $files/$f)" ] || return 1
	done
	! echo 1 >$files/latencies || return 1
	for p in latencies verifier; do
		echo 1 >/sys/module/ksworker/parameters/$p && grep "^$p 1" $files/stats || return 1
		echo 0 >/sys/module/ksworker/parameters/$p
	done
}
waiting() { mokutil --list-new; [ "$(mokutil --list-new | grep -c "^.key ")" = 2 ]; }
if mokutil --test-key /ksw/known.der | grep -q "already enrolled"; then
	from known
	t "Secure Boot: once enrolled, the key of make sign has both modules load, untainted" all load loaded untainted
	t "Secure Boot: debugfs can be read, and parameters be written" watched
	t "Secure Boot: both go" all unload gone
	# by DKMS there is ksworker alone; the driver is that of a user, who signs it
	from dkms
	t "Secure Boot: once enrolled, the key of DKMS has ksworker load, untainted" all "$modprobe ksworker" untainted
	t "Secure Boot: it goes" all "rmmod ksworker" gone
	end=poweroff
else
	t "Secure Boot is on, and the kernel locked down" secure
	from installed
	why="Loading of unsigned module is rejected"
	t "Secure Boot: unsigned modules are refused" all refused gone
	for who in known dkms; do
		from $who
		why="Loading of module with unavailable key is rejected"
		t "Secure Boot: modules with a key that is not enrolled are refused ($who)" all refused gone
	done
	mokutil --import /ksw/known.der /ksw/mok.pub
	t "Secure Boot: mokutil takes both certificates" waiting
	end=reboot
	waiting >/dev/null || end=poweroff
fi
from unknown
why="Loading of module with unavailable key is rejected"
t "Secure Boot: another key is refused, before and after" all refused gone
'

# ---------------------------------------------------------------------- all of it

main()
{
	local name stage=$copy/root/stage

	k612=6.12
	[ "$(host_suite)" = bookworm ] || k612=6.12-deb12
	"$QEMU_DIR/deps.sh" make=make unshare=util-linux
	for name in 6.1 $k612; do
		take_lock "$KSW_CACHE/build/.$name.lock" "the kernel $name"
		bash "$QEMU_DIR/kernel.sh" "$name"
	done

	try "the sources, dkms.conf, debian/changelog and CHANGES have one version" versions_agree
	version=$(bash "$TOP/tools/check-version.sh") || finish
	try "another version in any of them is found" versions_differ
	try "make deb builds the packages" build_packages
	[ "$tried" -eq 0 ] || finish

	make_root
	rel61=$(release 6.1) rel612=$(release $k612)
	cp -a --reflink=auto "$packages_root/root" "$copy"
	cp -r "$work/debs" "$copy/root/debs"
	cp -r "$TOP/debian/tests" "$copy/root/tests"
	mkdir "$copy/root/headers"
	cp "$packages_root"/headers/*.deb "$copy/root/headers/"
	# a library that 6.12's headers want newer stays when they go
	inside 'cd /root/headers
		ls *.deb | grep -v ^linux- | sed "s|^|./|" | xargs -r apt-get -qq -y install' >>"$log" 2>&1 </dev/null
	listing "$work/before"

	try "lintian finds no errors" lint
	grep -E '^[WI]: ' "$work/said" | sed 's/^/# lintian: /' || :
	try "the packages install into a clean Debian 12" install_packages
	try "DKMS built and installed it for $rel61" built_for "$rel61"
	try "DKMS builds it for $rel612 when its headers come" more_headers
	try "the tools run" tools_run
	try "ksw-try of the package names a planted mistake" driver_tried
	try "ksw-try of the package builds Windows sources, and runs them" windows_tried
	for name in "$rel61" "$rel612"; do
		try "drivers build against the packages alone, for $name" dependents "$name"
	done

	sources
	try "openssl makes keys as the documentation says" keys
	try "the kmod and mokutil of Debian are at hand for the guests" stage_kmod
	for name in "$rel61" "$rel612"; do
		try "make modules_install installs, and runs depmod, for $name" modules_install "$name"
		try "make sign, make modules_install: modinfo shows the signer, for $name" signed "$name" known
	done
	try "the same with another key" signed "$rel612" unknown
	try "what the kernel needs to know of firmware is at hand" stage_efi
	try "purged, the packages leave nothing behind" nothing_left
	try "without packages: dkms add, install and remove, for $rel61" dkms_tree "$rel61"

	for name in 6.1 $k612; do
		guest "$name" "$name" "$LOADING" "$stage/$(release "$name")"/{dkms,installed,known} "$TOP/tools/ksw-report" \
			"$KSW_CACHE/kernels/$name"/root/boot/config-*
	done
	export KCMDLINE=module.sig_enforce=1
	guest $k612 sign "$SECURE" "$stage/$rel612"/{dkms,installed,known,unknown}
	secure_guest "$stage/$rel612"/{dkms,installed,known,unknown} "$work"/{known.der,mok.pub}
	finish
}

finish()
{
	[ $failed -eq 0 ] || echo "# what all commands said: $log"
	echo "$passed passed, $failed failed"
	if [ $failed -eq 0 ]; then exit 0; fi
	exit 1
}

main
