# SPDX-License-Identifier: GPL-2.0-or-later
# RFC 9293, figure 8, seen near the server: an old duplicate SYN comes before
# the one that is meant. The client resets its answer, as it would half-open a
# port, and the real handshake follows.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 90:90(0) win 1024              => accept SYN_SENT
+0     server > client: S. 300:300(0) ack 91 win 1024    => accept SYN_RECEIVED
+0.01  client > server: R 91:91(0) win 0                 => accept syn-scan CLOSED
+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0     server > client: S. 400:400(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: . 101:101(0) ack 401 win 1024    => accept ESTABLISHED
+0.01  client > server: P. 101:111(10) ack 401 win 1024  => accept ESTABLISHED settled

connection client > server: RSTO ShR syn-scan
connection client > server: S1 ShAD
listed nobody
