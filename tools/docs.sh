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
sources=()
for f in "$TOP"/ksworker.[hc] "$TOP"/core/*.[hc] "$TOP"/wdm/*.[hc] "$TOP"/wdm/include/*.h; do
	case $f in */trace.h) ;; *) sources+=("$f") ;; esac
done
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
	END { printf "%s", best }' "$docs"/examples/{worker,counted,workitem,levels}.c "$TOP"/samples/edu/ksw_edu.c \
		"$docs"/examples/wdm/driver.c
}

# Who has the same of these in their names are relatives, and of them those that stand next
# to it, 12 at most.
nouns="SpinLock WorkItem Irql PushLock FastMutex GuardedMutex RemoveLock Rundown Lookaside Pool
	Resource Event Semaphore Mutex Mutant Timer Dpc Interlocked Affinity Thread Region SList
	List BitMap Bit UnicodeString String Bug Dbg Processor Time"
noun_of()
{
	local n

	case $1 in
	Ks*)	noun=Ks; return ;;
	Ob* | Io*Device | DEFINE_DRIVER_OBJECT | ksw_bind_device) noun=Device; return ;;
	esac
	for n in $nouns; do
		[[ $1 != *"$n"* ]] || { noun=$n; return; }
	done
	noun=
}

# complete_page NAME HEADER WINDOWS
complete_page()
{
	local page=$out/man/man9/$1.9 f near=() others=() of=${nouns_of[$1]} named

	named=" $(grep -oE '\\fB[A-Za-z_0-9]+\\fP' "$page" | sed 's/^\\fB//; s/\\fP$//' | tr '\n' ' ' || :)"
	for f in $functions; do
		if [ "$f" = "$1" ]; then
			near=("${near[@]: -6}")
			continue
		fi
		if [[ $named == *" $f "* ]]; then
			others+=("$f")
		elif [ -n "$of" ] && [ ${#near[@]} -lt 12 ] && [ "${nouns_of[$f]}" = "$of" ]; then
			near+=("$f")
		fi
	done
	others+=("${near[@]}")
	sed -i -e "/^\.SH SYNOPSIS/a .B #include $2\n.PP" -e 's/^\.B "KSW_INLINE /.B "/' "$page"
	{
		example_of "$1" >"$log"
		if [ -s "$log" ]; then
			echo '.SH EXAMPLE'
			echo '.nf'
			# what a roff would take for its own
			sed -e 's/\\/\\e/g' -e "s/^[.']/\\\\\&&/" "$log"
			echo '.fi'
		fi
		echo '.SH SEE ALSO'
		for f in "${others[@]}"; do
			echo ".BR $f (9),"
		done
		echo '.BR kswtop (1),'
		echo '.BR ksw-try (1)'
		[ -z "$3" ] || printf '.PP\nMicrosoft describes it, as Windows has it, on a page of the same name.\n'
	} >>"$page"
}

# family_page FILE PAGE: what the DOC comment of a header says, for all that it is of
family_page()
{
	local header=${1##*/}

	case $header in ksw_*) header=wdm.h ;; esac
	awk -v page="$2" -v header="$header" -v version="$version" -v date="$date" '
	/^ \* DOC: / {
		title = substr($0, 9)
		on = 1
		printf ".\\\" SPDX-License-Identifier: GPL-2.0-only\n.TH \"%s\" 9 \"%s\" \"%s\" \"ksworker %s\" \"Windows calls for Linux drivers\"\n", page, page, date, version
		printf ".SH NAME\n%s \\- %s\n.SH SYNOPSIS\n.B #include <%s>\n.SH DESCRIPTION\n", page, title, header
		first = 1
		next
	}
	on && /^ \*\// {
		print ".SH SEE ALSO\n.BR kswtop (1),\n.BR ksw-try (1)"
		exit
	}
	on && /^ \*$/ { if (!first) print ".PP"; next }
	on { first = 0; sub(/^ \* /, ""); gsub(/\\/, "\\e"); sub(/^\./, "\\\\&."); gsub(/ +/, " "); print }' \
		"$TOP/$1" >"$out/man/man9/$2.9"
}

# A manual page for each call, or a link to that of what it is the same as, or of its family;
# the version's date is that of the newest source.
mkdir -p "$out/man/man9"
date=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(stat -c %Y "$TOP/ksworker.c")}" '+%B %Y')
functions=$("$TOP/tools/check-docs.sh" --functions)
calls=$("$TOP/tools/check-docs.sh" --calls)
# in the order in which they stand, so that what belongs together is together
functions=$({
	echo "$functions"
	awk '$2 == $3 { print $2 }' <<<"$calls"
} | awk 'NR == FNR { wanted[$1]; next } FNR == 1 { begins = 0 }
	begins && $2 in wanted { print $2; delete wanted[$2] } { begins = $0 == "/**" }' - "${sources[@]}")
args=()
declare -A nouns_of
for f in $functions; do
	args+=(-function "$f")
	noun_of "$f"
	nouns_of[$f]=$noun
done
# its man output warns of nothing that the above did not; it names one section
KBUILD_BUILD_TIMESTAMP=$date \
	perl "$kdoc/scripts/kernel-doc" -man "${args[@]}" "${sources[@]}" 2>/dev/null |
	awk -v dir="$out/man/man9" -v version="$version" '
	# a paragraph, with columns where it has them
	function end_paragraph(i)
	{
		if (!file)
			return
		if (columns)
			print ".nf" >file
		for (i = 0; i < n; i++)
			print paragraph[i] >file
		if (columns)
			print ".fi" >file
		n = columns = 0
	}
	/^\.TH / {
		end_paragraph()
		name = $2
		gsub(/"/, "", name)
		if (file)
			close(file)
		file = dir "/" name ".9"
		sub(/"Kernel Hacker.s Manual" LINUX/, "\"ksworker " version "\" \"Windows calls for Linux drivers\"")
		print ".\\\" SPDX-License-Identifier: GPL-2.0-only" >file
	}
	/^$/ || /^\.SH/ { end_paragraph() }
	{ paragraph[n++] = $0 }
	/^[^.].*[^.]   / { columns = 1 }
	END	{ end_paragraph() }'
missing=
for f in $functions; do
	[ -s "$out/man/man9/$f.9" ] || { missing="$missing $f"; continue; }
	windows=$(awk -v n="$f" '$2 == n { print $1; exit }' <<<"$calls")
	case $windows in
	'' | ksworker.[ch] | core/*)	complete_page "$f" '\\(dqksworker.h\\(dq' '' ;;
	wdm/strsafe.c)	complete_page "$f" '<ntstrsafe.h>' 1 ;;
	*)	complete_page "$f" '<wdm.h>' 1 ;;
	esac
done
[ -z "$missing" ] || die "no manual page was made for:$missing"
# of ntintsafe.h's there are too many, and string.h's are C's
while read -r file name page; do
	[ "$name" != "$page" ] || continue
	case $file in
	*/string.h)	continue ;;
	*.h)	[ -e "$out/man/man9/$page.9" ] || family_page "$file" "$page" ;;
	esac
	case $file:$name in
	*/ntintsafe.h:* | */ksw_interlocked.h:*Acquire | */ksw_interlocked.h:*Release | \
	*/ksw_interlocked.h:*NoFence | */ksw_interlocked.h:*Raw | *:_*) ;;
	*)	echo ".so man9/$page.9" >"$out/man/man9/$name.9" ;;
	esac
done <<<"$calls"
[ $what = man ] || say "ksworker: $out/html/index.html"
say "ksworker: $(find "$out/man" -name '*.9' | wc -l) manual pages: man -M $out/man NAME"
