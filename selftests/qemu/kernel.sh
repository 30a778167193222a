#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel.sh NAME: sees that the kernel NAME lies ready in the cache, to build
# against and to boot, and fetches (or builds) it if not. Nothing is installed
# on the machine. It is made beside its place and renamed into it, so that an
# interrupted run leaves nothing that looks whole.
#
# What it leaves in $KSW_CACHE/kernels/NAME:
#   info      shell variables: KREL, KARCH, KIMAGE, KTREE, KGCC, KCROSS, KENV
#             (paths relative to this directory)
#   root/     the headers and what they need
#   modules/  what the guest loads to reach its virtio ports, in load order
#   busybox   a static one for the guest

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=apt.sh
. "$QEMU_DIR/apt.sh"
# shellcheck source=modules.sh
. "$QEMU_DIR/modules.sh"

# loaded by the guest, after what they depend on
GUEST_MODULES="virtio_pci virtio_console"

# fetch_set DIR ROOT PACKAGE...: the packages with what they need of the kernel's
# own packages (not of the rest of the system).
fetch_set()
{
	local dir=$1 root=$2 queue want=() p d

	shift 2
	queue=("$@")
	while [ ${#queue[@]} -gt 0 ]; do
		p=${queue[0]}
		queue=("${queue[@]:1}")
		case " ${want[*]} " in *" $p "*) continue ;; esac
		want+=("$p")
		while IFS= read -r d; do
			queue+=("$d")
		done < <(depends "$p" | grep -E '^linux-(base|image|binary|modules|headers|kbuild)-[0-9]' || :)
	done
	mkdir -p "$dir" "$root"
	fetch_debs "$dir" "${want[@]}"
	unpack_debs "$dir" "$root"
	rm -rf "$dir"
}

# mend ROOT: the headers' links and Makefiles name /usr/src and /lib/modules of
# the machine; let them name their neighbours instead.
mend()
{
	local root=$1 f link target

	while IFS= read -r f; do
		# shellcheck disable=SC2016
		sed -E -i 's|^(-?include) /usr/src/|\1 $(dir $(lastword $(MAKEFILE_LIST)))../|' "$f"
	done < <(grep -lE '^-?include /usr/src/' "$root"/usr/src/*/Makefile || :)
	# what KBUILD_OUTPUT is, is told by a Makefile that lies there
	# shellcheck disable=SC2016
	sed -i 's|^KBUILD_OUTPUT=/usr/src/.*|KBUILD_OUTPUT := $(realpath $(dir $(lastword $(MAKEFILE_LIST))))|' \
		"$root"/usr/src/*/Makefile
	while IFS= read -r link; do
		target=$(readlink "$link")
		ln -sfn "$(realpath -m --relative-to="$(dirname "$link")" "$root$target")" "$link"
	done < <(find "$root" -type l -lname '/*')
}

# busybox DIR: a static busybox out of Debian's package.
busybox()
{
	mkdir -p "$1/bb"
	fetch_debs "$1/bb" busybox-static
	dpkg-deb --fsys-tarfile "$1"/bb/busybox-static_*.deb |
		tar -xO --wildcards '*bin/busybox' >"$1/busybox"
	chmod 755 "$1/busybox"
	rm -rf "$1/bb"
}

# newest SERIES FLAVOUR: the newest release whose image and headers can be had; a
# mirror may be in the middle of getting the next.
newest()
{
	local r

	in_apt_root apt-cache pkgnames "linux-image-$1." |
		sed -nE "s/^linux-image-(${1//./\\.}\.[0-9.]+([+~-][a-z]*[0-9.]+)*-$2)\$/\1/p" |
		sort -rV |
		while IFS= read -r r; do
			if in_apt_root apt-cache show "linux-image-$r" "linux-headers-$r" >/dev/null 2>&1; then
				echo "$r"
				break
			fi
		done
}

# native_tools RELEASE: the build tools of a foreign kernel are to run on this
# machine: unpack those of its own architecture over them.
native_tools()
{
	local kbuild native

	kbuild=$(depends "linux-headers-$1" | grep '^linux-kbuild-')
	native=$(dpkg --print-architecture)
	apt_root "$suite" "$native"
	mkdir -p "$tmp/native"
	fetch_debs "$tmp/native" "$kbuild"
	unpack_debs "$tmp/native" "$root"
	rm -rf "$tmp/native"
	apt_root "$suite" "$arch"
}

# stock SERIES FLAVOUR SUITE ARCH: a kernel as Debian built it.
stock()
{
	local series=$1 flavour=$2 suite=$3 arch=$4
	local headers release image tree root=$tmp/root gcc cross="" karch

	apt_root "$suite" "$arch"
	release=$(newest "$series" "$flavour")
	[ -n "$release" ] || die "no kernel $series of flavour $flavour in what could be read of Debian's $suite"
	fetch_set "$tmp/debs" "$root" "linux-image-$release" "linux-headers-$release"
	[ "$arch" != arm64 ] || native_tools "$release"
	mend "$root"
	headers=$root/usr/src/linux-headers-$release
	[ -d "$headers" ] || die "no headers of $release in $suite"
	image=$(cd "$tmp" && find root -name "vmlinu[xz]-$release" -o -path "*/modules/$release/vmlinu[xz]")
	[ -n "$image" ] || die "no image of $release in $suite"
	tree=root/usr/src/linux-headers-$release
	gcc=$(sed -n 's/^.*CROSS_COMPILE)\(gcc-[0-9][0-9]*\).*$/\1/p' "$headers/.kernelvariables" | head -n 1)
	case $arch in
	arm64)	karch=arm64 cross=aarch64-linux-gnu- ;;
	*)	karch=x86 ;;
	esac
	# shellcheck disable=SC2086	# they are words
	guest_modules "$root" "$release" "$tmp/modules" $GUEST_MODULES
	# the rest of the modules is nine tenths of it all, and loaded by nobody
	rm -rf "$root"/lib/modules/*/kernel "$root"/usr/lib/modules/*/kernel \
		"${root:?}"/usr/share "$root"/boot/System.map*
	# busybox is not in backports
	case $suite in *-backports) apt_root "${suite%-backports}" "$arch" ;; esac
	busybox "$tmp"
	cat >"$tmp/info" <<-INFO
	FORMAT=$CACHE_FORMAT
	KREL=$release
	KARCH=$karch
	KIMAGE=$image
	KTREE=$tree
	KGCC=${gcc:-gcc}
	KCROSS=$cross
	INFO
}

