# SPDX-License-Identifier: GPL-2.0-or-later
# Case 13: another one connects to the same port of many hosts and closes at
# once. Breadth over hosts alone is a load balancer looking after its own.
name checker 203.0.113.20.40000

for i in 10..39
+0.1   checker > 192.0.2.$i.80: S 100:100(0) win 1024          => accept SYN_SENT
+0.01  192.0.2.$i.80 > checker: S. 500:500(0) ack 101 win 1024 => accept SYN_RECEIVED
+0.01  checker > 192.0.2.$i.80: . 101:101(0) ack 501 win 1024  => accept ESTABLISHED
+0     checker > 192.0.2.$i.80: F. 101:101(0) ack 501 win 1024 => accept connect-scan FIN_WAIT_1
+0.01  192.0.2.$i.80 > checker: F. 501:501(0) ack 102 win 1024 => accept CLOSING
+0.01  checker > 192.0.2.$i.80: . 102:102(0) ack 502 win 1024  => accept TIME_WAIT
done

for i in 10..39
connection checker > 192.0.2.$i.80: SF ShAFf connect-scan
done
listed nobody
