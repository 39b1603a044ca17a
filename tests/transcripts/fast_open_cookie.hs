# SPDX-License-Identifier: GPL-2.0-or-later
# Case 5: a client asks for a Fast Open cookie (RFC 7413) and is given one.
# But for the option that is an ordinary handshake.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024 <mss,FO>          => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024 <mss,FO> => accept SYN_RECEIVED
+0.01  client > server: P. 101:111(10) ack 501 win 1024         => accept ESTABLISHED settled

connection client > server: S1 ShD
listed nobody