# progress <LOG: on a terminal, which file a make is at, and for how long
progress()
{
	local step file text n=0 begun=$SECONDS cols

	if [ ! -t 2 ]; then
		cat >/dev/null
		return
	fi
	cols=$(tput cols 2>/dev/null || echo 80)
	while read -r step file; do
		[ "$step" = CC ] || continue
		n=$((n + 1))
		printf -v text '  ...  %d:%02d, %d files, now %s' \
			$(((SECONDS - begun) / 60)) $(((SECONDS - begun) % 60)) $n "$file"
		printf '\r\033[K%s' "${text:0:cols - 1}" >&2
	done
	printf '\r\033[K' >&2
}

# built SERIES SUITE: a kernel built from Debian's sources, of tinyconfig and the
# fragments of $name, the later before the earlier. Kept are the image and what
# modules are built against.
built()
{
	local series=$1 suite=$2 src=$tmp/linux gcc=gcc-12 arch=x86 image=bzImage
	local line want option version fragments=() dirs=arch/x86

	mapfile -t fragments < <(fragments)
	case $name in
	*-uml*)	arch=um image=linux dirs="arch/um arch/x86 arch/x86/um" ;;
	esac
	"$QEMU_DIR/deps.sh" "kernel:$name"
	apt_root "$suite" amd64
	mkdir -p "$tmp/debs" "$tmp/unpacked"
	fetch_debs "$tmp/debs" "linux-source-$series"
	version=$(dpkg-deb -f "$tmp"/debs/linux-source-*.deb Version)
	unpack_debs "$tmp/debs" "$tmp/unpacked"
	mkdir "$src"
	tar -xf "$tmp/unpacked/usr/src/linux-source-$series.tar.xz" -C "$src" --strip-components=1
	rm -rf "$tmp/debs" "$tmp/unpacked"
	# busybox now, while the network is known to be there; it is not in backports
	case $suite in *-backports) apt_root "${suite%-backports}" amd64 ;; esac
	busybox "$tmp"

	unset MAKEFLAGS MFLAGS MAKELEVEL KERNELRELEASE KDIR ARCH CROSS_COMPILE CC M O V C W
	kconf()
	{
		make -s -C "$src" ARCH=$arch CC=$gcc HOSTCC=$gcc "$@" >>"$tmp/log" 2>&1 </dev/null || {
			tail -n 40 "$tmp/log" >&2
			die "building the kernel $name failed"
		}
	}
	# what lasts is seen on a terminal
	compile()
	{
		make -C "$src" ARCH=$arch CC=$gcc HOSTCC=$gcc "-j$(nproc)" $image modules 2>&1 </dev/null |
			tee -a "$tmp/log" | progress || {
			tail -n 40 "$tmp/log" >&2
			die "building the kernel $name failed"
		}
	}
	if [ $arch = um ]; then
		patch -s -p1 -d "$src" -i "$QEMU_DIR/uml.patch" >&2 ||
			die "uml.patch is not for linux-source-$series $version"
	fi
	kconf tinyconfig
	cat "${fragments[@]}" >>"$src/.config"
	kconf olddefconfig
	# Kconfig drops what it cannot have, and says nothing
	want=
	while IFS= read -r line; do
		option=${line#\# }
		option=${option%%[= ]*}
		case $line in
		CONFIG_*)	grep -qxF "$line" "$src/.config" || want="$want $line" ;;
		*" is not set")	! grep -q "^$option=" "$src/.config" || want="$want $line" ;;
		esac
	done < <(cat "${fragments[@]}" | last_said)
	[ -z "$want" ] || die "the kernel $name did not take:$want"

	say "ksworker: building the kernel $name from linux-source-$series (minutes, once)"
	compile
	case $arch in
	um)	cp "$src/linux" "$tmp/vmlinuz" ;;
	*)	cp "$src/arch/x86/boot/bzImage" "$tmp/vmlinuz" ;;
	esac
	cp "$src/.config" "$tmp/config"
	# shellcheck disable=SC2086
	headers_of "$src" "$tmp/tree" $dirs
	# the compiler wants it, though there is nothing in it
	[ $arch != um ] || mkdir -p "$tmp/tree/arch/um/include/generated/uapi"
	release=$(cat "$src/include/config/kernel.release")
	rm -rf "$src"
	mkdir "$tmp/modules"
	# ACPI's table of interrupt lines is a program, which the debug kernels take
	# half a minute to run
	cat >"$tmp/info" <<-INFO
	FORMAT=$CACHE_FORMAT
	KREL=$release-${name#*-}
	KARCH=$arch
	KIMAGE=vmlinuz
	KTREE=tree
	KGCC=$gcc
	KCROSS=
	KSLOW=$slow
	KMEM=1536
	KCMDLINE=$cmdline
	KSOURCE=$version
	KFRAGMENTS=$(made_of)
	INFO
}

