#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Beside the firewalls an operator may have already: Docker's rules, ufw,
# firewalld and fail2ban. Each is there when our rules come, is reloaded,
# stopped and started again while they are, and stays when they go. Every time:
# its tables are as it left them, ours are untouched, a scanner is listed and
# kept out, an innocent is served, by the machine and by a container on a
# published port. To be run by tests/vm/run.

set -eu -o pipefail
# shellcheck source=tests/lab/lab.sh
. "$(dirname "$0")/../lab/lab.sh"

[ "${IN_VM:-}" = 1 ] || skip_all "not in the VM: run it with tests/vm/run"
lab_require nmap iptables-restore ufw firewalld fail2ban-client
# shellcheck disable=SC2034 # for lab.sh
lab_gw_is_machine=1
gw_url=http://203.0.113.1:8001/
gw_url6='http://[2001:db8:1::1]:8001/'
box_url=http://203.0.113.1:8080/	# published: the container's port 80

# Every table but ours, with neither counters nor handles.
theirs()
{
	nft -s list ruleset 2>/dev/null | awk '
		/^table inet handshaked / { ours = 1 }
		!ours { print }
		/^}/ { ours = 0 }'
}

# Ours with handles: rules that somebody took and put back have others.
ours() { nft -s -t -a list table inet handshaked; }

log() { journalctl -u handshaked -o cat --no-pager; }

told_gone() { log | grep 'is gone, deleted.*restart handshaked-rules'; }

scan() # SOURCE OPTION...
{
	local source=$1

	shift
	lab_in scanner nmap -n -Pn -T5 --max-retries 0 --max-rate 250 \
		-e eth0 -S "$source" "$@" 203.0.113.1 >/dev/null 2>&1
}

check_same() # SENTENCE BEFORE AFTER
{
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1" "$(diff <(echo "$2") <(echo "$3") | head -n 30)"
	fi
}

check_served() # WHEN
{
	check "$1 an innocent is served" lab_fetch client $gw_url
	check "$1 over IPv6 too" lab_fetch client "$gw_url6"
	check "$1 by the container too" lab_fetch client $box_url
}

check_kept_out() # WHO ADDRESS
{
	check "$1 is listed" wait_for 3 lab_listed "$2"
	lab_fetch scanner $box_url -m 2 --interface "$2" 2>/dev/null &
	check_not "$1 is kept out" \
		lab_fetch scanner $gw_url -m 2 --interface "$2"
	check_not "$1 is kept out of the container" wait $!
}

# Each scan is somebody else's: of one who is known not to be forged less is
# enough.
check_works() # WHEN NEIGHBOUR
{
	local a b

	check_served "$1"
	check_theirs "$1" "$2"
	a=203.0.113.$((++scanner)) b=203.0.113.$((++scanner))
	lab_addresses scanner eth0 $a/32 $b/32
	scan $a -sX -p 1-20 &
	scan $b -sS -p 9000-9009
	wait $!
	check_kept_out "$1 who scans the machine" $a
	check_kept_out "$1 who scans the container" $b
}

