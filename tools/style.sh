#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# style.sh [CHECK...]: the static checks (spdx kernel-doc shellcheck codespell
# checkpatch sparse analyze), or those that are named. The last line is "N passed, N
# failed".

# try() calls most functions by their names
# shellcheck disable=SC2317

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

series=6.1
scripts=

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

passed=0 failed=0 known=0
# try NAME COMMAND...: passes where it succeeds and says nothing. Where $kept is set, it
# is the file that says that it did so before, with the same sources.
kept=
try()
{
	local name=$1 rc=0

	shift
	if [ -n "$kept" ] && [ -e "$kept" ]; then
		passed=$((passed + 1)) known=$((known + 1))
		return
	fi
	"$@" >"$tmp/log" 2>&1 </dev/null || rc=$?
	if [ $rc -eq 0 ] && [ ! -s "$tmp/log" ]; then
		passed=$((passed + 1))
		[ -z "$kept" ] || : >"$kept"
	else
		failed=$((failed + 1))
		echo "not ok $name"
		sed 's/^/    /' "$tmp/log"
	fi
}

# The kernel's own scripts
kernel_scripts()
{
	"$QEMU_DIR/deps.sh" perl=perl
	[ -n "$scripts" ] || scripts=$("$QEMU_DIR/source.sh")/scripts
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
#   CONSTANT_COMPARISON	it takes LINUX_VERSION_CODE for a constant
#   JIFFIES_COMPARISON	it takes the << of a stamp for a comparison
#   COMPLEX_MACRO, MACRO_ARG_REUSE
#			macros that make functions, rows and file operations
ignored=CAMELCASE,NEW_TYPEDEFS,FILE_PATH_CHANGES,LINUX_VERSION_CODE,CONSTANT_COMPARISON,JIFFIES_COMPARISON,COMPLEX_MACRO,MACRO_ARG_REUSE
#   OPEN_ENDED_LINE, PARENTHESIS_ALIGNMENT
#			a trace header has the form that the kernel's have
ignored_in_trace=OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT
#   FUNCTION_ARGUMENTS	(VOID) is how Windows declares what takes no argument
ignored_in_header=FUNCTION_ARGUMENTS
#   EMBEDDED_FUNCTION_NAME	what an example prints is a word of its own
ignored_in_examples=EMBEDDED_FUNCTION_NAME
#   SPACING, VOLATILE, POINTER_LOCATION
#			it knows none of Windows' types, and takes * and & for operators
#   PREFER_DEFINED_ATTRIBUTE_MACRO, INLINE, BIT_MACRO, ARCH_DEFINES
#			no header of Linux' stands behind the Windows-named ones
#   MACRO_WITH_FLOW_CONTROL, MULTISTATEMENT_MACRO_USE_DO_WHILE, TRAILING_SEMICOLON,
#   LINE_SPACING, LEADING_SPACE, TRAILING_STATEMENTS, TABSTOP, MACRO_ARG_PRECEDENCE,
#   EXPORT_SYMBOL, CODE_INDENT	macros that make families of functions, and _Generic
ignored_in_windows=SPACING,VOLATILE,POINTER_LOCATION,PREFER_DEFINED_ATTRIBUTE_MACRO
ignored_in_windows+=,INLINE,BIT_MACRO,ARCH_DEFINES
ignored_in_windows+=,MACRO_WITH_FLOW_CONTROL,MULTISTATEMENT_MACRO_USE_DO_WHILE,TRAILING_SEMICOLON
ignored_in_windows+=,LINE_SPACING,LEADING_SPACE,TRAILING_STATEMENTS,TABSTOP,MACRO_ARG_PRECEDENCE
ignored_in_windows+=,EXPORT_SYMBOL,CODE_INDENT,FUNCTION_ARGUMENTS
#   PREFER_KERNEL_TYPES	it is a program, not part of the kernel
ignored_in_programs=PREFER_KERNEL_TYPES

checkpatch()
{
	local ignore=$ignored

	case $1 in
	*/trace.h)		ignore=$ignore,$ignored_in_trace ;;
	core/neighbours.c | core/objects.c) ignore=$ignore,LINE_SPACING ;;	# KSW_EXPORT() follows its function
	wdm/debug.c)		ignore=$ignore,PRINTK_WITHOUT_KERN_LEVEL ;;	# it is an argument
	wdm/pool.c)		ignore=$ignore,MACRO_WITH_FLOW_CONTROL ;;	# families of functions
	wdm/irql.c)		ignore=$ignore,USE_LOCKDEP ;;	# KeTestSpinLock() asks just that
	ksworker.h)		ignore=$ignore,$ignored_in_header ;;
	Documentation/examples/wdm/*) ignore=$ignore,$ignored_in_windows ;;
	Documentation/examples/*) ignore=$ignore,$ignored_in_examples ;;
	*/edu_demo.c)		ignore=$ignore,$ignored_in_programs ;;
	wdm/include/* | wdm/register.c | wdm/strsafe.c | selftests/modules/wdm/*)
				ignore=$ignore,$ignored_in_windows ;;
	esac
	# it looks for an include folder, and leaves a list of names where it runs; of two
	# types that begin alike it wants the longer first
	mkdir -p "$tmp/tree/include"
	printf '%s\n' VOID PVOID ULONG USHORT WCHAR NTSTATUS KIRQL BOOLEAN WORKER_THREAD_ROUTINE \
		IO_WORKITEM_ROUTINE_EX IO_WORKITEM_ROUTINE >"$tmp/types"
	(cd "$tmp/tree" && perl "$scripts/checkpatch.pl" --no-tree --root="$tmp/tree" --strict \
		--terse --no-summary --show-types --max-line-length=100 --typedefsfile="$tmp/types" \
		--ignore "$ignore" -f "$TOP/$1" | sed "s|^$TOP/||") || :
}

check_checkpatch()
{
	local f

	kernel_scripts
	for f in "${sources[@]}"; do
		case $f in
		# they are as drivers for Windows are; of the L"" of the last it makes nothing
		samples/stream/*.[ch] | selftests/modules/wdm/wtest_*.c | selftests/modules/wdm/msvc* | wdm/include/ksw_driver.h) continue ;;
		esac
		kept=$(said checkpatch "$f" "$f" "$TOP/tools/style.sh" "$scripts/checkpatch.pl")
		try "checkpatch $f" checkpatch "$f"
	done
	kept=
}

check_kernel_doc()
{
	local f

	kernel_scripts
	for f in ksworker.[ch] core/*.[ch] wdm/*.[ch] wdm/include/*.h; do
		# of trace events it knows some alone
		case $f in */trace.h) continue ;; esac
		kept=$(said kernel-doc "$f" "$f" "$scripts/kernel-doc")
		try "kernel-doc $f" perl "$scripts/kernel-doc" -none -Werror "$f"
	done
	kept=
}

