#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# docs.sh [--man] [DIR]: makes DIR/html and DIR/man (Documentation/output), or the
# latter alone, with Sphinx and the kernel's own kernel-doc. Any warning is an
# error.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

what='all'
if [ "${1-}" = --man ]; then
	what='man'
	shift
fi
docs=$TOP/Documentation
out=$(realpath -m "${1:-$docs/output}")

bash "$TOP/tools/check-docs.sh" || exit 1
version=$(bash "$TOP/tools/check-version.sh") || exit 1
"$QEMU_DIR/deps.sh" perl=perl
[ $what = man ] || "$QEMU_DIR/deps.sh" sphinx-build=python3-sphinx dot=graphviz

# kernel-doc and its Sphinx extension
kdoc=$("$QEMU_DIR/source.sh")

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# quiet COMMAND...: anything that it says on stderr is an error
quiet()
{
	if ! "$@" 2>"$log" || [ -s "$log" ]; then
		cat "$log" >&2
		die "the documentation gave warnings: ${1##*/}"
	fi
}

# of trace events kernel-doc knows some alone
sources=("$TOP"/ksworker.[hc] "$TOP"/core/[!t]*.[hc])
mkdir -p "$out"
rm -rf "$out/html" "$out/man"
# the kernel's own warnings come twice; once, with their lines, is enough
quiet perl "$kdoc/scripts/kernel-doc" -none -Werror "${sources[@]}"
# what the kernel's extension should do otherwise is the kernel's affair
export PYTHONWARNINGS=ignore::DeprecationWarning,ignore::PendingDeprecationWarning,ignore::SyntaxWarning
[ $what = man ] || KSW_KERNEL_DOC=$kdoc KSW_VERSION=$version quiet sphinx-build -q -W --keep-going -b html -d "$out/doctrees" "$docs" "$out/html"

# What a function's page has besides kernel-doc: its header, an example out of those of
# the documentation (the shortest function that calls it), and its relatives.
example_of()
{
	awk -v call="$1" '
	FNR == 1 { text = ""; inside = 0 }
	/^(static |VOID |NTSTATUS |int |DEFINE_)/ && !inside { text = ""; n = 0; inside = !/;$/; line = /;$/ ? $0 : "" }
	inside { text = text $0 "\n"; n++ }
	line ~ "(^|[^A-Za-z_])" call "[(]" && !best { best = line "\n" }
	inside && /^}/ {
		if (text ~ "\n.*[^A-Za-z_]" call "[(]" && (!least || n < least)) {
			best = text
			least = n
		}
		inside = 0
	}
	{ line = "" }
	END { printf "%s", best }' "$docs"/examples/{worker,counted,workitem,levels}.c "$TOP"/samples/edu/ksw_edu.c
}

# Who has the same of these in their names are relatives.
nouns="SpinLock WorkItem Irql Event Timer Dpc Semaphore Mutex Mutant Resource Lookaside Pool
	Interlocked Rundown RemoveLock List Thread"
noun_of()
{
	local n

	case $1 in
	Ks*)	echo Ks; return ;;
	Ob* | Io*Device | DEFINE_DRIVER_OBJECT | ksw_bind_device) echo Device; return ;;
	esac
	for n in $nouns; do
		[[ $1 != *"$n"* ]] || { echo "$n"; return; }
	done
}

complete_page()
{
	local page=$1 name example f n others=()

	name=$(basename "$page" .9)
	n=$(noun_of "$name")
	for f in $functions; do
		[ "$f" != "$name" ] || continue
		if grep -qF "\\fB$f\\fP" "$page" || { [ -n "$n" ] && [ "$(noun_of "$f")" = "$n" ]; }; then
			others+=("$f (9)")
		fi
	done
	sed -i '/^\.SH SYNOPSIS/a .B #include \\(dqksworker.h\\(dq\n.PP' "$page"
	example=$(example_of "$name")
	{
		if [ -n "$example" ]; then
			echo '.SH EXAMPLE'
			echo '.nf'
			# what a roff would take for its own
			sed -e 's/\\/\\e/g' -e "s/^[.']/\\\\\&&/" <<<"$example"
			echo '.fi'
		fi
		echo '.SH SEE ALSO'
		for f in "${others[@]}"; do
			echo ".BR $f,"
		done
		echo '.BR kswtop (1),'
		echo '.BR ksw-try (1)'
	} >>"$page"
}

# A manual page for each function that a driver may call; the version's date
# is that of the newest source.
mkdir -p "$out/man"
functions=$("$TOP/tools/check-docs.sh" --functions)
args=()
for f in $functions; do
	args+=(-function "$f")
done
# its man output warns of nothing that the above did not; it names one section
KBUILD_BUILD_TIMESTAMP=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(stat -c %Y "$TOP/ksworker.c")}" '+%B %Y') \
	perl "$kdoc/scripts/kernel-doc" -man "${args[@]}" "${sources[@]}" 2>/dev/null |
	awk -v dir="$out/man" -v version="$version" '
	/^\.TH / {
		name = $2
		gsub(/"/, "", name)
		if (file)
			close(file)
		file = dir "/" name ".9"
		sub(/"Kernel Hacker.s Manual" LINUX/, "\"ksworker " version "\" \"Windows calls for Linux drivers\"")
		print ".\\\" SPDX-License-Identifier: GPL-2.0-only" >file
	}
	file	{ print >file }'
missing=
for f in $functions; do
	[ -s "$out/man/$f.9" ] || missing="$missing $f"
	[ ! -s "$out/man/$f.9" ] || complete_page "$out/man/$f.9"
done
[ -z "$missing" ] || die "no manual page was made for:$missing"
[ $what = man ] || say "ksworker: $out/html/index.html"
say "ksworker: $(wc -w <<<"$functions") manual pages in $out/man"
