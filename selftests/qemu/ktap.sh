#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ktap.sh TOTALS <TRANSCRIPT: prints the guest's results as they come, and judges
# them. Every test that a plan promised must report, once and in order; every
# program too. Writes "PASSED FAILED SKIPPED" to the file TOTALS.
#
# A program's own results are comments ("# ok 1 ..."), as kselftest has it; the
# lines without come from the guest's runner.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

totals=$1
passed=0 failed=0 skipped=0
outer_plan=-1 outer_seen=0
prog="" plan=-1 seen=0 bad=0 nested_bad=0 whole_skip=0

bad()
{
	failed=$((failed + 1))
	bad=$((bad + 1))
	echo "not ok - $*"
}

# missing FIRST LAST: of the program's tests; each is a failure, one line says it
missing()
{
	local n=$(($2 - $1 + 1))

	case $n in
	0)	return ;;
	1)	bad "$prog: no result of test $1" ;;
	*)
		bad "$prog: no result of tests $1 to $2"
		failed=$((failed + n - 1))
		;;
	esac
}

# A result line's verdict: "ok", "skip", "not ok".
verdict()
{
	shopt -s nocasematch
	if [[ $1 =~ '# SKIP' ]]; then
		verdict=skip
	elif [[ $1 =~ ^ok ]]; then
		verdict=ok
	else
		verdict="not ok"
	fi
	shopt -u nocasematch
}

begin_program()
{
	[ -z "$prog" ] || end_program lost
	prog=$1 plan=-1 seen=0 bad=0 nested_bad=0 whole_skip=0
}

# of a program's own
inner()
{
	local line=$1 n

	if [[ $line =~ ^1\.\.([0-9]+) ]]; then
		if [ "$plan" -ge 0 ]; then
			bad "$prog: a second plan"
			return
		fi
		plan=${BASH_REMATCH[1]}
		verdict "$line"
		[ "$plan" -ne 0 ] || whole_skip=1
	elif [[ $line =~ ^(ok|not\ ok)(\ +([0-9]+))?($|\ ) ]]; then
		n=${BASH_REMATCH[3]}
		n=$((10#${n:-0}))
		if [ "$n" -le $seen ]; then
			bad "$prog: a result numbered $n where $((seen + 1)) was due: $line"
			return
		fi
		missing $((seen + 1)) $((n - 1))
		seen=$n
		verdict "$line"
		case $verdict in
		ok)
			if [ $nested_bad -ne 0 ]; then
				bad "$prog: test $seen says ok over a subtest that failed"
			else
				passed=$((passed + 1))
			fi
			;;
		skip)	skipped=$((skipped + 1)) ;;
		*)
			failed=$((failed + 1))
			bad=$((bad + 1))
			;;
		esac
		nested_bad=0
	elif [[ $line =~ ^\ +not\ ok\  ]]; then
		verdict "${line#"${line%%[! ]*}"}"
		[ "$verdict" = skip ] || nested_bad=1
	elif [[ $line == "Bail out!"* ]]; then
		bad "$prog: $line"
	fi
}

# end_program RESULT [WHY]: the runner's verdict, or lost
end_program()
{
	if [ "$plan" -lt 0 ] && [ $seen -eq 0 ] && [ "$1" = skip ]; then
		whole_skip=1
	fi
	if [ $whole_skip -ne 0 ]; then
		skipped=$((skipped + 1))
	elif [ "$plan" -lt 0 ]; then
		bad "$prog: no plan"
	elif [ $seen -gt "$plan" ]; then
		bad "$prog: $seen results where $plan were planned"
	else
		missing $((seen + 1)) "$plan"
	fi
	case $1 in
	lost)	bad "$prog: never ended" ;;
	"not ok")
		[ $bad -ne 0 ] || bad "$prog: ${2-}"
		[[ ${2-} != *TIMEOUT* ]] || bad "$prog: timed out"
		;;
	esac
	prog=
}

while IFS= read -r line || [ -n "$line" ]; do
	line=${line%$'\r'}
	printf '%s\n' "$line"
	case $line in
	"# selftests: ksworker: "*)
		begin_program "${line#\# selftests: ksworker: }"
		;;
	"# "*)
		[ -z "$prog" ] || inner "${line#\# }"
		;;
	1..*)
		if [ "$outer_plan" -ge 0 ]; then
			bad "guest: a second plan"
		else
			outer_plan=${line#1..}
			outer_plan=${outer_plan%%[!0-9]*}
		fi
		;;
	"ok "* | "not ok "*)
		outer_seen=$((outer_seen + 1))
		if [ -z "$prog" ]; then
			bad "guest: the result of a program that never began: $line"
			continue
		fi
		if [[ $line != *" $outer_seen selftests: ksworker: $prog"* ]]; then
			bad "guest: not the result that was due of $prog, number $outer_seen"
		fi
		verdict "$line"
		[[ $line != *TIMEOUT* ]] || verdict="not ok"
		end_program "$verdict" "${line#*selftests: ksworker: "$prog" # }"
		;;
	esac
done

[ -z "$prog" ] || { outer_seen=$((outer_seen + 1)); end_program lost; }
if [ "$outer_plan" -lt 0 ]; then
	bad "guest: no plan"
elif [ $outer_seen -ne "$outer_plan" ]; then
	for ((i = outer_seen + 1; i <= outer_plan; i++)); do
		bad "guest: program $i of $outer_plan never ran"
	done
	[ $outer_seen -lt "$outer_plan" ] || bad "guest: $outer_seen programs where $outer_plan were planned"
fi
[ $((passed + failed + skipped)) -gt 0 ] || bad "guest: not one result"
echo "$passed $failed $skipped" >"$totals"