# fragments: the files that $name is configured by
fragments()
{
	local f names

	case $name in
	*-uml-kasan)	names="uml kasan uml-kasan" ;;
	*-uml)		names="uml" ;;
	*)		names="debug ${name##*-}" ;;
	esac
	for f in $names; do
		echo "$QEMU_DIR/$f.config"
	done
}

# last_said: of options that are said twice, the last
last_said()
{
	tac | awk '
		/^CONFIG_/		{ option = substr($1, 1, index($1, "=") - 1) }
		/^# CONFIG_.* is not set$/ { option = $2 }
		option != "" && !said[option]++ { print }
		{ option = "" }'
}

# made_of: what tells this kernel's configuration from another.
made_of()
{
	local files

	mapfile -t files < <(fragments)
	case $name in *-uml*) files+=("$QEMU_DIR/uml.patch") ;; esac
	cat "${files[@]}" | cksum | cut -d ' ' -f 1
}

# headers_of TREE DIR ARCHDIR...: of a built tree, what modules need (the list is
# that of the kernel's own scripts/package/builddeb).
headers_of()
{
	local tree=$1 dir=$2

	shift 2
	(
		cd "$tree"
		find . "$@" -maxdepth 1 -name 'Makefile*'
		find include scripts -type f -o -type l
		find "$@" -name Kbuild.platforms -o -name Platform
		find "$@" -type d \( -name include -o -name scripts -o -path '*/um/asm' \
			-o -path '*/um/shared' \) -exec find {} -type f \;
		for f in .config Module.symvers tools/objtool/objtool; do
			[ ! -e $f ] || echo $f
		done
	) | grep -v '\.o$' | sort -u >"$tmp/list"
	mkdir -p "$dir"
	tar -C "$tree" -cf - -T "$tmp/list" | tar -C "$dir" -xf -
	rm -f "$tmp/list"
}

