#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# klog.sh [panic] <LOG: what in a kernel's log must not be there, with what stands
# around it; exit status 1 if there is anything. Where the kernel was to panic, the
# log may end within what is expected.
#
# A test that provokes a complaint on purpose writes to /dev/kmsg before it
#	ksw-expect-begin: PATTERN
# and after it
#	ksw-expect-end
# Between the two, what matches PATTERN (an extended regular expression, of the
# message without its time stamp) may be there, and at least once must be.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

# "Call Trace:" is not among them: ksworker's own reports may have one, and
# whatever else prints one begins with a line that is.
forbidden='(^|[^[:alnum:]_])(BUG|WARNING):'
forbidden+='|kernel BUG at|^BUG |Oops[: ]|Kernel panic|general protection fault'
forbidden+='|[Uu]nable to handle|double fault|stack guard page was hit|Internal error:'
forbidden+='|possible circular locking|possible recursive locking|possible irq lock inversion'
forbidden+='|inconsistent lock state|suspicious RCU usage|bad unlock balance|lock held when returning'
forbidden+='|invalid wait context|trying to register non-static key|turning off the locking'
forbidden+='|DEBUG_LOCKS_WARN_ON|KASAN:|KCSAN:|UBSAN:|KFENCE:|KMSAN:|ODEBUG:|refcount_t:'
forbidden+='|blocked for more than|soft lockup|hard LOCKUP|rcu.*detected.*stall|self-detected stall'
forbidden+='|scheduling while atomic|sleeping function called|workqueue lockup|hogged CPU'
forbidden+='|still running during destroy|leaked lock or atomic|unreferenced object|new suspected memory leaks'
forbidden+='|list_(add|del) corruption|Object already free|Redzone|Poison overwritten'
forbidden+='|page allocation failure|Out of memory|slab.*objects remaining|Objects remaining'
forbidden+='|preemption imbalance|Unloaded module.*in use|module is still in use|messages dropped ?\*\*'

problems=()
expect="" expect_at=0 met=0 open=0
# The kernel has data races of its own, and we call what has them: a report counts
# where its title is ours, or what made one of the accesses: the innermost function,
# or who called it where that does no more than work on memory.
race="" race_at=0 inner=""
ours='[[ ]ksw|readme_example'
[ -z "${KSW_OURS-}" ] || ours+="|\[($KSW_OURS)\]"
on_memory='^ (_*(mem|str)|k.*free|copy_|_copy_|__?(list|hlist|llist)_)'
# switching an event on, against the code that tracing makes for it; and the count of
# those who forbid page faults, which an interrupt finds again as it left it
not_ours='in (__ftrace_event_enable_disable / trace_event_raw_event_'
not_ours+='|copy_from_kernel_nofault / copy_from_kernel_nofault)'
mark=()

problem()
{
	problems+=("$*")
}

end_race()
{
	if [[ $race =~ $ours && ! $race =~ $not_ours ]]; then
		problem "line $((race_at + 1)): ${race%%$'\n'*}"
		mark+=("$race_at")
	fi
	race=""
}

mapfile -t lines < <(sed 's/\r$//')
# without "[   12.345678][   T17] "
mapfile -t messages < <(printf '%s\n' "${lines[@]}" |
	sed -E 's/^.{0,80}\[ *[0-9]+\.[0-9]+\](\[ *[TC][0-9]+\])? //')
# most are of no interest, which grep sees faster
declare -A interesting
while IFS=: read -r at _; do
	interesting[$((at - 1))]=1
done < <(printf '%s\n' "${messages[@]}" | grep -naE "^ksw-expect-|$forbidden" || :)

for ((n = 0; n < ${#lines[@]}; n++)); do
	if [ -z "$race" ] && [ $open -eq 0 ] && [ -z "${interesting[$n]-}" ]; then
		continue
	fi
	msg=${messages[n]}
	case $msg in
	"ksw-expect-begin: "*)
		[ $open -eq 0 ] || problem "line $((n + 1)): an expectation within one: $msg"
		expect=${msg#ksw-expect-begin: } expect_at=$((n + 1)) met=0 open=1
		rc=0
		[[ x =~ $expect ]] || rc=$?
		[ $rc -ne 2 ] || problem "line $((n + 1)): no regular expression: $expect"
		;;
	"ksw-expect-end"*)
		if [ $open -eq 0 ]; then
			problem "line $((n + 1)): the end of an expectation that never began"
		elif [ $met -eq 0 ]; then
			problem "line $expect_at: expected, but not there: $expect"
		fi
		open=0
		;;
	"ksworker: "*)
		[ $open -eq 0 ] || [[ ! $msg =~ $expect ]] || met=$((met + 1))
		;;
	*)
		if [ $open -ne 0 ] && [[ $msg =~ $expect ]]; then
			met=$((met + 1))
		elif [[ $msg =~ ^BUG:\ KCSAN: ]]; then
			race=$msg race_at=$n inner=""
		elif [ -n "$race" ] && [[ $msg == =====* ]]; then
			end_race
		elif [ -n "$race" ]; then
			if [[ $msg =~ ^(read|write|assert|race\ at) ]]; then
				inner=1
			elif [ -n "$inner" ] && [[ $msg == *+0x* ]]; then
				race+=$'\n'$msg
				[[ $msg =~ $on_memory ]] || inner=""
			fi
		elif [[ $msg =~ $forbidden ]]; then
			problem "line $((n + 1)): $msg"
			mark+=("$n")
		fi
		;;
	esac
done
[ -z "$race" ] || end_race
if [ $open -ne 0 ] && [ "${1-}" = panic ] && [ $met -gt 0 ]; then
	:
elif [ $open -ne 0 ]; then
	problem "line $expect_at: the guest ended while this was expected: $expect"
	mark+=($((n - 1)))
fi
[ ${#problems[@]} -gt 0 ] || exit 0

printf '# %s\n' "${problems[@]:0:40}"
[ ${#problems[@]} -le 40 ] || echo "# ... and $((${#problems[@]} - 40)) more"
shown=-1
for at in "${mark[@]:0:10}"; do
	from=$((at - 5)) to=$((at + 45))
	[ $from -gt $shown ] || from=$((shown + 1))
	[ $to -lt $n ] || to=$((n - 1))
	[ $from -le $to ] || continue
	echo "# --- the kernel's log from line $((from + 1))"
	for ((i = from; i <= to; i++)); do
		printf '#   %s\n' "${lines[i]}"
	done
	shown=$to
done
exit 1
