#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# secureboot.sh DIR KEYS: boots the kernel DIR/vmlinuz with DIR/initrd.gz on a machine
# where Secure Boot is on, by Debian's shim and GRUB out of DIR/efi, and sits before
# its console: gives the password that mokutil asks for, has the MOK manager enrol
# the KEYS certificates that are waiting when the machine comes again, and prints
# what was to be seen. The machine ends by powering down.

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

dir=$1 keys=$2
"$QEMU_DIR/deps.sh" qemu-system-x86_64=qemu-system-x86 expect=expect mformat=mtools

efi=$dir/efi
esp=$dir/esp.img
truncate -s 128M "$esp"
mformat -i "$esp" -F ::
mmd -i "$esp" ::/EFI ::/EFI/BOOT ::/EFI/debian
mcopy -i "$esp" "$efi/shimx64.efi.signed" ::/EFI/BOOT/BOOTX64.EFI
mcopy -i "$esp" "$efi/mmx64.efi.signed" ::/EFI/BOOT/mmx64.efi
mcopy -i "$esp" "$efi/grubx64.efi.signed" ::/EFI/BOOT/grubx64.efi
mcopy -i "$esp" "$dir/vmlinuz" "$dir/initrd.gz" ::/
cat >"$dir/grub.cfg" <<-'GRUB'
linux /vmlinuz console=ttyS0,115200 quiet panic=-1 tsc=reliable
initrd /initrd.gz
boot
GRUB
mcopy -i "$esp" "$dir/grub.cfg" ::/EFI/debian/grub.cfg

qemu=(
	qemu-system-x86_64 -machine "q35,smm=on" -accel tcg -cpu "qemu64,+rdrand" -m 1024
	# the firmware alone may write its variables
	-global "driver=cfi.pflash01,property=secure,value=on" -global ICH9-LPC.disable_s3=1
	-drive "if=pflash,format=raw,readonly=on,file=$efi/OVMF_CODE_4M.ms.fd"
	-drive "if=pflash,format=raw,file=$efi/OVMF_VARS_4M.ms.fd"
	-drive "if=none,id=esp,format=raw,file=$esp" -device "virtio-blk-pci,drive=esp"
	-device edu -nodefaults -display none -net none -serial stdio
)

cat >"$dir/console.exp" <<-'EXPECT'
	set timeout -1
	# the firmware is no fast reader
	set send_slow {1 .1}
	proc await {words} {
		expect {
			$words	{ sleep 1 }
			eof	{ exit 1 }
		}
	}
	# the entry N of a menu
	proc choose {n} {
		for {} {$n > 0} {incr n -1} { send "\033\[B"; sleep .5 }
		send "\r"
	}
	set keys [lindex $argv 0]
	spawn -noecho {*}[lrange $argv 1 end]
	await "input password"
	send -s "ksworker\r"
	await "input password again"
	send -s "ksworker\r"
	await "Press any key to perform MOK management"
	send " "
	await "Enroll MOK"
	choose 1
	await "View key 0"
	choose $keys
	await "Enroll the key(s)?"
	choose 1
	await "Password:"
	send -s "ksworker\r"
	await "Reboot"
	choose 0
	expect eof
EXPECT
timeout -k 5 "${KSW_TIMEOUT:-900}" expect "$dir/console.exp" "$keys" "${qemu[@]}" </dev/null ||
	die "the machine with Secure Boot came to no end"
