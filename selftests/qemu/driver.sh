# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Builds somebody's own drivers for the kernel of build.sh, which sources this.

# shellcheck disable=SC2154,SC2034	# build.sh has set them, and root.sh looks at KSW_SHOW

# build_drivers PATH...: each a folder with a Kbuild, a folder of modules, or a
# module. Leaves them in $guest, and in $guest/modules their names in the order in
# which they are to be loaded, and with-wdm where one needs ksw_wdm; the files with what the debugger knows stay where
# $build/modules says.
build_drivers()
{
	local path files=() f made=() drivers=0 symbols=$src/Module.symvers release

	release=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"$/\1/p' "$kernel/$KTREE/include/generated/utsrelease.h")
	: >"$build/modules"
	: >"$guest/modules"
	rm -rf "$build/try"
	for path; do
		[ -e "$path" ] || die "there is no $path"
		path=$(realpath "$path")
		if [ -f "$path" ]; then
			[[ $path == *.ko ]] || die "$path is neither a folder nor a module (NAME.ko)"
			files+=("$path")
		elif [ -e "$path/Kbuild" ] || [ -e "$path/Makefile" ]; then
			build_driver "$path"
			files+=("${made[@]}")
		else
			mapfile -t made < <(find "$path" -maxdepth 1 -name '*.ko' | sort)
			[ ${#made[@]} -gt 0 ] || die "$path holds neither a Kbuild nor a Makefile nor a module"
			files+=("${made[@]}")
		fi
	done
	for f in "${files[@]}"; do
		path=$(modinfo_of "$f" vermagic | cut -d ' ' -f 1)
		[ "$path" = "$release" ] ||
			die "$f is of the kernel $path, and $name is $release: give its folder, so that it is built"
		cp "$f" "$guest/"
		echo "$f" >>"$build/modules"
	done
	in_order "${files[@]}" >"$guest/modules"
}

# build_driver DIR: sets made. It is built in a copy, whose surroundings are links
# to those of the original, so that an include of ../ finds what it found there.
build_driver()
{
	local dir=$1 at=$1 top copy entry args=(-j"$(nproc)") log=$build/driver.log rc=0

	drivers=$((drivers + 1))
	top=$build/try/$drivers
	copy=$top$dir
	mkdir -p "$copy"
	# none of what was built there, for another kernel
	tar -C "$dir" --exclude-vcs --exclude='*.o' --exclude='*.ko' --exclude='*.mod' \
		--exclude='*.mod.c' --exclude='*.cmd' --exclude='*.order' \
		--exclude='*.symvers' -cf - . | tar -C "$copy" -xf -
	while [ "$at" != / ]; do
		at=$(dirname "$at")
		for entry in "${at%/}"/*; do
			[ -e "$top$entry" ] || ln -s "$entry" "$top$entry"
		done
	done
	[ "$KARCH" = x86 ] || args+=(ARCH="$KARCH")
	[ -z "$KCROSS" ] || args+=(CROSS_COMPILE="$KCROSS")
	# where the calls are that are looked for, and lines for their addresses
	args+=(KCFLAGS="-g -fno-optimize-sibling-calls -I$src" KBUILD_EXTRA_SYMBOLS="$symbols" KSW="$src")
	# where the links lead, seen from within the root of another Debian, too
	case $dir in
	/usr/* | /lib*/* | /etc/* | /proc/*) KSW_SHOW= ;;
	*)	KSW_SHOW=/$(cut -d / -f 2 <<<"$dir") ;;
	esac
	say "ksworker: building $dir"
	"$within" make -C "$kernel/$KTREE" M="$copy" "${args[@]}" modules >"$log" 2>&1 </dev/null || rc=$?
	# its owner has it elsewhere, and need not see what we have of it
	sed -i "s|$top/|/|g; s|$src/|$TOP/|g; /compiler differs from the one/,+2d" "$log"
	if [ $rc -ne 0 ]; then
		complaints "$log" >&2
		if grep -q 'modpost: .* undefined!' "$log" && [[ $name == *-k[ac]san* ]]; then
			say "ksworker: $name is a small kernel, and lacks what is undefined; a stock one may have it"
		fi
		die "$dir does not build for $KREL (log: $log)"
	fi
	! warned "$log" || complaints "$log" >&2
	mapfile -t made < <(find "$copy" -name '*.ko' -not -type l | sort)
	[ ${#made[@]} -gt 0 ] || die "$dir was built, and no module came of it: what does obj-m say?"
	symbols+=" $copy/Module.symvers"
}

# modinfo_of FILE KEY
modinfo_of()
{
	tr '\0' '\n' <"$1" | sed -n "s/^$2=//p" | head -n 1
}

# in_order FILE...: their names, each after those that it depends on
in_order()
{
	local f n d before
	declare -A file=() seen=()

	for f; do
		n=$(basename "$f" .ko)
		[ -z "${file[${n//-/_}]-}" ] || die "two modules are called $n"
		file[${n//-/_}]=$f
	done
	visit()
	{
		[ -z "${seen[$1]-}" ] || return 0
		seen[$1]=1
		before=$(modinfo_of "${file[$1]}" depends)
		for d in ${before//,/ }; do
			d=${d//-/_}
			if [ -n "${file[$d]-}" ]; then
				visit "$d"
			elif [ "$d" = ksw_wdm ]; then
				: >"$guest/with-wdm"
			elif [ "$d" != ksworker ]; then
				echo "$d" >>"$build/needs"
			fi
		done
		basename "${file[$1]}"
	}
	: >"$build/needs"
	for f; do
		n=$(basename "$f" .ko)
		visit "${n//-/_}"
	done
}
