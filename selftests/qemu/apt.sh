# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Debian packages of any suite from the mirror that the machine already uses,
# through an apt root of our own: neither the machine's lists nor its installed
# packages are looked at or changed, and no root is needed. Sourced after lib.sh.

# shellcheck disable=SC2016	# apt's own $(WORDS)

# mirror main|security: the sources.list words "[options] URI" of the machine's
# own Debian mirror.
mirror()
{
	local want=$1 suite uri release signed origin best="" key opts=""

	if [ -n "${KSW_MIRROR-}" ]; then
		# said by the user: where the machine itself is no Debian
		[ "$want" = main ] || return 0
		echo "$KSW_MIRROR"
		return
	fi
	have apt-get || die "no apt here to fetch Debian's kernels with; set KSW_MIRROR on a machine that has apt"
	suite=$(host_suite)
	[ -n "$suite" ] || die "this machine runs no Debian: set KSW_MIRROR to the URI of a Debian mirror to fetch kernels from"
	[ "$want" = main ] || suite=$suite-security
	while IFS='|' read -r uri release signed origin; do
		[ "$release" = "$suite" ] || continue
		# other vendors name their suites after Debian's: origin tells
		# them apart where the lists have been read, else the address
		case $origin:$uri in
		Debian:*) ;;
		*:*/debian/ | *:*/debian-security/) [ "$origin" = '$(ORIGIN)' ] || continue ;;
		*) continue ;;
		esac
		best=$uri
		case $signed in
		/*) key=$signed ;;
		*) key= ;;
		esac
		break
	done < <(apt-get indextargets --format '$(REPO_URI)|$(RELEASE)|$(SIGNED_BY)|$(ORIGIN)' \
			'Created-By: Packages' 2>/dev/null | sort -u)
	if [ -z "$best" ]; then
		[ "$want" = main ] || return 0
		die "no Debian mirror of suite $suite found in apt's sources; set KSW_MIRROR to its URI"
	fi
	# a key ring that was bound to the machine's own suite may lack the others'
	if [ -n "$key" ]; then
		[ ! -r /usr/share/keyrings/debian-archive-keyring.gpg ] ||
			key=$key,/usr/share/keyrings/debian-archive-keyring.gpg
		opts="[signed-by=$key] "
	fi
	echo "$opts$best"
}

# apt_root SUITE ARCH: makes the apt root, in $tmp (nobody else's, and gone with
# it), and reads the lists; the functions that follow use it.
apt_conf=
in_apt_root()
{
	APT_CONFIG=$apt_conf "$@"
}

apt_root()
{
	local suite=$1 arch=$2 dir main security

	dir=${tmp:?}/apt/$suite-$arch
	mkdir -p "$dir"/{lists/partial,cache/archives/partial,state,log}
	: >"$dir/status"
	main=$(mirror main)
	{
		echo "deb $main $suite main"
		case $suite in
		*-backports | sid) ;;
		*)
			echo "deb $main $suite-updates main"
			security=$(mirror security)
			[ -z "$security" ] || echo "deb $security $suite-security main"
			;;
		esac
	} >"$dir/sources.list"
	{
		# proxies and the like, as the machine has them; its hooks not
		apt-config dump 2>/dev/null | grep '^Acquire::' | grep -v '^Acquire::IndexTargets' || :
		cat <<-CONF
		Dir::Etc::main "/dev/null";
		Dir::Etc::parts "/dev/null";
		Dir::Etc::sourcelist "$dir/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::State "$dir/state";
		Dir::State::lists "$dir/lists";
		Dir::State::status "$dir/status";
		Dir::Cache "$dir/cache";
		Dir::Log "$dir/log";
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; };
		APT::Sandbox::User "root";
		APT::Get::List-Cleanup "true";
		Acquire::Languages "none";
		Acquire::Retries "3";
		CONF
	} >"$dir/apt.conf"
	apt_conf=$dir/apt.conf
	say "ksworker: reading the package lists of Debian's $suite ($arch)"
	in_apt_root apt-get -qq update >&2 ||
		die "the package lists of $suite cannot be fetched (see above)"
}

# depends PACKAGE: what it depends on, one name per line; the first of alternatives.
depends()
{
	in_apt_root apt-cache depends --no-recommends --no-suggests --no-conflicts \
		--no-breaks --no-replaces --no-enhances "$1" |
		awk '$1 ~ /Depends:$/ {
			if (!rest && $2 !~ /^</)
				print $2
			rest = $1 ~ /^\|/
		}'
}

# fetch_debs DIR PACKAGE...: downloads into DIR.
fetch_debs()
{
	local dir=$1

	shift
	say "ksworker: fetching $*"
	(cd "$dir" && in_apt_root apt-get -qq download "$@" >&2) || die "fetching failed: $*"
}

# unpack_debs DIR ROOT
unpack_debs()
{
	local deb

	for deb in "$1"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink --no-same-owner -C "$2"
	done
}
