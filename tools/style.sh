#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# style.sh [CHECK...]: the static checks (spdx kernel-doc shellcheck codespell
# checkpatch sparse), or those that are named. The last line is "N passed, N failed".

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"
# shellcheck source=../selftests/qemu/apt.sh
. "$QEMU_DIR/apt.sh"

series=6.1
scripts=$KSW_CACHE/kernel-scripts-$series

cd "$TOP"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
if [ -e .git ] && have git; then
	list=$(git -c safe.directory="$TOP" ls-files --cached --others --exclude-standard)
else
	list=$(find . -type f -not -path '*/output/*' -printf '%P\n')
fi
files=() sources=() shells=()
while IFS= read -r f; do
	[ -s "$f" ] || continue
	files+=("$f")
	case $f in
	*.mod.c)	;;
	*.[ch])		sources+=("$f") ;;
	*)
		case $(head -n 1 "$f" | tr -d '\0') in
		'#!/bin/bash'* | '#!/bin/sh'* | '# shellcheck shell='*) shells+=("$f") ;;
		*)	[ "${f##*.}" != sh ] || shells+=("$f") ;;
		esac
		;;
	esac
done <<<"$list"

passed=0 failed=0
# try NAME COMMAND...: passes where it succeeds and says nothing
try()
{
	local name=$1 rc=0

	shift
	"$@" >"$tmp/log" 2>&1 </dev/null || rc=$?
	if [ $rc -eq 0 ] && [ ! -s "$tmp/log" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok $name"
		sed 's/^/    /' "$tmp/log"
	fi
}

# The kernel's own scripts, out of Debian's source package
kernel_scripts()
{
	local source=/usr/src/linux-source-$series.tar.xz top=linux-source-$series

	"$QEMU_DIR/deps.sh" perl=perl xz=xz-utils
	take_lock "$KSW_CACHE/.kernel-scripts.lock" "the kernel's scripts"
	[ ! -e "$scripts/checkpatch.pl" ] || return 0
	if [ ! -r "$source" ]; then
		apt_root bookworm amd64
		mkdir "$tmp/debs"
		fetch_debs "$tmp/debs" "linux-source-$series"
		unpack_debs "$tmp/debs" "$tmp"
		source=$tmp$source
	fi
	mkdir -p "$scripts"
	tar -xf "$source" -C "$scripts" --strip-components=2 "$top/scripts/checkpatch.pl" \
		"$top/scripts/spelling.txt" "$top/scripts/const_structs.checkpatch" \
		"$top/scripts/kernel-doc"
}

# The licence's text has no place for it, nor have pictures, recordings, JSON and
# the files whose form kselftest prescribes.
has_spdx()
{
	head -n 5 "$1" | grep -q 'SPDX-License-Identifier: GPL-2.0' || echo "no SPDX line"
}

check_spdx()
{
	local f

	for f in "${files[@]}"; do
		case $f in
		COPYING | README | debian/* | Documentation/sessions/* | tools/testdata/* | \
		*.svg | *.json | selftests/config | selftests/settings | .checkpatch-camelcase.* | */.checkpatch-camelcase.*) continue ;;
		esac
		try "spdx $f" has_spdx "$f"
	done
}

# Types of message that are left out, each with its reason:
#   CAMELCASE		the names are Windows'
#   NEW_TYPEDEFS	so are the types
#   FILE_PATH_CHANGES	there is no MAINTAINERS here
#   LINUX_VERSION_CODE	modules outside the tree meet several kernels
#   JIFFIES_COMPARISON	it takes the << of a stamp for a comparison
#   COMPLEX_MACRO, MACRO_ARG_REUSE
#			macros that make functions, rows and file operations
ignored=CAMELCASE,NEW_TYPEDEFS,FILE_PATH_CHANGES,LINUX_VERSION_CODE,JIFFIES_COMPARISON,COMPLEX_MACRO,MACRO_ARG_REUSE
#   OPEN_ENDED_LINE, PARENTHESIS_ALIGNMENT
#			a trace header has the form that the kernel's have
ignored_in_trace=OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT

