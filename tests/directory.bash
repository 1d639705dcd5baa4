# Shared by the suites that ask a real directory with a configuration file and nothing else. The caller sets
# work, a temporary folder, and writes the right answers to $work/right: "login<TAB>DN", sorted.
# shellcheck shell=bash
ctl=$PWD/build/${MODE:-dev}/bin/loketctl
passed=0
failed=0

check() { # sentence without substitutions; the status of the command before it decides
	if (($?)); then
		echo "not ok - $1"
		((failed++))
	else
		echo "ok - $1"
		((passed++))
	fi
}

# An authority NAME.pem, and a certificate of "ca" for 127.0.0.1.
make_ca() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$1" \
		-keyout "$work/$1.key" -out "$work/$1.pem" 2>/dev/null
}
make_certificate() {
	make_ca ca && make_ca other &&
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=directory.example \
			-keyout "$work/server.key" -out "$work/server.csr" 2>/dev/null &&
		openssl x509 -req -in "$work/server.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 2 \
			-extfile <(echo subjectAltName=IP:127.0.0.1) -out "$work/server.pem" 2>/dev/null &&
		chmod 600 "$work/server.key"
}

ask() {
	"$ctl" -c "$work/loket.xml" directory "$1"
}

sets() { # how, end of DNs that answers leave out, only these people or all
	local how=$1 tail=$2 login ok count
	shift 2
	# shellcheck disable=SC2046 # logins are words
	(($#)) || set -- $(cut -f1 "$work/right" | uniq)
	for login; do
		ask "$login" >"$work/said" 2>&1
		ok=$?
		sed -n "s/^group    /$login\t/p" "$work/said" | sed "s/$tail\$//" | sort >"$work/got"
		count=$(wc -l <"$work/got")
		((!ok)) && diff <(grep -P "^$login\t." "$work/right") "$work/got"
		check "$how: $login is in exactly $count groups"
		((ok)) && cat "$work/said"
	done
}
