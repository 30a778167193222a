#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-docs.sh: sees that documentation and sources name the same things. In the
# documents a name with parentheses is one of ours (or of Linux); what Windows has
# and ksworker has not is written without.
#
# check-docs.sh --functions: lists what a driver may call and has a comment of its own.
# check-docs.sh --calls: lists what a Windows source may call, as "FILE NAME PAGE": the
# file that has its comment, and what its manual page is of, itself or its family.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

cd "$TOP"
sources=(ksworker.c core/*.c)
# the calls of ksw_wdm.ko
neighbours=(wdm/*.c wdm/include/*.h)
errors=0
wrong()
{
	say "check-docs: $*"
	errors=$((errors + 1))
}

exported()
{
	sed -n 's/^EXPORT_SYMBOL_GPL(\([A-Za-z][A-Za-z0-9_]*\));$/\1/p' "${sources[@]}" | sort -u
}

# functions and macros of the header that have a kernel-doc comment
inlines()
{
	awk '/^\/\*\*$/ { getline; if ($2 != "struct" && $3 == "-") print $2 }' ksworker.h | sort -u
}

# kernel-doc comments of functions and macros, as "file name"
commented()
{
	awk 'FNR == 1 { begins = 0 }
	begins && $1 == "*" && $3 == "-" { sub(/\(\)$/, "", $2); if ($2 != "struct") print FILENAME, $2 }
	{ begins = $0 == "/**" }' "$@"
}

# other names that such a comment is for, as "file name of-which"
also()
{
	awk '/^ \* [A-Za-z_0-9]+ - / { name = $2 }
	/^ \*\/?$/ { on = 0 }
	/^ \* Also: / { on = 1; sub(/Also:/, "") }
	on { while (match($0, /[A-Za-z_][A-Za-z_0-9]*\(\)/)) {
		print FILENAME, substr($0, RSTART, RLENGTH - 2), name
		$0 = substr($0, RSTART + RLENGTH)
	} }' "$@"
}

# Each call of a Windows-named header: by its own comment, by another call's, or, where
# macros make it, by the family's, which is the DOC of the header that declares it. Where
# it is by none, the first word is "-".
calls()
{
	"$QEMU_DIR/deps.sh" perl=perl gcc=gcc
	{
		commented ksworker.[ch] "${sources[@]}" "${neighbours[@]}" | sed 's/^/own /'
		also "${neighbours[@]}" | sed 's/^/also /'
		grep -l '^ \* DOC: ' wdm/include/*.h | sed 's/^/doc /'
		sed -n 's/^EXPORT_SYMBOL_GPL(\([A-Za-z0-9_]*\));$/exported \1/p' wdm/*.c
		perl tools/public-calls.pl | sed 's/^/call /'
	} | awk '
	$1 == "own" && !($3 in own)	{ own[$3] = $2 }
	$1 == "also"	{ file[$3] = $2; as[$3] = $4 }
	$1 == "doc"	{ doc[$2] = 1 }
	$1 == "exported"	{ exported[$2] = 1 }
	$1 == "call"	{ declared[$3] = $2 }
	END {
		for (n in as)
			if (!(n in own))
				print file[n], n, as[n]
		for (n in declared) {
			family = declared[n]
			gsub(/.*\/|\.h$/, "", family)
			if (n in own)
				print own[n], n, n
			else if (!(n in as))
				print declared[n] in doc && !(n in exported) ? declared[n] : "- " declared[n], n, family
		}
	}' | sort -u
}

case ${1-} in
--functions)
	{ exported; inlines; } | sort -u
	exit 0 ;;
--calls)
	calls
	exit 0 ;;
esac

pages=(README Documentation/*.rst Documentation/reference/*.rst)
reference=Documentation/ksworker.rst

# what a page calls a function, with the page: "page name"
named()
{
	grep -oE '\b[A-Za-z_][A-Za-z0-9_]*\(\)' "${pages[@]}" | sed 's/()$//; s/:/ /' | sort -u
}

declared=$(grep -ohE '\b[A-Za-z_][A-Za-z0-9_]*\(' ksworker.h "${neighbours[@]}" | tr -d '(' | sort -u)
defined=$(grep -ohE '\b[A-Za-z_][A-Za-z0-9_]*\(' "${sources[@]}" core/*.h samples/edu/*.c Documentation/examples/*.c |
	tr -d '(' | sort -u)
while read -r page name; do
	case $name in
	Ks[A-Z]* | Io[A-Z]* | Ex[A-Z]* | Ke[A-Z]* | Kf[A-Z]* | Ob[A-Z]* | Zw[A-Z]* | Rtl[A-Z]* | Mm[A-Z]* | Ps[A-Z]*)
		grep -qx "$name" <<<"$declared" || wrong "$page: $name() is in no header"
		;;
	ksw_* | edu_*)
		grep -qx "$name" <<<"$declared
$defined" || wrong "$page: $name() is nowhere in the sources"
		;;
	esac
done < <(named)

# the reference has each of them, under a kernel-doc directive of its file
listed()
{
	awk 'FNR == 1 { in_it = 0 }
	/^\.\. kernel-doc::/ { file = $3 }
	/:doc:/ { print file, "DOC" }
	/:identifiers:/ { in_it = 1; sub(/.*:identifiers:/, "") }
	in_it && NF == 0 { in_it = 0 }
	in_it { for (i = 1; i <= NF; i++) print file, $i }' "$@"
}
listed=$(listed $reference)
for name in $(exported); do
	file=$(grep -l "^EXPORT_SYMBOL_GPL($name);$" "${sources[@]}")
	grep -qx "$file $name" <<<"$listed" || wrong "$reference: the exported $name() is not in the reference"
	grep -q "^ \* $name - " "$file" || wrong "$file: $name() has no kernel-doc comment"
	grep -qE "\b$name\(" ksworker.h wdm/include/ksw_calls.h || wrong "ksworker.h: the exported $name() is not declared"
done
for name in $(inlines); do
	grep -qx "ksworker.h $name" <<<"$listed" || wrong "$reference: $name() of ksworker.h is not in the reference"
done
while read -r file name; do
	[ -n "$name" ] || continue
	grep -qE "^ \* (struct )?$name - " "$file" || wrong "$reference: $file documents no $name"
done <<<"$listed"

# so have those of ksw_wdm.ko, in pages of their own: one line for each call, or family
listed=$(listed Documentation/reference/*.rst)
own=$(commented ksworker.h "${sources[@]}")
while read -r file name page rest; do
	if [ "$file" = - ]; then
		wrong "$name: $page() has no kernel-doc comment, nor has its family"
	elif [ "$page" != "$name" ]; then
		grep -qxE "$file ($page|DOC)" <<<"$listed" || wrong "Documentation/reference: the family of $name(), $page, is not in it"
	elif ! grep -qx "[^ ]* $name" <<<"$own"; then
		grep -qx "$file $name" <<<"$listed" || wrong "Documentation/reference: $name() of $file is not in it"
	fi
done < <(calls)
while read -r file name; do
	[ "$name" = DOC ] || grep -qE "^ \* (struct )?$name - " "$file" || wrong "Documentation/reference: $file documents no $name"
done <<<"$listed"
# what is said not to be covered is not
declared_there=$(grep -ohE '\b[A-Za-z_][A-Za-z0-9_]*\b' wdm/include/*.h ksworker.h | sort -u)
while read -r name; do
	case $name in
	FsRtlE*FileSystem)	;;	# are named as those that are
	*)	! grep -qx "$name" <<<"$declared_there" || wrong "Documentation/not-covered.inc: $name is covered" ;;
	esac
done < <(awk '/^   \* - / { on = 1 } /^     - / { on = 0 } on' Documentation/not-covered.inc |
	grep -oE '\b(Io|Ke|Ex|Mm|Zw|Ps|Ob|Rtl|Po|Hal|Cm|Se|Etw)[A-Z][A-Za-z0-9]+\b' | grep -vx ERESOURCE | sort -u)
# what is exported, and no call of a header's
while read -r name; do
	case $name in
	ksw_* | Ksw*)	;;	# what a header calls by itself
	*)	grep -qE "\b$name\b" wdm/include/*.h || wrong "$name is exported, and in no header" ;;
	esac
done < <(sed -n 's/^EXPORT_SYMBOL_GPL(\([A-Za-z][A-Za-z0-9_]*\));$/\1/p' wdm/*.c)

# what can be seen of the module is explained: columns, keys, kinds, tracepoints
debugging=Documentation/debugging.rst
explained()
{
	grep -qF "\`\`$2\`\`" $debugging || wrong "$debugging: $1 $2 is not explained"
}
while read -r kind; do
	explained "violation" "$kind"
done < <(sed -n 's/^\t\[KSW_[A-Z_]*\][^{]*{ "\([a-z_]*\)".*/\1/p' core/violations.c)
while read -r event; do
	explained "tracepoint" "$event"
done < <(sed -n 's/^\(DEFINE\|TRACE\)_EVENT(\(ksworker_[a-z]*, \)\{0,1\}\(ksworker_[a-z_]*\),.*/\3/p' core/trace.h wdm/trace.h)
while read -r key; do
	explained "key of stats" "$key"
done < <(sed -n '/^\(static int ksw_stats_show\|void ksw_.*_stats\)(/,/^}/s/.*seq_printf(m, "\([a-z_]*\) .*/\1/p' core/debugfs.c wdm/*.c)
for column in $(grep -ohE 'seq_puts\(m, "[a-z_ ]+\\n"\)' core/*.c wdm/*.c | sed 's/.*"\(.*\)\\n.*/\1/' | tr ' ' '\n' | sort -u); do
	explained "column" "$column"
done

# the examples that the pages show are there, and each one is shown
for file in Documentation/examples/*.c Documentation/examples/wdm/*.c; do
	grep -qF "${file#Documentation/}" Documentation/*.rst Documentation/*.inc || wrong "$file is shown nowhere"
done

if [ $errors -gt 0 ]; then
	die "documentation and sources disagree ($errors times)"
fi
