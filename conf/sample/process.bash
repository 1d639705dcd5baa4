# Processes of one instance: started apart from the terminal, known again by number and start time,
# ended for sure, with what they left behind. Sourced by conf/sample/instance.
#
# $STATE/pid/NAME holds "PID START BOOT": a number that was given to somebody else since does not
# match. Every server runs with its working directory inside $STATE or $runtime, which tells its
# orphans (an nginx worker whose master was killed) from strangers.

# The fields of /proc/PID/stat after the name: [0] state, [1] parent, [2] group, [19] start time.
process_stat() {
	local line
	{ read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
	read -ra STAT <<<"${line##*) }"
	[[ ${STAT[0]} != [ZX] ]]
}

process_read() {
	local boot
	{ read -r PID START boot <"$STATE/pid/$1"; } 2>/dev/null || return 1
	[[ $boot == "$(</proc/sys/kernel/random/boot_id)" ]]
}

process_alive() {
	process_read "$1" && process_stat "$PID" && [[ ${STAT[19]} == "$START" ]]
}

process_any() {
	local file
	for file in "$STATE"/pid/*; do
		[[ -e $file ]] && process_alive "${file##*/}" && return 0
	done
	return 1
}

# Whoever is still in the process group of NAME, and works in our folders.
process_members() {
	local entry at
	process_read "$1" || return 0
	for entry in /proc/[0-9]*; do
		process_stat "${entry#/proc/}" && [[ ${STAT[2]} == "$PID" ]] || continue
		at=$(readlink "$entry/cwd") || continue
		[[ $at/ == "$STATE"/* || $at/ == "$runtime"/* ]] && echo "${entry#/proc/}"
	done
	return 0
}

# process_spawn NAME FOLDER COMMAND…: its output goes to $STATE/log/NAME.log.
process_spawn() {
	local name=$1 folder=$2 fd
	shift 2
	(
		cd "$folder" || exit 1
		# A pipe of the caller kept open by a server would make the caller wait for ever.
		for fd in /proc/self/fd/*; do
			fd=${fd##*/}
			((fd > 2)) && exec {fd}>&-
		done
		exec setsid "${leash[@]}" "$@"
	) </dev/null >>"$STATE/log/$name.log" 2>&1 &
	process_stat "$!" || return 1
	echo "$! ${STAT[19]} $(</proc/sys/kernel/random/boot_id)" >"$STATE/pid/$name"
	disown "$!"
}

# process_gone SECONDS TEST…: waits until TEST fails.
process_gone() {
	local i limit=$(($1 * 20))
	shift
	for ((i = 0; i < limit; i++)); do
		"$@" || return 0
		sleep 0.05
	done
	return 1
}

process_left() {
	[[ -n $(process_members "$1") ]]
}

# process_end NAME SECONDS: TERM, patience, then KILL; the group too.
process_end() {
	local name=$1
	if process_alive "$name"; then
		kill -CONT "$PID" 2>/dev/null # one that was stopped cannot end
		kill -TERM "$PID" 2>/dev/null
		process_gone "$2" process_alive "$name" || kill -KILL "$PID" 2>/dev/null
	fi
	if process_left "$name"; then
		kill -TERM $(process_members "$name") 2>/dev/null
		process_gone 2 process_left "$name" || kill -KILL $(process_members "$name") 2>/dev/null
		process_gone 5 process_left "$name"
	fi
	rm -f "$STATE/pid/$name"
}