# Where modules are made; the first makes the symbols that the others need.
modules=(. samples/edu samples/stream selftests/modules bench)

# build DIR: makes the modules of DIR with sparse looking at each source, in a copy and
# for the kernel that the tests boot. Says what sparse says; the compiler's words are
# build.sh's business.
build()
{
	local kernel=$KSW_CACHE/kernels/$series symvers=

	if [ ! -e "$copy" ]; then
		mkdir -p "$copy"
		tar -cf - "${files[@]}" | tar -C "$copy" -xf -
		awk -f selftests/modules/readme.awk README >"$copy/selftests/modules/readme_example.c"
	fi
	[ "$1" = . ] || symvers=$copy/Module.symvers
	# shellcheck disable=SC1091
	. "$kernel/info"
	env -u MAKEFLAGS -u MFLAGS make -C "$kernel/$KTREE" M="$(realpath "$copy/$1")" C=2 \
		CF="-D__CHECK_ENDIAN__" CHECK="bash $TOP/tools/sparse.sh" KSW_DIR="$copy" KBUILD_EXTRA_SYMBOLS="$symvers" \
		modules >"$tmp/make.log" 2>&1 || tail -n 20 "$tmp/make.log"
	grep -E '\.[ch]:[0-9]+:[0-9]+: (warning|error):' "$tmp/make.log" | sed "s|$copy/||" || :
}

