# SPDX-License-Identifier: GPL-2.0-or-later
# Case 14: Happy Eyeballs (RFC 8305): a browser calls over IPv6 and, a quarter
# second later, over IPv4. The one that answers last is reset, here before its
# SYN/ACK comes by. The port is served: nothing is found.
name six 2001:db8:9::9
name four 203.0.113.9
name server6 2001:db8::1.443
name server4 192.0.2.1.443
served server6
served server4

for i in 10..29
+1     six.400$i > server6: S 100:100(0) win 1024            => accept SYN_SENT
+0.25  four.400$i > server4: S 300:300(0) win 1024           => accept SYN_SENT
+0.01  server4 > four.400$i: S. 500:500(0) ack 301 win 1024  => accept SYN_RECEIVED
+0     four.400$i > server4: P. 301:401(100) ack 501 win 1024 => accept ESTABLISHED settled
+0     six.400$i > server6: R 101:101(0) win 0               => accept CLOSED
+0.05  server6 > six.400$i: S. 700:700(0) ack 101 win 1024   => accept CLOSED
+0.01  six.400$i > server6: R 101:101(0) win 0               => accept CLOSED
done

for i in 10..29
connection six.400$i > server6: RSTO SRh
connection four.400$i > server4: S1 ShD
done
listed nobody
