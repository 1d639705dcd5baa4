# Installing what is missing, and nothing more. Sourced by conf/sample/instance.
#
# Debian starts the service of a package when it installs one. A policy-rc.d of ours forbids that for
# as long as we install; one that is there already is left as it is, and services that run already
# are not touched. Services we brought stay switched off.

policy=/usr/sbin/policy-rc.d
services="slapd nginx samba-ad-dc winbind"

packages_wanted() {
	local purpose package wish
	while read -r purpose package; do
		for wish; do
			[[ $purpose == "$wish" ]] && echo "$package"
		done
	done <"$here/packages"
}

packages_missing() {
	local package
	for package; do
		[[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
			echo "$package"
	done
}

# Debian 12 has Node 18; a newer one that is there already will do.
node_there() {
	local version
	version=$(node --version 2>/dev/null) || return 1
	version=${version#v}
	((${version%%.*} >= 18)) && command -v npm >/dev/null
}

policy_set() {
	[[ -e $policy || -L $policy ]] && return
	trap policy_remove EXIT
	printf '#!/bin/sh\n# Put here while Loket installs packages; goes away by itself.\nexit 101\n' \
		>"$policy.loket"
	chmod 755 "$policy.loket"
	mv -n "$policy.loket" "$policy"
	policy_ours=yes
}

policy_remove() {
	rm -f "$policy.loket"
	[[ -n ${policy_ours-} ]] && rm -f "$policy"
	policy_ours=
}

# As root, one at a time on this machine.
packages_install() {
	local package
	exec 8>/run/loket-packages.lock
	flock 8
	policy_set
	export DEBIAN_FRONTEND=noninteractive
	compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || apt-get -q update
	apt_install "$@" || { apt-get -q update && apt_install "$@"; } ||
		fail "could not install: $*"
	for package; do
		[[ " $services " == *" $package "* ]] && service_off "$package"
	done
	policy_remove
}

apt_install() {
	apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install --no-install-recommends \
		"$@" >&2
}

service_off() {
	if [[ -d /run/systemd/system ]]; then
		systemctl --quiet disable "$1" 2>/dev/null
	elif command -v update-rc.d >/dev/null; then
		update-rc.d "$1" disable >/dev/null 2>&1
	fi
	echo "  (the system's own $1 stays switched off; Loket runs one of its own)"
}

packages_command() {
	local missing
	local -a wishes=("$@")
	((${#wishes[@]})) || wishes=(build run)
	[[ " ${wishes[*]} " == *" run "* ]] && wishes+=("$WEB")
	if [[ " ${wishes[*]} " == *" test "* ]]; then
		wishes+=(nginx apache)
		node_there || wishes+=(node)
	fi
	missing=$(packages_missing $(packages_wanted "${wishes[@]}" | sort -u))
	[[ -n $missing ]] || return 0
	command -v apt-get >/dev/null || fail "these Debian packages are missing:" $missing
	echo "Installing what is missing:" $missing
	if ((EUID == 0)); then
		packages_install $missing
	elif command -v sudo >/dev/null; then
		sudo "$here/instance" packages-install $missing
	else
		fail "no sudo; as root: apt-get install --no-install-recommends" $missing
	fi
}
