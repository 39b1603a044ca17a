# SPDX-License-Identifier: GPL-2.0-or-later
# Case 22: of an asymmetric route only the client's half comes by here. It
# passes, and after a few segments it is let go.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  client > server: . 101:101(0) ack 501 win 1024    => accept HALF_SEEN
for i in 1..6
+0.01  client > server: P. $i01:$i11(10) ack 501 win 1024 => accept HALF_SEEN
done
+0.01  client > server: P. 701:711(10) ack 501 win 1024  => accept HALF_SEEN settled
+0.01  client > server: F. 711:711(0) ack 600 win 1024   => accept HALF_SEEN settled
+0.01  client > server: . 712:712(0) ack 601 win 1024    => accept HALF_SEEN settled

connection client > server: SH SADF
listed nobody
