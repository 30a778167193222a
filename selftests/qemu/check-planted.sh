#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-planted.sh [BUG...]: sees that the debug kernels report a bug of each
# class, each in a guest of its own, since many a sanitizer falls silent after its
# first report; where KERNEL is said, that it reports those that it looks for. The
# last line is as that of check.sh.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
built=""

# those of one kernel follow one another
all="uaf leak sleep lockorder object nomem race"
# shellcheck disable=SC2086	# they are words
[ $# -gt 0 ] || case ${KERNEL-} in
*-uml-kasan)	set -- uaf sleep lockorder object nomem ;;
*-kcsan)	set -- race ;;
*-kasan)	set -- uaf leak sleep lockorder object nomem ;;
*)		set -- $all ;;
esac
for bug; do
	case " $all " in *" $bug "*) ;; *) die "no bug is called '$bug'; there are: $all" ;; esac
done
for bug; do
	name=6.1-kasan
	[ "$bug" != race ] || name=6.1-kcsan
	name=${KERNEL:-$name}
	if [ "$built" != "$name" ]; then
		take_lock "$KSW_CACHE/build/.$name.lock" "the kernel $name"
		bash "$QEMU_DIR/kernel.sh" "$name"
		bash "$QEMU_DIR/build.sh" "$name" check
		built=$name
	fi
	build=$KSW_CACHE/build/$name
	cp "$TOP/selftests/planted.sh" "$build/src/selftests/modules/ksw_planted.ko" "$build/guest/"
	echo "bug=$bug" >"$build/guest/planted.conf"
	rm -f "$work/totals"
	KSW_NO_KMEMLEAK=1 KSW_TESTS=planted.sh bash "$QEMU_DIR/run.sh" "$name" check "$work/totals" || :
	totals "$work/totals"
	# it is here to be found, not to be skipped
	failed=$((failed + skipped)) skipped=0
done
finish
