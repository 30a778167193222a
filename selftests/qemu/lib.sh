# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the scripts of this directory share; sourced, never run.

set -Eeuo pipefail
# nothing may end a script without a word; what was interrupted (130), a subshell that
# died (131), and what is a script of ours, has had its own
trap 'case $?:$BASH_COMMAND in 130:* | 131:* | *QEMU_DIR/*.sh* | *tools/*.sh*) ;;
*) say "ksworker: ${0##*/} failed at line $LINENO: $BASH_COMMAND" ;; esac' ERR
# Ctrl-C is for all of us: each ends what it started, and who was called first says so
export KSW_FIRST=${KSW_FIRST:-$$}
trap 'interrupted' INT TERM
umask 022
export LC_ALL=C

# shellcheck disable=SC2034	# all of them are for who sources this
{
	QEMU_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
	TOP=$(cd "$QEMU_DIR/../.." && pwd -P)
	KSW_CACHE=$(realpath -m "${KSW_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ksworker}")
	# raised when what a kernel's cache directory holds changes
	CACHE_FORMAT=1
	KERNELS_ALL="6.1 6.1-rt 6.12 6.12-rt 7.2 7.2-rt 6.1-arm64 6.1-kasan 6.1-kcsan 7.2-uml 7.2-uml-kasan"
}

say()
{
	printf '%s\n' "$*" >&2
}

interrupted()
{
	local jobs

	jobs=$(jobs -p)
	# shellcheck disable=SC2086	# they are words
	[ -z "$jobs" ] || kill $jobs 2>/dev/null || :
	[ "$KSW_FIRST" != $$ ] || say "ksworker: interrupted; what was started has ended"
	exit 130
}

die()
{
	say "ksworker: $*"
	[ "$BASH_SUBSHELL" -eq 0 ] || exit 131
	exit 1
}

# warned LOG: whether a build gave a warning that is the fault of the sources, as it is
# not that there is no BTF without a vmlinux, nor a compiler that was updated since the
# kernel was built.
warned()
{
	local harmless='Skipping BTF generation|pahole version differs'

	harmless+='|the compiler differs from the one used to build the kernel'
	grep -iE 'warning[: ]' "$1" | grep -qvE "$harmless"
}

# complaints LOG: what a make said, without what it does, where it is, and what follows
# from an error
complaints()
{
	grep -vE '^  [A-Z]+ |^make(\[[0-9]+\])?: ((Entering|Leaving) directory |\*\*\* (\[.*\] Error |Waiting ))|^make .* -C ' "$1" || :
}

# result STATUS NAME: of a check; counts it
result()
{
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok - $2"
	else
		failed=$((failed + 1))
		echo "not ok - $2"
	fi
}

# totals FILE: adds "PASSED FAILED SKIPPED", of a run that failed where it wrote none
totals()
{
	local p=0 f=1 s=0

	[ ! -s "$1" ] || read -r p f s <"$1"
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((${skipped:-0} + s))
}

# Says what came of all, as the last line, and ends.
finish()
{
	if [ "${skipped:-0}" -gt 0 ]; then
		echo "$passed passed, $failed failed, $skipped skipped"
	else
		echo "$passed passed, $failed failed"
	fi
	if [ "$failed" -gt 0 ]; then exit 1; fi
	exit 0
}

# said WORD...: the file for what a check says that depends on these alone, of which
# those that are files are taken by what is in them. KSW_REFRESH=1: on nothing known.
said()
{
	local word dir=$KSW_CACHE/said

	mkdir -p "$dir"
	printf '%s/' "$dir"
	{
		printf '%s\n' "${KSW_REFRESH:+$$}"
		for word in "$@"; do
			if [ -f "$word" ]; then
				cat "$word"
			else
				printf '%s\n' "$word"
			fi
		done
	} | sha256sum | cut -c 1-40
}

# use_ccache DIR: what is compiled below DIR is not compiled again, there or elsewhere
use_ccache()
{
	"$QEMU_DIR/deps.sh" ccache=ccache
	export CCACHE_DIR=$KSW_CACHE/ccache CCACHE_BASEDIR=$1 CCACHE_NOHASHDIR=1
	case $PATH in
	/usr/lib/ccache:*) ;;
	*)	PATH=/usr/lib/ccache:$PATH ;;
	esac
}

# the_kernel [NAME]: NAME, or what this Debian calls its own; there must be such
the_kernel()
{
	local name=${1:-$(default_kernel)}

	case " $KERNELS_ALL 6.12-deb12 " in
	*" $name "*) echo "$name" ;;
	*)	die "no kernel is called '$name'; there are: $KERNELS_ALL" ;;
	esac
}

# The programs of the suite
all_tests()
{
	sed -n '/^TEST_PROGS/,/[^\\]$/p; /^PANICS/p' "$TOP/selftests/Makefile" | grep -oE '[a-z_]+\.sh'
}

# What KSW_TESTS asks for is there; ks is ks.sh.
the_tests()
{
	local t tests="" all

	[ -n "${KSW_TESTS+x}" ] || return 0
	all=$(all_tests)
	for t in $KSW_TESTS; do
		t=${t%.sh}.sh
		grep -qxF -- "$t" <<<"$all" || die "no test is called '$t'; there are: ${all//$'\n'/ }"
		tests+=" $t"
	done
	KSW_TESTS=${tests# }
}

# The kernel that a Debian release calls its own.
default_kernel()
{
	case $(host_suite) in
	trixie)	echo 6.12 ;;
	*)	echo 6.1 ;;
	esac
}

# Codename of the Debian that this machine runs; empty elsewhere.
host_suite()
{
	[ -r /etc/os-release ] || return 0
	# shellcheck disable=SC1091
	(. /etc/os-release; [ "${ID-}" != debian ] || echo "${VERSION_CODENAME-}")
}

# Where a command must be root: as we are, or through sudo.
as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo -- "$@"
	else
		die "this needs root, and there is no sudo: $*"
	fi
}

# take_lock FILE WHAT: held until the shell ends. A second run waits, and says for whom.
take_lock()
{
	local fd who

	mkdir -p "$(dirname "$1")"
	exec {fd}<>"$1"
	if ! flock -n "$fd"; then
		who=$(cat "$1")
		say "ksworker: waiting for another run that uses $2${who:+: $who} ..."
		flock "$fd"
	fi
	echo "${0##*/} of $(id -un 2>/dev/null || id -u), process $KSW_FIRST, since $(date '+%H:%M:%S')" >"$1"
}

have()
{
	command -v "$1" >/dev/null 2>&1
}
