# SPDX-License-Identifier: GPL-2.0-or-later
# Clients that close with a RST, as many do to be done at once: after the
# server's FIN, and after both.
name client 203.0.113.9
name server 192.0.2.1.80

for i in 1..2
+0     client.4000$i > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client.4000$i: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client.4000$i > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled
+0.01  server > client.4000$i: P. 501:601(100) ack 111 win 1024 => accept ESTABLISHED settled
+0     server > client.4000$i: F. 601:601(0) ack 111 win 1024   => accept CLOSE_WAIT settled
done
+0.01  client.40001 > server: R. 111:111(0) ack 602 win 0       => accept CLOSED settled
+0.01  client.40002 > server: F. 111:111(0) ack 602 win 1024    => accept LAST_ACK settled
+0.01  server > client.40002: . 602:602(0) ack 112 win 1024     => accept TIME_WAIT settled
+0.01  client.40002 > server: R 112:112(0) win 0                => accept CLOSED settled

connection client.40001 > server: RSTO ShDdfR
# Both FINs were there: the RST adds nothing.
connection client.40002 > server: SF ShDdfFaR
listed nobody