# What dockerd 20 writes for a bridge and a container with published ports.
docker_up()
{
	local port

	iptables-restore -n <<-EOF
		*filter
		:FORWARD DROP
		:DOCKER -
		:DOCKER-ISOLATION-STAGE-1 -
		:DOCKER-ISOLATION-STAGE-2 -
		:DOCKER-USER -
		-I FORWARD -i docker0 -o docker0 -j ACCEPT
		-I FORWARD -i docker0 ! -o docker0 -j ACCEPT
		-I FORWARD -o docker0 -j DOCKER
		-I FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-I FORWARD -j DOCKER-ISOLATION-STAGE-1
		-I FORWARD -j DOCKER-USER
		-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
		-A DOCKER-ISOLATION-STAGE-1 -j RETURN
		-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
		-A DOCKER-ISOLATION-STAGE-2 -j RETURN
		-A DOCKER-USER -j RETURN
		COMMIT
		*nat
		:DOCKER -
		-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
		-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
		-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
		-A DOCKER -i docker0 -j RETURN
		COMMIT
	EOF
	{
		echo '*filter'
		for port in 80 {9000..9009}; do
			echo "-A DOCKER -d 172.17.0.2/32 ! -i docker0" \
				"-o docker0 -p tcp --dport $port -j ACCEPT"
		done
		printf 'COMMIT\n*nat\n'
		for port in 8080:80 {9000..9009}; do
			echo "-A DOCKER ! -i docker0 -p tcp" \
				"--dport ${port%:*} -j DNAT" \
				"--to-destination 172.17.0.2:${port#*:}"
			echo "-A POSTROUTING -s 172.17.0.2/32 -d" \
				"172.17.0.2/32 -p tcp" \
				"--dport ${port#*:} -j MASQUERADE"
		done
		echo COMMIT
	} | iptables-restore -n
}

docker_down()
{
	iptables-restore -n <<-EOF
		*filter
		:FORWARD ACCEPT
		:DOCKER -
		:DOCKER-ISOLATION-STAGE-1 -
		:DOCKER-ISOLATION-STAGE-2 -
		:DOCKER-USER -
		-D FORWARD -i docker0 -o docker0 -j ACCEPT
		-D FORWARD -i docker0 ! -o docker0 -j ACCEPT
		-D FORWARD -o docker0 -j DOCKER
		-D FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-D FORWARD -j DOCKER-ISOLATION-STAGE-1
		-D FORWARD -j DOCKER-USER
		COMMIT
		*nat
		:DOCKER -
		:POSTROUTING ACCEPT
		-F POSTROUTING
		-D PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
		-D OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
		COMMIT
	EOF
}

docker_reload() { docker_down && docker_up; }

ufw_up() { ufw --force enable; }
ufw_down() { ufw disable; }

# What firewall-cmd sends, but it gives up after 25 s: too early when emulated.
firewalld_call()
{
	busctl --timeout=200 "$1" org.fedoraproject.FirewallD1 \
		/org/fedoraproject/FirewallD1 \
		org.fedoraproject.FirewallD1 "$2"
}

# It empties iptables' tables too, whenever it starts, stops or is reloaded;
# dockerd waits for that and puts its rules back.
firewalld_up()
{
	systemctl start firewalld && firewalld_call get-property state &&
		docker_up
}

firewalld_down() { systemctl stop firewalld; }
firewalld_reload() { firewalld_call call reload && docker_up; }

# The first ban makes the set.
fail2ban_bans() # JAIL...
{
	local jail

	wait_for 20 fail2ban-client ping || return
	for jail; do
		fail2ban-client set "$jail" banip 203.0.113.99
		wait_for 10 nft get element inet f2b-table \
			"addr-set-$jail" '{ 203.0.113.99 }' || return
	done
}

fail2ban_up() { systemctl start fail2ban && fail2ban_bans multi all; }
fail2ban_down() { systemctl stop fail2ban; }
fail2ban_reload() { systemctl restart fail2ban && fail2ban_bans multi all; }

# What each of them is there for.
check_theirs() # WHEN NEIGHBOUR
{
	case $2 in
	ufw|firewalld)
		check_not "$1 what it does not open is closed" \
			lab_fetch client http://203.0.113.1:8002/ -m 2 ;;
	fail2ban)
		check_not "$1 whom it bans is banned" lab_fetch scanner \
			$gw_url -m 2 --interface 203.0.113.99 ;;
	esac
}

