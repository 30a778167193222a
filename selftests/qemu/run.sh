#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh NAME check|serial|panic|demo|try|shell TOTALS: boots the kernel NAME with what build.sh made
# for it, lets its output be seen while it runs, and judges the results, the end
# and the kernel's log. Writes "PASSED FAILED SKIPPED" to the file TOTALS.
#
# check runs the programs of KSW_TESTS, and serial does with CPUs that take turns:
# QEMU 7.2 may translate code that another CPU is patching, and keep what it saw
# then, so that a CPU stays at the breakpoint that was there. panic runs the one
# program there, which writes "ksw-expect-begin: PATTERN" to /dev/kmsg and then has
# the kernel panic. With KSW_NO_KMEMLEAK nobody looks for leaks at the end, and with
# KSW_QUICK what goes through hundreds of cases takes samples; with KSW_SAMPLE, 1 or 2,
# tests run at one setting of the verifier each, every other one at 0 or at 1. try and
# shell are for ksw-try: the log is followed and judged by try-log, or this terminal is
# the guest's; KSW_QEMU_ARGS goes to QEMU.
#
# User-Mode Linux is a program of this machine, whose CPUs never take turns; with
# KSW_PIN each of them has a processor of this machine to keep to.

# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"

name=$1 mode=$2 totals=$3
kernel=$KSW_CACHE/kernels/$name
build=$KSW_CACHE/build/$name
case $mode in try | shell) build=$build-try ;; esac
# shellcheck disable=SC1091
. "$kernel/info"
slow=${KSLOW:-1}

logs=$KSW_CACHE/logs/$name-$mode
[ "$mode" != panic ] || logs=$logs-$KSW_TESTS
accel=tcg
if [ "$mode" = serial ]; then
	mode=check
	accel=tcg,thread=single
fi
rm -rf "$logs"
mkdir -p "$logs"
console=$logs/console.log
: >"$console"
: >"$logs/out"
: >"$logs/status"
[ "$mode" != try ] || cp "$build/try.json" "$logs/"

case $KARCH in
arm64)
	qemu=(qemu-system-aarch64 -M virt -cpu cortex-a57)
	tty=ttyAMA0
	;;
um)
	accel=none tty=tty0
	;;
*)
	# without random numbers at boot, pointers are printed as (____ptrval____)
	qemu=(qemu-system-x86_64 -cpu "qemu64,+rdrand")
	tty=ttyS0
	# a clock that is found bad, since this machine had other things to do, is
	# a patch of code that runs; an NMI is what a kernel that hangs is asked with
	KCMDLINE="tsc=reliable unknown_nmi_panic ${KCMDLINE-}"
	;;
esac

# The device reaches 28 bits of memory: more where there is none so low
edu=edu edu_params=""
ports=""
case $name in
6.1-arm64) edu=edu,dma_mask=0xffffffff edu_params=dma_bits=32 ;;
*-uml*) ports="/dev/ttyS1 /dev/ttyS2" ;;
esac

