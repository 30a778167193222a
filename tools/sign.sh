#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# sign.sh KERNEL_TREE KEY CERT MODULE...: signs modules with the kernel's sign-file.
# KEY is a private key (PEM), CERT its certificate (DER or PEM).

# shellcheck source=../selftests/qemu/lib.sh
. "$(dirname "$0")/../selftests/qemu/lib.sh"

PATH=$PATH:/usr/sbin:/sbin
tree=$1 key=$2 cert=$3
shift 3

if [ -z "$key" ] || [ -z "$cert" ]; then
	say "ksworker: say which key is to sign: make sign KEY=mok.priv CERT=mok.der"
	say "ksworker: where there is none yet, this makes one:"
	say "  openssl req -new -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/CN=my modules/' \\"
	say "          -outform DER -keyout mok.priv -out mok.der"
	exit 2
fi
for file in "$key" "$cert"; do
	[ -r "$file" ] || die "$file cannot be read"
done
sign=$tree/scripts/sign-file
[ -x "$sign" ] || die "there is no $sign; on Debian it comes with linux-headers"
hash=$(sed -n 's/^CONFIG_MODULE_SIG_HASH="\(.*\)"$/\1/p' "$tree/.config" 2>/dev/null || :)
for module; do
	[ -e "$module" ] || die "$module is not built yet: make"
	"$sign" "${hash:-sha256}" "$key" "$cert" "$module" || die "$module could not be signed"
	# the signature ends the file
	[ "$(tail -c 28 "$module" | head -c 27)" = "~Module signature appended~" ] ||
		die "$module has no signature"
	say "ksworker: $module is signed"
	if have modinfo; then
		modinfo "$module" | grep -E '^(signer|sig_hashalgo|sig_key):' || :
	fi
done
