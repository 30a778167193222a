#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-headers.sh: compiles the Windows-named headers, each alone and twice, and a
# file with every call's type, by gcc and clang, for x86-64 and arm64, with all
# warnings as errors, and sees that no other header is read. With Linux' headers
# before and after they are compiled by the test suite. The last line is "N passed, N
# failed".

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

"$QEMU_DIR/deps.sh" gcc=gcc clang=clang

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

wdm=$TOP/wdm
# what Kbuild gives to every file, and wdm.kbuild to a port's
flags=(-nostdinc -std=gnu11 -fshort-wchar -fno-strict-aliasing -fno-common -O2
	-D__KERNEL__ -DMODULE -DCONFIG_64BIT -Wall -Wextra -Wundef -Werror
	-Werror=strict-prototypes -Werror=incompatible-pointer-types
	-Wno-unused-parameter -Wno-pointer-sign
	-fms-extensions -fgnu89-inline -Wno-unknown-pragmas -Wno-multichar
	-Wno-strict-prototypes "-I$wdm/include")
clang=(-Wno-microsoft -Wno-four-char-constants)

passed=0 failed=0
result()
{
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok - $2"
		cat "$work/log"
	fi
}

# compile NAME FILE COMMAND...: and only headers of ours are read
compile()
{
	local name=$1 file=$2 rc=0

	shift 2
	"$@" "${flags[@]}" -fsyntax-only -MD -MF "$work/read" "$file" >"$work/log" 2>&1 || rc=1
	if [ $rc -eq 0 ]; then
		# no file at all would do, too
		[ -s "$work/read" ] && ! grep -oE '[^ ]+\.h' "$work/read" |
			grep -v "^$wdm/include/" >"$work/log" || rc=1
	fi
	result $rc "$name: $*"
}

compilers=("gcc" "clang ${clang[*]} --target=x86_64-linux-gnu"
	"clang ${clang[*]} --target=aarch64-linux-gnu")
! have aarch64-linux-gnu-gcc || compilers+=(aarch64-linux-gnu-gcc)

for compiler in "${compilers[@]}"; do
	read -ra command <<<"$compiler"
	for path in "$wdm"/include/*.h; do
		header=${path##*/}
		# it is for the Linux side
		[ "$header" != ksw_driver.h ] || continue
		echo "#include <$header>" >"$work/alone.c"
		compile "$header alone" "$work/alone.c" "${command[@]}"
		printf '#include <%s>\n#include <%s>\n' "$header" "$header" >"$work/twice.c"
		compile "$header twice" "$work/twice.c" "${command[@]}"
		# before and after all the others
		printf '#include <%s>\n#include <ntifs.h>\n#include <ks.h>\n' \
			"$header" >"$work/first.c"
		compile "$header first" "$work/first.c" "${command[@]}"
		printf '#include <ntifs.h>\n#include <ks.h>\n#include <%s>\n' \
			"$header" >"$work/last.c"
		compile "$header last" "$work/last.c" "${command[@]}"
	done
	for define in -DDBG=0 -DDBG=1 -DCONFIG_LOCKDEP -DKSW_PLAIN_SYMBOLS; do
		compile "every name, $define" "$TOP/selftests/modules/wdm/wtest_names.c" \
			"${command[@]}" $define
	done
done

# where the modules were built: each call is exported by one of them
if [ -e "$TOP/Module.symvers" ] && grep -q '[[:space:]]wdm/ksw_wdm' "$TOP/Module.symvers"; then
	gcc "${flags[@]}" -DWTEST_LINK -c -o "$work/names.o" \
		"$TOP/selftests/modules/wdm/wtest_names.c"
	rc=0
	nm -u "$work/names.o" | awk '{ print $2 }' | grep -v '^_*mem\|^__this_module$' |
		grep -vxF -f <(awk '{ print $2 }' "$TOP/Module.symvers") >"$work/log" && rc=1
	result $rc "every call that is declared is exported"
fi

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
