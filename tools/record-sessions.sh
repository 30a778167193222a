#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# record-sessions.sh [KERNEL [NAME...]]: types what Documentation/sessions/*.session
# say in a guest, and keeps what was to be seen in NAME.txt beside them; also
# records what the tests of tools/ replay. A line that begins with "@ " is run and
# not shown; of one that begins with "@> " only the output is.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

kernel=${1:-default}
[ $# -eq 0 ] || shift
sessions=$TOP/Documentation/sessions
names=("$@")

# what ksw-try says of a planted mistake, for who reads of it
tried()
{
	bash "$TOP/tools/ksw-try" KERNEL=6.1-kasan WAIT=1 PARAMS=bug=uaf "$TOP/tools/testdata/try" |
		sed '/^== Verdict/,$!d; /the whole log/d' |
		awk 'NF { for (; blank; blank--) print ""; print; next } { blank++ }' >"$sessions/try.txt" || :
	[ -s "$sessions/try.txt" ] || die "ksw-try found nothing"
}

if [ "${names[*]}" = try ]; then
	tried
	exit 0
elif [ ${#names[@]} -eq 0 ]; then
	tried
	for file in "$sessions"/*.session "$TOP"/tools/testdata/*.session; do
		names+=("$(basename "$file" .session)")
	done
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# programs of this machine, with their libraries, for the guest
root=$work/root
mkdir -p "$root"
bring()
{
	local file

	"$QEMU_DIR/deps.sh" "$1=$2"
	file=$(command -v "$1")
	# Debian's perf is a script that looks for the kernel's version
	! head -c 2 "$file" | grep -q '#!' || file=$(find /usr/bin -name "$1_[0-9]*" | sort -V | tail -n 1)
	install -D "$file" "$root/usr/bin/$1"
	ldd "$file" | grep -oE '/[^ ]+' | while read -r lib; do
		install -D "$lib" "$root$lib"
	done
}
for name in "${names[@]}"; do
	case $name in
	trace-cmd)	bring trace-cmd trace-cmd ;;
	perf)		bring perf linux-perf ;;
	bpftrace)	bring bpftrace bpftrace ;;
	esac
done

cat >"$work/guest" <<'GUEST'
cp -r root/* / 2>/dev/null
export PATH=$PATH:/usr/bin TERM=linux

# as column -t does it
column()
{
	awk '{ for (i = 1; i <= NF; i++) { cell[NR, i] = $i; if (length($i) > w[i]) w[i] = length($i) } n[NR] = NF }
	END { for (l = 1; l <= NR; l++) { s = ""
		for (i = 1; i < n[l]; i++) s = s sprintf("%-" w[i] + 2 "s", cell[l, i])
		print s cell[l, n[l]] } }'
}

for name in $(cat names); do
	echo "@begin $name"
	while IFS= read -r line; do
		case $line in
		'' | '#'*)	;;
		'@ '*)		eval "${line#@ }" >/dev/null 2>&1 ;;
		'@> '*)		eval "${line#@> }" 2>&1 ;;
		*)		echo "# $line"; eval "$line" 2>&1 ;;
		esac
	done <"/ksw/sessions/$name.session"
	cd /ksw
	echo "@end $name"
done
GUEST
mkdir "$work/sessions"
cp "$sessions"/*.session "$TOP"/tools/testdata/*.session "$work/sessions/" 2>/dev/null || :
printf '%s\n' "${names[@]}" >"$work/names"

KMEM=3072 KSW_LOG_OK=1 "$TOP/tools/guest.sh" "$kernel" "$work/guest" \
	"$work/names" "$work/sessions" "$root" "$TOP/tools/ksw-record" >"$work/out"
for name in "${names[@]}"; do
	grep -qxF "@end $name" "$work/out" || die "the session $name did not come to its end"
	dir=$sessions
	[ ! -e "$TOP/tools/testdata/$name.session" ] || dir=$TOP/tools/testdata
	# trailing blanks are nobody's
	sed -n "/^@begin $name\$/,/^@end $name\$/p" "$work/out" | sed '1d; $d; s/[[:blank:]]*$//' >"$dir/$name.txt"
done

# what kswtop makes of the recordings, for the documentation
for name in edu wdm; do
	LC_ALL=C.UTF-8 "$TOP/tools/kswtop" --replay "$TOP/tools/testdata/$name.txt" --once --colour never \
		>"$TOP/tools/testdata/$name.screen"
done