# Always of the same name, by which ccache knows what is compiled in it
copy=$KSW_CACHE/build/style
others=
build_needs()
{
	local headers

	[ -z "$others" ] || return 0
	take_lock "$KSW_CACHE/build/.style.lock" "the copy for make style"
	rm -rf "$copy"

	"$QEMU_DIR/deps.sh" sparse=sparse make=make gcc=gcc
	"$QEMU_DIR/kernel.sh" "$series"
	use_ccache "$copy"
	# what else a source is read with
	mapfile -t headers < <(printf '%s\n' "${files[@]}" | grep -E '\.(h|inc|awk|pl)$|(^|/)Kbuild$|\.kbuild$')
	others=$(said "$TOP/tools/style.sh" "$KSW_CACHE/kernels/$series/info" "${headers[@]}")
	others=${others##*/}
	SPARSE_OTHERS="$others $(sparse --version)"
	export SPARSE_OTHERS
}

check_sparse()
{
	local dir

	build_needs
	for dir in "${modules[@]}"; do
		try "sparse $dir" build "$dir"
	done
}

# Findings that are none, each by its file and the text of its line, with its reason:
#   ksw_destroy_item()	io is NULL: ksw_take_back() calls it where "last", which has been
#			read off the state of an io; what is no io leaves it false
#   KeReleaseSpinLock() and the like: KeInitializeSpinLock() sets the flags, which it
#			loses where a KSPIN_LOCK, an integer, is seen as the structure behind
no_findings=(
	"ksworker.h:	if (likely(!ksw_lock_of(SpinLock)->ksw_flags && !irqs_disabled())) {"
	"ksworker.h:	ksw_lock_of(SpinLock)->ksw_flags |= KSW_LOCK_DPC;"
	"ksworker.h:	u8 flags = ksw_lock_of(SpinLock)->ksw_flags;"
	"ksworker.c:	struct ksw_owner *o = ksw_owners[io->node.owner];"
)

# analyze FILE COMMANDS: what clang's analyser finds in FILE, which Kbuild compiled as
# COMMANDS says. Of a kernel's command line it gets what says how
# a source is read, none of gcc's own options; clang's warnings are not asked for. What
# is found in the kernel's headers is not ours.
#   DeprecatedOrUnsafeBufferHandling	it wants C11's memset_s(), which no kernel has
#   PARAVIRT		is off: what patches calls at boot looks as if it used variables
#			that nobody has set, where the analyser follows a path no further
analyze()
{
	local word args=() include='' found where line

	while IFS= read -r word; do
		if [ -n "$include" ]; then
			args+=("$include" "$word")
			include=
			continue
		fi
		case $word in
		-include | -isystem | -I | -D | -U)	include=$word ;;
		-I* | -D* | -U* | -std=* | -nostdinc)	args+=("$word") ;;
		-fshort-wchar | -funsigned-char | -fsigned-char | -fms-extensions | -m64 | -mcmodel=*)	args+=("$word") ;;
		esac
	# the words of the command behind := up to what follows the compiler
	done < <(sed -n '1s/^[^=]*:= //p' "$2" |
		 sed 's/ ; .*//' | xargs -n 1 printf '%s\n')
	# the words of a kernel's tree are relative to it
	# shellcheck disable=SC1091
	. "$KSW_CACHE/kernels/$series/info"
	printf '#undef CONFIG_%s\n' PARAVIRT PARAVIRT_XXL PARAVIRT_SPINLOCKS >"$tmp/analyze.h"
	(cd "$KSW_CACHE/kernels/$series/$KTREE" && clang --analyze --analyzer-output text \
		-Xclang -analyzer-disable-checker \
		-Xclang security.insecureAPI.DeprecatedOrUnsafeBufferHandling \
		-Wno-everything --target=x86_64-linux-gnu "${args[@]}" -include "$tmp/analyze.h" \
		-o "$tmp/analyzed" "$copy/$1" >"$tmp/analyze.log" 2>&1) || :
	grep -E "^$copy/.*: warning:|: (fatal )?error:|^clang: error:" "$tmp/analyze.log" |
		sed "s|^$copy/||" |
		while IFS= read -r found; do
			where=${found#*:}
			line=$(sed -n "${where%%:*}p" "$copy/${found%%:*}" 2>/dev/null)
			for word in "${no_findings[@]}"; do
				[ "$word" != "${found%%:*}:$line" ] || continue 2
			done
			printf '%s\n' "$found"
		done || :
}

check_analyze()
{
	local dir commands f version

	build_needs
	"$QEMU_DIR/deps.sh" clang=clang
	version=$(clang --version)
	for dir in "${modules[@]}"; do
		# sparse's words are its own check's
		[ -e "$copy/$dir/modules.order" ] || build "$dir" >/dev/null
		# what was compiled, not linked
		for commands in "$copy/$dir"/.*.o.cmd "$copy/$dir"/*/.*.o.cmd; do
			[ -e "$commands" ] || continue
			f=$(sed -n 's/^source_.* := //p' "$commands")
			case $f in
			'' | *.mod.c)	continue ;;
			esac
			# ccache says it as seen from the kernel's tree
			f=$(cd "$KSW_CACHE/kernels/$series/$KTREE" && realpath --relative-to="$copy" "$f")
			kept=$(said analyze "$f" "$copy/$f" "$others" "$version" "$(sed -n 1p "$commands")")
			try "analyze $f" analyze "$f" "$commands"
		done
	done
	kept=
}

check_shellcheck()
{
	local f version sourced

	"$QEMU_DIR/deps.sh" shellcheck=shellcheck
	version=$(shellcheck --version)
	# what others source, and so is read with them
	mapfile -t sourced < <(printf '%s\n' "${shells[@]}" | grep -E '/(apt|driver|ksw|lib|modules|root|unload)\.sh$')
	for f in "${shells[@]}"; do
		kept=$(said shellcheck "$f" "$version" "$f" "${sourced[@]}")
		try "shellcheck $f" shellcheck -x "$f"
	done
	kept=
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

[ $# -gt 0 ] || set -- spdx kernel-doc shellcheck codespell checkpatch sparse analyze
for check in "$@"; do
	echo "# $check"
	case $check in
	spdx)		check_spdx ;;
	kernel-doc)	check_kernel_doc ;;
	shellcheck)	check_shellcheck ;;
	codespell)	check_codespell ;;
	checkpatch)	check_checkpatch ;;
	sparse)		check_sparse ;;
	analyze)	check_analyze ;;
	*)		die "there is no check called '$check'" ;;
	esac
done
[ $known -eq 0 ] || echo "# $known of them passed before, and nothing they depend on has changed"
finish
