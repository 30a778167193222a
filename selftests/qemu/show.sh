#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# show.sh [NAME]: check.sh [NAME], as a person wants to see it: on a terminal one line
# for each program, with its result, count and time, what runs now and the time left
# as the last run had it; the transcript goes to a file. Where there is no terminal
# (or with KSW_PLAIN=1) the transcript is the output. At the end the failed tests by
# name, with the first line of why, and what runs them again.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

name=$(the_kernel "${1-}") || exit 1
the_tests
mkdir -p "$KSW_CACHE/logs"
ktap=$KSW_CACHE/logs/$name-check.ktap
times=$KSW_CACHE/logs/$name-check.times
closing='^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$'
take_lock "$KSW_CACHE/logs/.$name-check.lock" "the kernel $name"

# time SECONDS: as 1:23
clock()
{
	printf '%d:%02d' $(($1 / 60)) $(($1 % 60))
}

# What the last run took for the programs that are still to come, where it had them all
declare -A took=()
known=1
left()
{
	local p sum=0

	[ $known -eq 1 ] || return 0
	for p in "${!took[@]}"; do
		sum=$((sum + took[$p]))
	done
	[ -z "$program" ] || [ -z "${took[$program]-}" ] || sum=$((sum - (SECONDS - begun < took[$program] ? SECONDS - begun : took[$program])))
	[ $sum -eq 0 ] || printf ', about %s left' "$(clock $sum)"
}

# line TEXT: one that stays
line()
{
	printf '\r\033[K%s\n' "$1"
}

now()
{
	local text

	text="  ...  $program"
	[ -z "$program" ] || text+=$(printf ', %d of %s, %s' $((good + bad + skips)) "${plan:-?}" "$(clock $((SECONDS - begun)))")
	text+=$(left)
	printf '\r\033[K%s' "${text:0:$((cols - 1))}"
}

# end_program RESULT
end_program()
{
	local counts="$good passed"

	# one that skips says why; the kernel's panic is a result of the guest's
	case $((good + bad + skips)):$1 in
	0:*FAIL*) counts="no result" ;;
	0:*)	counts=$why ;;
	esac
	[ $bad -eq 0 ] || counts="$bad failed, $counts"
	[ $skips -eq 0 ] || counts+=", $skips skipped"
	[ -z "$counts" ] ||
		line "$(printf '  %s %-20s %s' "$1" "$program" "$counts, $(clock $((SECONDS - begun)))")"
	unset "took[$program]"
	[[ $program != *.sh ]] || echo "$program $((SECONDS - begun))" >>"$times.new"
	program=""
}

progress()
{
	local l rc cols program="" good=0 bad=0 skips=0 plan="" why="" begun=$SECONDS green="" red="" off=""

	cols=$(tput cols 2>/dev/null || echo 80)
	if [ -z "${NO_COLOR-}" ] && [ "${TERM-dumb}" != dumb ]; then
		green=$'\033[32m' red=$'\033[1;31m' off=$'\033[0m'
	fi
	while read -r l rc; do
		[ -n "${KSW_TESTS-}" ] && [[ " $KSW_TESTS " != *" $l "* ]] || took[$l]=$rc
	done < <(cat "$times" 2>/dev/null || :)
	for l in ${KSW_TESTS-$(all_tests)}; do
		[ -n "${took[$l]-}" ] || known=0
	done
	: >"$times.new"
	while :; do
		rc=0
		IFS= read -r -t 1 l || rc=$?
		if [ $rc -gt 128 ]; then
			now
			continue
		fi
		[ $rc -eq 0 ] || break
		case $l in
		"# selftests: ksworker: "*)
			[ -z "$program" ] || end_program "${green}ok${off}   "
			program=${l#\# selftests: ksworker: } good=0 bad=0 skips=0 plan="" why="" begun=$SECONDS
			;;
		"# 1.."*)
			plan=${l#\# 1..} plan=${plan%% *}
			[[ $l != *"# SKIP "* ]] || why=${l#*# SKIP }
			;;
		"# ok "*"# SKIP"* | "# ok "*"# skip"*) skips=$((skips + 1)) ;;
		"# ok "*)	good=$((good + 1)) ;;
		"# not ok "*)
			bad=$((bad + 1))
			line "       ${red}failed${off} $program: ${l#\# not ok }"
			;;
		"ok "*"selftests: ksworker: "*"# SKIP"*)	end_program "skip " ;;
		"ok "*"selftests: ksworker: "*)		end_program "${green}ok${off}   " ;;
		"not ok "*"selftests: ksworker: "*)	end_program "${red}FAIL${off} " ;;
		"ok - "*)
			[ -z "$program" ] || end_program "${green}ok${off}   "
			line "  ${green}ok${off}    ${l#ok - }"
			;;
		"not ok - "*)	line "  ${red}FAIL${off}  ${l#not ok - }" ;;
		"ksworker: "* | *"error:"* | *"warning:"*)
			# the runner's own tests have no end but what comes next
			[[ $program != *" "* ]] || end_program "${green}ok${off}   "
			line "$l"
			;;
		*)	continue ;;
		esac
		now
	done
	printf '\r\033[K'
	# what ran now is newer than what the last run had
	{ cat "$times.new"; [ ! -e "$times" ] || cat "$times"; } | awk '!seen[$1]++' >"$times.all"
	mv "$times.all" "$times"
	rm -f "$times.new"
}

# A function, so that the shell has read all of this before minutes go by in which
# somebody may edit it.
main()
{
	local again rc=0

	if [ -t 1 ] && [ -z "${KSW_PLAIN-}" ]; then
		say "ksworker: the whole transcript goes to $ktap"
		bash "$QEMU_DIR/check.sh" "$name" 2>&1 | tee "$ktap" | progress || rc=$?
	else
		bash "$QEMU_DIR/check.sh" "$name" | tee "$ktap" | sed -u -E "/$closing/d" || rc=$?
	fi
	awk -f "$QEMU_DIR/failures.awk" "$ktap"
	again=$(awk -v programs=1 -f "$QEMU_DIR/failures.awk" "$ktap")
	[ -z "$again" ] || echo "# those again: make check KERNEL=$name KSW_TESTS=\"$again\""
	grep -E "$closing" "$ktap" | tail -n 1 || { echo "0 passed, 1 failed"; rc=1; }
	exit $rc
}
main
