# SPDX-License-Identifier: GPL-2.0-or-later
# Case 25: urgent data is old and valid, in the SYN and in the FIN too:
# URG beside what else may be there accuses nobody.
name client 203.0.113.9.40000
name server 192.0.2.1.23

+0     client > server: SU 100:100(0) win 1024           => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: .U 101:102(1) ack 501 win 1024   => accept ESTABLISHED settled
+0.01  server > client: . 501:501(0) ack 102 win 1024    => accept ESTABLISHED settled
+0.01  client > server: F.U 102:103(1) ack 501 win 1024  => accept FIN_WAIT_1 settled

connection client > server: S2 ShDaF
listed nobody