initrd()
{
	local dir=$build/initrd

	rm -rf "$dir"
	mkdir -p "$dir/modules"
	cp "$kernel/busybox" "$dir/busybox"
	cp "$QEMU_DIR/guest-init" "$dir/init"
	cp "$QEMU_DIR/guest-try" "$dir/"
	[ "$mode" != check ] || [[ $accel = *single ]] || [ -n "${KSW_NO_KMEMLEAK-}" ] ||
		cp "$QEMU_DIR/kmemleak.sh" "$dir/"
	chmod 755 "$dir/init"
	# the debug kernels have them built in
	cp "$kernel"/modules/*.ko "$dir/modules/" 2>/dev/null || :
	cp -r "$build/guest" "$dir/ksw"
	cat >"$dir/ksw.conf" <<-CONF
	KSW_MODE=${mode/panic/check}
	KSW_SLOW=$slow
	KSW_TEST_TIMEOUT=${KSW_TEST_TIMEOUT:-300}
	KSW_TESTS='${KSW_TESTS-}'
	KSW_PORTS='$ports'
	KSW_TTY=$tty
	export KSW_EDU_PARAMS=$edu_params KSW_QUICK=${KSW_QUICK-} KSW_SAMPLE=${KSW_SAMPLE-}
	CONF
	mkdir -p "$dir/bin"
	ln -s ../busybox "$dir/bin/sh"
	# our own busybox packs it, where it runs: cpio is on few machines
	(cd "$dir" && find . | cpio_newc) >"$build/initrd.cpio" 2>/dev/null
	rm -rf "$dir"
}

cpio_newc()
{
	if [ "$KARCH" != arm64 ]; then
		"$kernel/busybox" cpio -o -H newc
	else
		cpio -o -H newc
	fi
}

initrd

# bounds for what hangs, far above what anything takes: this machine may have other
# things to do
limit=$((${KSW_TIMEOUT:-1800} * slow))
# a program that takes too long is ended by the guest, which says so
silence=$(((${KSW_TEST_TIMEOUT:-300} + 60) * slow))
# who wants a prompt sees the log from there on
quiet=ignore_loglevel
[ "$mode" != shell ] || quiet=loglevel=3
cmdline="$quiet printk.devkmsg=on log_buf_len=1M panic=-1 oops=panic"
cmdline+=" random.trust_cpu=on watchdog_thresh=30 rcupdate.rcu_cpu_stall_timeout=60"
if [ "$KARCH" = um ]; then
	# its sockets have short names, and its memory is a file of no name there
	uml_dir=$(mktemp -d)
	keys=null
	[ "$mode" != shell ] || keys=fd:0
	# shellcheck disable=SC2054,SC2206	# words, with commas in them
	machine=(
		"$kernel/$KIMAGE" $cmdline "ncpus=${KSW_CPUS:-2}" "mem=${KSW_MEM:-${KMEM:-1024}}M" seccomp=on
		"initrd=$build/initrd.cpio" "uml_dir=$uml_dir/" umid=guest
		stderr=0 con=null "con0=$keys,fd:1" ssl=null ssl1=null,fd:3 ssl2=null,fd:4
	)
else
	cmdline+=" console=$tty nokaslr mitigations=off ${KCMDLINE-}"
	if [ "$mode" = shell ]; then
		tied=(-chardev "stdio,id=console,signal=off,mux=on,logfile=$console" -mon chardev=console)
	else
		mkfifo "$logs/monitor.in" "$logs/monitor.out"
		tied=(-chardev "file,id=console,path=$console"
			-chardev "pipe,id=monitor,path=$logs/monitor" -mon chardev=monitor)
	fi
	# shellcheck disable=SC2054
	machine=("${qemu[@]}"
		-accel "${KSW_ACCEL:-$accel}" -smp "${KSW_CPUS:-2}" -m "${KSW_MEM:-${KMEM:-1024}}"
		-kernel "$kernel/$KIMAGE" -initrd "$build/initrd.cpio" -append "$cmdline"
		-display none -nodefaults -no-reboot -net none
		"${tied[@]}" -serial chardev:console
		-device virtio-serial-pci
		-chardev "file,id=out,path=$logs/out" -device virtserialport,chardev=out,name=ksw.out
		-chardev "file,id=status,path=$logs/status" -device virtserialport,chardev=status,name=ksw.status
	)
	case $mode in
	try | shell)
		# shellcheck disable=SC2206	# they are words
		machine+=(${KSW_QEMU_ARGS-})
		;;
	*)	machine+=(-device "$edu") ;;
	esac
fi

# The machine, with whatever it started
stop()
{
	if [ "$KARCH" = um ]; then
		# it knows no way of being asked to end
		kill -KILL "$qemu_pid" 2>/dev/null || :
		kill -KILL -- "-$qemu_pid" 2>/dev/null || :
	else
		kill "$qemu_pid" 2>/dev/null || :
	fi
}

# A kernel patches itself as it boots, too, and seldom meets with the same: one that
# comes not so far as to our first process is booted again.
boot()
{
	local n=$((KSW_BOOT_TIMEOUT * slow))

	: >"$console"
	if [ "$KARCH" = um ]; then
		# its processes are a group of their own, which timeout would not end
		(ulimit -c 0 && exec "${machine[@]}") \
			>"$console" 2>"$logs/qemu.log" 3>"$logs/out" 4>"$logs/status" </dev/null &
	else
		timeout -k 5 "$limit" "${machine[@]}" >"$logs/qemu.log" 2>&1 </dev/null &
	fi
	qemu_pid=$!
	while ! grep -aq 'ksw-guest: up' "$console"; do
		n=$((n - 1))
		if [ $n -le 0 ] || ! kill -0 "$qemu_pid" 2>/dev/null; then return 1; fi
		sleep 1
	done
}

say "ksworker: booting $KREL (logs: $logs)"
if [ "$mode" = shell ]; then
	exec "${machine[@]}" 3>"$logs/out" 4>"$logs/status"
fi
KSW_BOOT_TIMEOUT=${KSW_BOOT_TIMEOUT:-300}
qemu_pid="" watch_pid=""
tidy()
{
	[ -z "$qemu_pid" ] || stop
	[ -z "$watch_pid" ] || kill "$watch_pid" 2>/dev/null || :
	rm -rf "${uml_dir-}" "$logs"/monitor.*
}
trap tidy EXIT
for try in 1 2 last; do
	! boot || break
	[ $try != last ] || break
	stop
	wait "$qemu_pid" || :
	cp "$console" "$logs/console-$try.log"
	say "ksworker: $KREL came not up (its log: $logs/console-$try.log), and is booted again"
done

# Its first threads are its CPUs: two of them on one processor, each waiting for the
# other, would take turns after all.
pin()
{
	local n=0 task

	for task in $(printf '%s\n' "/proc/$qemu_pid"/task/* | sort -V); do
		taskset -pc $((n % $(nproc))) "${task##*/}" >/dev/null 2>&1 || :
		n=$((n + 1))
	done
}
[ "$KARCH:${KSW_PIN:+pin}" != um:pin ] || pin