beside() # NEIGHBOUR
{
	local n=$1 alone mine begin=$SECONDS

	check "$n is there first" "${n}_up"
	alone=$(theirs)
	check "$n: our rules and the daemon start" \
		systemctl start handshaked-rules handshaked
	check_same "$n first: its tables are as before" "$alone" "$(theirs)"
	check_works "$n first:" "$n"
	mine=$(ours)
	# ufw's reload is a disable and an enable: half a minute here.
	if [ "$n" != ufw ]; then
		check "$n is reloaded" "${n}_reload"
		check_same "$n reloaded: ours is left alone" "$mine" "$(ours)"
		check_same "$n reloaded: its tables are as before" \
			"$alone" "$(theirs)"
		check_served "$n reloaded:"
		check_theirs "$n reloaded:" "$n"
	fi
	check "$n is stopped" "${n}_down"
	check_same "$n stopped: ours is left alone" "$mine" "$(ours)"
	check "$n is started after us" "${n}_up"
	check_same "$n second: ours is left alone" "$mine" "$(ours)"
	check_same "$n second: its tables are as before" "$alone" "$(theirs)"
	check_works "$n second:" "$n"
	check "$n: ours is taken away" \
		systemctl stop handshaked handshaked-rules
	check_same "$n stays: its tables are as before" "$alone" "$(theirs)"
	note "$n: $((SECONDS - begin)) s"
}

# Starting firewalld.service stops nftables.service, which takes every table
# along; and our unit with it.
firewalld_takes_over()
{
	check "nftables.service and our rules run" \
		systemctl start nftables handshaked-rules handshaked
	check "firewalld takes over from nftables.service" firewalld_up
	check_not "which is stopped" systemctl is-active nftables
	check "that our rules are gone is told" wait_for 5 told_gone
	check "what it says to do works" systemctl restart handshaked-rules
	check "firewalld still runs" systemctl is-active firewalld
	check_not "and nftables.service does not" systemctl is-active nftables
	check_served "firewalld after nftables:"
	systemctl stop handshaked handshaked-rules firewalld
}

lab_up
lab_serve gw 8001 8002
lab_host client 100
lab_host scanner 66
scanner=200
lab_addresses scanner eth0 203.0.113.99/32
lab_netns box
lab_link gw veth-box box eth0
ip link add docker0 type bridge
ip link set veth-box master docker0
ip link set docker0 up
lab_addresses gw docker0 172.17.0.1/16
lab_addresses box eth0 172.17.0.2/16
ip -n "hsd$$-box" route add default via 172.17.0.1
lab_serve box 80

check "it is installed" make -C "$lab_root" --no-print-directory install
check "the user is made" systemd-sysusers
check "the units are read" systemctl daemon-reload
rm -f /var/lib/handshaked/state
printf '[model]\ngrace = 0\n' >/etc/handshaked/handshaked.conf

mkdir -p /etc/firewalld/zones
cat >/etc/firewalld/zones/docker.xml <<'EOF'
<?xml version="1.0" encoding="utf-8"?>
<zone target="ACCEPT"><short>docker</short><interface name="docker0"/></zone>
EOF
cat >/etc/firewalld/zones/public.xml <<'EOF'
<?xml version="1.0" encoding="utf-8"?>
<zone><short>public</short><port port="8001" protocol="tcp"/><forward/></zone>
EOF
cat >/etc/fail2ban/jail.local <<'EOF'
[DEFAULT]
backend = polling
logpath = /var/log/neighbours.log
filter = sshd
[sshd]
enabled = false
[multi]
enabled = true
port = 8001,ssh
banaction = nftables[type=multiport]
[all]
enabled = true
banaction = nftables[type=allports]
EOF
printf '[Definition]\ndbfile = None\n' >/etc/fail2ban/fail2ban.local
: >/var/log/neighbours.log

[ $# -gt 0 ] || set -- docker ufw firewalld fail2ban
for neighbour; do
	# Docker is there with each of the others.
	case $neighbour in
	ufw|fail2ban) check "Docker's rules are there" docker_up ;;
	esac
	[ "$neighbour" != ufw ] || check "ufw opens a port" ufw allow 8001/tcp
	beside "$neighbour"
	"${neighbour}_down" >/dev/null 2>&1
	case $neighbour in
	ufw|fail2ban) docker_down ;;
	firewalld) firewalld_takes_over ;;
	esac
done
checks_end
