#compdef handshakectl
# zsh completion for handshakectl(8). SPDX-License-Identifier: GPL-2.0-or-later
#
# Commands are those that "handshakectl help" names, addresses those on the
# blocklist, if the control socket lets us read it.

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

_handshakectl_arguments()
{
	case $words[1] in
	replay)
		_arguments '-c[configuration file]:file:_files' \
			'--json[a JSON object a line]' \
			'*--local[protected side]:prefix:' \
			'--verify-checksums[refuse wrong TCP checksums]' \
			'*:capture:_files' ;;
	report)
		_arguments '--html[write there]:file:_files' \
			'--json[as JSON]' '*:capture:_files' ;;
	check-config) _arguments '1:file:_files' ;;
	mode) _arguments '1:mode:(enforce observe)' ;;
	block)
		_arguments '--reason[say why]:text:' \
			'--permanent[without an end]' \
			'1:address or network:' \
			'*:duration:(permanent 10m 1h 1d)' ;;
	unblock)
		_arguments '--all[every source]' \
			'*:address or network:_handshakectl_listed' ;;
	explain) _arguments '1:address:_handshakectl_listed' ;;
	esac
}

_handshakectl()
{
	local curcontext=$curcontext state line
	typeset -A opt_args

	_arguments -C '(-s --socket)'{-s,--socket}'[control socket]:file:_files' \
		'--json[the answer as JSON]' '(-h --help)'{-h,--help}'[help]' \
		'--version[the version]' \
		'1:command:_handshakectl_commands' '*::argument:->arguments'
	[[ $state != arguments ]] || _handshakectl_arguments
}

_handshakectl "$@"
