#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check-all.sh NAME...: show.sh on each of the kernels, and for the name kselftest
# check-kselftest.sh; then a table of them and one closing line over all.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

for name; do
	[ "$name" = kselftest ] || the_kernel "$name" >/dev/null || exit 1
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

# closing FILE: what its closing line says, as "P F S"; a run without one failed
closing()
{
	local line

	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$1" | tail -n 1 || :)
	if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
		echo "${BASH_REMATCH[1]} ${BASH_REMATCH[2]} ${BASH_REMATCH[4]:-0}"
	else
		echo "0 1 0"
	fi
}

for name; do
	run=("$QEMU_DIR/show.sh" "$name")
	[ "$name" != kselftest ] || run=("$TOP/tools/check-kselftest.sh")
	echo "# --- $name"
	start=$SECONDS
	rc=0
	out=$work/out
	if [ -t 1 ] && [ -z "${KSW_PLAIN-}" ] && [ "$name" != kselftest ]; then
		# what it shows is for the terminal; the transcript has the closing line
		out=$KSW_CACHE/logs/$name-check.ktap
		bash "${run[@]}" || rc=$?
	else
		# the closing line is ours to say, once
		bash "${run[@]}" | tee "$out" |
			sed -u -E 's/^([0-9]+ passed, [0-9]+ failed.*)$/# \1/' || rc=$?
	fi
	export KSW_NO_SELFTEST=1
	read -r p f s <<<"$(closing "$out")"
	[ $rc -eq 0 ] || [ "$f" -gt 0 ] || f=1
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	took=$((SECONDS - start))
	printf '%-12s %7d %7d %8d %4d:%02d\n' "$name" "$p" "$f" "$s" $((took / 60)) $((took % 60)) >>"$work/table"
done
echo
printf '%-12s %7s %7s %8s %7s\n' kernel passed failed skipped time
cat "$work/table"
echo
finish
