# bash completion for handshakectl(8). SPDX-License-Identifier: GPL-2.0-or-later
#
# Commands are those that "handshakectl help" names, options those that the help
# of a command names, addresses those on the blocklist, if the control socket lets
# us read it.

_handshakectl_commands()
{
	handshakectl help 2>/dev/null | sed -n 's/^  \([a-z][a-z-]*\).*/\1/p'
}

# Of the command, or those before any command.
_handshakectl_options() # COMMAND
{
	handshakectl help "${1:-status}" 2>/dev/null |
		sed -n '/^options:/,/^$/{s/^  \(-.*\)/\1/p;s/^   *\(--.*\)/\1/p}' |
		grep -oE '^(-[a-z], )?--?[a-z-]+' | tr -d ','
}

# No character that a shell would act on can be in an address.
_handshakectl_listed() # [-s SOCKET]
{
	handshakectl "$@" --json blocklist 2>/dev/null |
		grep -oE '"source": ?"[0-9A-Fa-f.:/]+"' | cut -d '"' -f 4
}

_handshakectl_files()
{
	local IFS=$'\n'

	compopt -o filenames 2>/dev/null
	COMPREPLY=($(compgen -f -- "$1"))
}

_handshakectl()
{
	# Not COMP_WORDS, which are cut at the colons of IPv6 addresses.
	local line=${COMP_LINE:0:COMP_POINT} words cur prev choices= i
	local command= arguments=0 socket=()

	read -ra words <<<"$line"
	[[ $line != *[[:space:]] ]] || words+=("")
	cur=${words[-1]} prev=
	[ ${#words[@]} -lt 2 ] || prev=${words[-2]}
	for ((i = 1; i < ${#words[@]} - 1; i++)); do
		case ${words[i]} in
		-s | --socket) socket=(-s "${words[++i]}") ;;
		-c | --html | --local | --reason) ((i++)) ;;
		-*) ;;
		*)
			[ -z "$command" ] || ((arguments++))
			command=${command:-${words[i]}} ;;
		esac
	done
	COMPREPLY=()
	case $prev in
	-s | --socket | -c | --html)
		_handshakectl_files "$cur"
		return ;;
	--local | --reason)
		return ;;
	esac
	case $command:$arguments:$cur in
	*:-*) choices=$(_handshakectl_options "$command") ;;
	replay:* | report:*)
		_handshakectl_files "$cur"
		return ;;
	check-config:0:*)
		_handshakectl_files "$cur"
		return ;;
	:*) choices=$(_handshakectl_commands) ;;
	help:0:*) choices=$(_handshakectl_commands) ;;
	mode:0:*) choices="enforce observe" ;;
	block:0:*) ;;
	block:*) choices="permanent 10m 1h 1d" ;;
	unblock:* | explain:0:*)
		choices=$(_handshakectl_listed "${socket[@]}") ;;
	esac
	COMPREPLY=($(compgen -W "$choices" -- "$cur"))
	# What bash replaces begins behind the last colon.
	if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then
		COMPREPLY=("${COMPREPLY[@]#"${cur%"${cur##*:}"}"}")
	fi
}

complete -F _handshakectl handshakectl