checkpatch()
{
	local ignore=$ignored

	case $1 in *_trace.h) ignore=$ignore,$ignored_in_trace ;; esac
	# it looks for an include folder, and leaves a list of names where it runs
	mkdir -p "$tmp/tree/include"
	printf '%s\n' VOID PVOID ULONG USHORT WCHAR NTSTATUS KIRQL BOOLEAN >"$tmp/types"
	(cd "$tmp/tree" && perl "$scripts/checkpatch.pl" --no-tree --root="$tmp/tree" --strict \
		--terse --no-summary --show-types --max-line-length=100 --typedefsfile="$tmp/types" \
		--ignore "$ignore" -f "$TOP/$1" | sed "s|^$TOP/||") || :
}

check_checkpatch()
{
	local f

	kernel_scripts
	for f in "${sources[@]}"; do
		try "checkpatch $f" checkpatch "$f"
	done
}

check_kernel_doc()
{
	local f

	kernel_scripts
	for f in ksworker.c ksworker.h; do
		try "kernel-doc $f" perl "$scripts/kernel-doc" -none -Werror "$f"
	done
}

# In a copy, against the kernel that the tests boot; the compiler's words are
# build.sh's business.
sparse_build()
{
	local kernel=$KSW_CACHE/kernels/$series

	"$QEMU_DIR/kernel.sh" "$series" >&2
	mkdir "$tmp/src"
	tar -cf - "${sources[@]}" Kbuild samples selftests | tar -C "$tmp/src" -xf -
	# shellcheck disable=SC1091
	. "$kernel/info"
	env -u MAKEFLAGS -u MFLAGS make -C "$kernel/$KTREE" M="$tmp/src$1" C=2 \
		CF="-D__CHECK_ENDIAN__" KBUILD_EXTRA_SYMBOLS="$2" modules >"$tmp/make.log" 2>&1 ||
		tail -n 20 "$tmp/make.log"
	grep -E '\.[ch]:[0-9]+:[0-9]+: (warning|error):' "$tmp/make.log" || :
	mv "$tmp/src$1/Module.symvers" "$tmp/symvers"
	rm -rf "$tmp/src"
}

check_sparse()
{
	"$QEMU_DIR/deps.sh" sparse=sparse make=make gcc=gcc
	try "sparse ksworker" sparse_build "" ""
	try "sparse samples/edu" sparse_build /samples/edu "$tmp/symvers"
}

check_shellcheck()
{
	local f

	"$QEMU_DIR/deps.sh" shellcheck=shellcheck
	for f in "${shells[@]}"; do
		try "shellcheck $f" shellcheck -x "$f"
	done
}

# A session is what programs said, not what was written. The words that are right:
# Linux' names filp, wqs, and whats and nin, which are names here.
check_codespell()
{
	local f words=()

	"$QEMU_DIR/deps.sh" codespell=codespell
	for f in "${files[@]}"; do
		case $f in
		COPYING | *.svg | *.json | Documentation/sessions/* | tools/testdata/*) continue ;;
		esac
		words+=("$f")
	done
	try "codespell" codespell -L filp,wqs,whats,nin "${words[@]}"
}

[ $# -gt 0 ] || set -- spdx kernel-doc shellcheck codespell checkpatch sparse
for check in "$@"; do
	echo "# $check"
	case $check in
	spdx)		check_spdx ;;
	kernel-doc)	check_kernel_doc ;;
	shellcheck)	check_shellcheck ;;
	codespell)	check_codespell ;;
	checkpatch)	check_checkpatch ;;
	sparse)		check_sparse ;;
	*)		die "there is no check called '$check'" ;;
	esac
done
echo "$passed passed, $failed failed"
exit $((failed > 0))
