# SPDX-License-Identifier: GPL-2.0-or-later
# Case 5: question, answer and FIN before the final ACK (RFC 7413): the server
# has closed by the time that the handshake is complete.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:150(50) win 1024 <mss,FO>  => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 151 win 1024   => accept SYN_RECEIVED
+0     server > client: P. 501:801(300) ack 151 win 1024 => accept SYN_RECEIVED
+0     server > client: F. 801:801(0) ack 151 win 1024   => accept SYN_RECEIVED
known-wrong: a FIN before the final ACK is forgotten
+0.01  client > server: . 151:151(0) ack 802 win 1024    => accept CLOSE_WAIT settled
+0     client > server: F. 151:151(0) ack 802 win 1024   => accept LAST_ACK settled
+0.01  server > client: . 802:802(0) ack 152 win 1024    => accept TIME_WAIT settled

connection client > server: SF ShdfAFa
listed nobody