make_kernel()
{
	case $name in
	6.1)		stock 6.1 amd64 bookworm amd64 ;;
	6.1-rt)		stock 6.1 rt-amd64 bookworm amd64 ;;
	6.1-arm64)	stock 6.1 arm64 bookworm arm64 ;;
	6.12)		stock 6.12 amd64 "$suite_612" amd64 ;;
	6.12-rt)	stock 6.12 rt-amd64 "$suite_612" amd64 ;;
	6.12-deb12)	stock 6.12 amd64 bookworm-backports amd64 ;;
	7.2)		stock 7.2 amd64 trixie-backports amd64 ;;
	7.2-rt)		stock 7.2 rt-amd64 trixie-backports amd64 ;;
	6.1-kasan)	slow=4 cmdline=pci=noacpi; built 6.1 bookworm ;;
	6.1-kcsan)	slow=3 cmdline=pci=noacpi; built 6.1 bookworm ;;
	7.2-uml*)	slow=1 cmdline=""; built 7.2 trixie-backports ;;
	esac
}

# up_to_date: what lies in the cache is what this would make
up_to_date()
{
	[ -z "${KSW_REFRESH-}" ] || return 1
	grep -qx "FORMAT=$CACHE_FORMAT" "$dir/info" 2>/dev/null || return 1
	case $name in
	*-kasan | *-kcsan | *-uml) grep -qx "KFRAGMENTS=$(made_of)" "$dir/info" ;;
	esac
}

# A function, so that the shell has read all of this before minutes go by in which
# somebody may edit it.
main()
{
	name=${1-}
	case " $KERNELS_ALL 6.12-deb12 " in
	*" $name "*) ;;
	*)	die "no kernel is called '$name'; there are: $KERNELS_ALL" ;;
	esac
	# 6.12 is trixie's own; bookworm has it in its backports, and as 6.12-deb12
	# it is bookworm's everywhere, for the packages' test
	suite_612=bookworm-backports
	[ "$(host_suite)" != trixie ] || suite_612=trixie

	dir=$KSW_CACHE/kernels/$name
	take_lock "$KSW_CACHE/kernels/.$name.lock" "the kernel $name"
	"$QEMU_DIR/deps.sh" "guest:$name"
	if up_to_date; then
		exit 0
	fi
	"$QEMU_DIR/deps.sh" dpkg-deb=dpkg
	rm -rf "$KSW_CACHE/kernels/.$name".?????? # of runs that were killed
	tmp=$(mktemp -d "$KSW_CACHE/kernels/.$name.XXXXXX")
	trap 'rm -rf "$tmp"' EXIT
	chmod 755 "$tmp"
	make_kernel
	rm -rf "$dir" "$tmp/apt"
	mv "$tmp" "$dir"
	say "ksworker: kernel $name is $(sed -n 's/^KREL=//p' "$dir/info")"
	exit 0
}
main "$@"