# Where the CPUs of a machine that hangs are: their registers, and on x86 an NMI, which
# has the kernel panic and show what it was doing. Of User-Mode Linux, what its threads
# wait for in this machine's kernel.
question()
{
	if [ "$KARCH" = um ]; then
		grep . "/proc/$qemu_pid"/task/*/syscall >"$logs/registers" || :
		return
	fi
	timeout 30 cat "$logs/monitor.out" >"$logs/registers" &
	printf 'info registers -a\nnmi\n' >"$logs/monitor.in"
	sleep $((10 * slow))
}

# A machine that is done, but cannot even switch itself off, need not be waited for
# to the end; nor one that says nothing any more.
watch()
{
	local said was="" quiet=0 ended=0 nap

	# what sleeps would hold the locks of who started us for another second
	trap 'kill "$nap"; exit' INT TERM
	while sleep 1 & nap=$!; wait "$nap" && kill -0 "$qemu_pid"; do
		if grep -q '^exit=' "$logs/status"; then
			ended=$((ended + 1))
			[ $ended -lt $((30 * slow)) ] || stop
		fi
		said=$(stat -c %s "$console" "$logs/out")
		quiet=$((quiet + 1))
		[ "$said" = "$was" ] || quiet=0
		was=$said
		# timeout sees to that of QEMU
		[ "$KARCH" != um ] || [ $SECONDS -lt $limit ] || stop
		if [ $quiet -ge $silence ]; then
			: >"$logs/silent"
			question
			stop
		fi
	done
}
watch </dev/null >/dev/null 2>&1 &
watch_pid=$!
trap 'exit 130' INT TERM

# Until qemu is gone: what is there then is all.
follow()
{
	tail -q -c +1 -s 0.2 -f --pid="$qemu_pid" "$logs/out"
}

demo_rc=0
# that it was killed is said below, and not by bash
exec 5>&2 2>"$logs/jobs.log"
if [ "$mode" = try ]; then
	python3 "$QEMU_DIR/try-log" follow "$logs" "$qemu_pid" 2>&5
elif [ "$mode" = check ]; then
	follow | "$QEMU_DIR/ktap.sh" "$totals" 2>&5
else
	follow 2>&5
fi
[ "$mode" = check ] || echo "0 0 0" >"$totals"
qemu_rc=0
wait "$qemu_pid" || qemu_rc=$?
exec 2>&5 5>&-
tidy
trap - EXIT
# it ends so, and nobody else does
[ "$KARCH:$mode:$qemu_rc" != um:panic:134 ] || qemu_rc=0

read -r passed failed skipped <"$totals"
show_console=0
# result OK NAME
result()
{
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
		[ "$mode" = demo ] || echo "ok - $2"
	else
		failed=$((failed + 1))
		echo "not ok - $2"
	fi
}

# The guest came to its end, and the machine was switched off, not thrown out.
why=""
if [ -e "$logs/silent" ]; then
	why="it hung: not a word for $silence s"
elif [ $qemu_rc -eq 124 ] || [ $qemu_rc -eq 137 ]; then
	why="no end within $limit s"
elif [ $qemu_rc -ne 0 ]; then
	why="the machine ended with status $qemu_rc: $(tail -n 3 "$logs/qemu.log" | tr '\n' ' ')"
elif [ "$mode" = panic ]; then
	! grep -q '^exit=' "$logs/status" || why="no panic"
elif ! grep -q '^exit=' "$logs/status"; then
	why="the machine stopped before the end"
elif ! tail -n 100 "$console" | grep -qE 'reboot: (Power down|System halted|Restarting system)'; then
	why="no clean power-down"
fi
if [ "$mode" = try ]; then
	"$QEMU_DIR/klog.sh" try <"$console" >"$logs/klog" || :
	echo "$why" >"$logs/why"
	rc=0
	python3 "$QEMU_DIR/try-log" verdict "$logs" || rc=$?
	exit $rc
fi
case $mode in
panic)	end="$KSW_TESTS: the kernel panics" ;;
*)	end="guest: ran to its end and powered down" ;;
esac
if [ -z "$why" ]; then
	result 0 "$end"
else
	result 1 "$end ($why)"
	show_console=1
fi

if [ "$mode" = demo ]; then
	demo_rc=$(sed -n 's/^exit=//p' "$logs/status")
	demo_rc=${demo_rc:-1}
	[ "$demo_rc" -eq 0 ] || { failed=$((failed + 1)); echo "not ok - the demo ended with status $demo_rc"; }
fi

rc=0
"$QEMU_DIR/klog.sh" "$mode" <"$console" >"$logs/klog" || rc=$?
[ $rc -eq 0 ] || cat "$logs/klog"
result $rc "guest: nothing in the kernel's log that must not be there"
if [ $show_console -ne 0 ] && { [ $rc -eq 0 ] || [ -e "$logs/silent" ]; }; then
	echo "# --- the end of the kernel's log"
	tail -n 60 "$console" | tr -d '\r' | sed 's/^/#   /'
fi
[ "$failed" -eq 0 ] || echo "# logs kept in $logs"
echo "$passed $failed $skipped" >"$totals"
if [ "$failed" -gt 0 ]; then exit 1; fi
