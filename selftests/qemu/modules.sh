# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Modules of a kernel's own for the guest. Sourced after lib.sh and apt.sh.

# guest_modules ROOT RELEASE DIR MODULE...: copies them and their dependencies,
# numbered in load order. What is built in needs no copy.
guest_modules()
{
	local root=$1/lib/modules/$2 dir=$3 m

	[ -d "$root" ] || root=$1/usr/lib/modules/$2
	mkdir -p "$dir"
	shift 3
	for m; do
		guest_module "$m"
	done
}

guest_module()
{
	local name=${1//-/_} file n

	! compgen -G "$dir/*-$name.ko" >/dev/null || return 0
	if grep -qE "/${name//_/[-_]}\.ko$" "$root/modules.builtin"; then
		return
	fi
	file=$(find "$root/kernel" -name "${name//_/[-_]}.ko*" | head -n 1)
	[ -n "$file" ] || die "no module $name in $root"
	case $file in
	*.xz)
		"$QEMU_DIR/deps.sh" xz=xz-utils
		xz -dc "$file" >"$dir/.$name"
		;;
	*.zst)
		"$QEMU_DIR/deps.sh" zstd=zstd
		zstd -qdc "$file" >"$dir/.$name"
		;;
	*.gz)	gzip -dc "$file" >"$dir/.$name" ;;
	*)	cp "$file" "$dir/.$name" ;;
	esac
	for n in $(tr '\0' '\n' <"$dir/.$name" | sed -n 's/^depends=//p' | tr ',' ' '); do
		guest_module "$n"
	done
	n=$(find "$dir" -name '*.ko' | wc -l)
	mv "$dir/.$name" "$dir/$(printf '%02d' "$n")-$name.ko"
}

# kernel_modules NAME DIR MODULE...: the same out of the package of the kernel NAME,
# which is kept from then on.
kernel_modules()
{
	local name=$1 dir=$2 debs=$KSW_CACHE/kernels/$1/debs suite arch=amd64 KREL KARCH p

	shift 2
	# shellcheck disable=SC1090,SC1091
	. "$KSW_CACHE/kernels/$name/info"
	case $name in
	7.*)		suite=trixie-backports ;;
	6.12-deb12)	suite=bookworm-backports ;;
	6.12*)		suite=bookworm-backports; [ "$(host_suite)" != trixie ] || suite=trixie ;;
	*)		suite=bookworm ;;
	esac
	[ "$KARCH" != arm64 ] || arch=arm64
	tmp=$(mktemp -d "$KSW_CACHE/kernels/.$name.XXXXXX")
	if ! compgen -G "$debs/*.deb" >/dev/null; then
		apt_root "$suite" "$arch"
		in_apt_root apt-cache show "linux-image-$KREL" >/dev/null 2>&1 ||
			die "the mirror no longer has $KREL, whose modules are wanted: KSW_REFRESH=1 make fetch KERNELS=$name has it followed by a newer one"
		mkdir -p "$tmp/debs"
		# newer ones have what is booted in packages of its own
		# shellcheck disable=SC2046
		fetch_debs "$tmp/debs" "linux-image-$KREL" \
			$(depends "linux-image-$KREL" | grep -E '^linux-(binary|modules)-' || :)
		mkdir -p "$debs"
		mv "$tmp"/debs/*.deb "$debs/"
	fi
	mkdir -p "$tmp/root"
	for p in "$debs"/*.deb; do
		dpkg-deb --fsys-tarfile "$p" | tar -x --no-same-owner -C "$tmp/root" --wildcards '*/lib/modules/*' 2>/dev/null || :
	done
	guest_modules "$tmp/root" "$KREL" "$dir" "$@"
	rm -rf "$tmp"
}
