# SPDX-License-Identifier: GPL-2.0-or-later
# Case 5: Fast Open with a cookie that is stale: the SYN/ACK acknowledges the
# SYN alone, and the client sends its data again.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:150(50) win 1024 <mss,FO>    => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024     => accept SYN_RECEIVED
+0.01  client > server: P. 101:151(50) ack 501 win 1024    => accept ESTABLISHED settled
+0.01  server > client: . 501:501(0) ack 151 win 1024      => accept ESTABLISHED settled

connection client > server: S1 ShDTa
listed nobody
