#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-docs.sh: sees that documentation and sources name the same things. In the
# documents a name with parentheses is one of ours (or of Linux); what Windows has
# and ksworker has not is written without.
#
# check-docs.sh --functions: lists what a driver may call.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

cd "$TOP"
sources=(ksworker.c core/*.c)
# the calls of ksw_wdm.ko, which the reference does not have yet
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

if [ "${1-}" = --functions ]; then
	{ exported; inlines; } | sort -u
	exit 0
fi

pages=(README Documentation/*.rst)
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
listed=$(awk '/^\.\. kernel-doc::/ { file = $3 }
	/:identifiers:/ { in_it = 1; sub(/.*:identifiers:/, "") }
	in_it && NF == 0 { in_it = 0 }
	in_it { for (i = 1; i <= NF; i++) print file, $i }' $reference)
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
done < <(sed -n 's/^\(DEFINE\|TRACE\)_EVENT(\(ksworker_worker, \)\{0,1\}\(ksworker_[a-z]*\),.*/\3/p' core/trace.h)
while read -r key; do
	explained "key of stats" "$key"
done < <(sed -n '/^static int ksw_stats_show/,/^}/s/.*seq_printf(m, "\([a-z_]*\) .*/\1/p' core/debugfs.c)
for column in $(grep -ohE 'seq_puts\(m, "[a-z_ ]+\\n"\)' core/*.c | sed 's/.*"\(.*\)\\n.*/\1/' | tr ' ' '\n' | sort -u); do
	explained "column" "$column"
done

# the examples that the pages show are there, and each one is shown
for file in Documentation/examples/*.c; do
	grep -qF "examples/$(basename "$file")" Documentation/*.rst || wrong "$file is shown nowhere"
done

if [ $errors -gt 0 ]; then
	die "documentation and sources disagree ($errors times)"
fi
