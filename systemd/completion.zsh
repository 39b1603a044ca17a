#compdef handshakectl
# zsh completion for handshakectl(8). SPDX-License-Identifier: GPL-2.0-or-later
#
# Commands are those that "handshakectl help" names, options those that the help
# of a command names, addresses those on the blocklist, if the control socket lets
# us read it.

_handshakectl_commands()
{
	local -a commands
	local line

	for line in ${(f)"$(handshakectl help 2>/dev/null)"}; do
		[[ $line == '  '[a-z]* ]] || continue
		line=${line#  }
		commands+=("${line%% *}:${${line#* }## #}")
	done
	_describe command commands
}

_handshakectl_listed()
{
	local -a listed socket
	local name

	for name in -s --socket; do
		[[ -z ${opt_args[$name]} ]] || socket=(-s ${opt_args[$name]})
	done
	listed=(${(f)"$(handshakectl $socket --json blocklist 2>/dev/null |
		grep -oE '"source": ?"[0-9A-Fa-f.:/]+"' | cut -d '"' -f 4)"})
	compadd -a listed
}

# As specs for _arguments, which the caller declares.
_handshakectl_options() # COMMAND
{
	local line value once
	local -a match names

	for line in ${(f)"$(handshakectl help $1 2>/dev/null)"}; do
		[[ $line == ' '*-* && $line =~ \
			'^ +(-[a-z])?(, )?(--[a-z-]+)?( [A-Z]+)? +([a-z].*)$' ]] ||
			continue
		names=($match[1] $match[3])
		[[ -n $names ]] || continue
		value= once="($names)"
		case $match[4] in
		' FILE' | ' SOCKET') value=:file:_files ;;
		' '*) value=:${(L)${match[4]# }}: ;;
		esac
		[[ $match[5] != *repeated* ]] || once='*'
		specs+=("$once"$^names"[${match[5]}]$value")
	done
}

_handshakectl_arguments()
{
	local -a specs

	_handshakectl_options $words[1]
	case $words[1] in
	replay | report) specs+=('*:capture:_files') ;;
	check-config) specs+=('1:file:_files') ;;
	help) specs+=('1:command:_handshakectl_commands') ;;
	mode) specs+=('1:mode:(enforce observe)') ;;
	block) specs+=('1:address or network:'
		'*:duration:(permanent 10m 1h 1d)') ;;
	unblock) specs+=('*:address or network:_handshakectl_listed') ;;
	explain) specs+=('1:address:_handshakectl_listed') ;;
	esac
	_arguments $specs
}

_handshakectl()
{
	local curcontext=$curcontext state line
	local -a specs
	typeset -A opt_args

	_handshakectl_options status
	_arguments -C $specs '1:command:_handshakectl_commands' \
		'*::argument:->arguments'
	[[ $state != arguments ]] || _handshakectl_arguments
}

_handshakectl "$@"
