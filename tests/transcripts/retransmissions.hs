# SPDX-License-Identifier: GPL-2.0-or-later
# Everything once more than needed: SYN, data, FIN. Data sent again have a T or
# t in the history the first time, the tenth and so on; SYN and FIN have none.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+1     client > server: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  client > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled
for i in 1..10
+0.5   client > server: P. 101:111(10) ack 501 win 1024  => accept ESTABLISHED settled
done
+0.01  server > client: P. 501:521(20) ack 111 win 1024  => accept ESTABLISHED settled
+0.2   server > client: P. 501:521(20) ack 111 win 1024  => accept ESTABLISHED settled
+0.01  client > server: F. 111:111(0) ack 521 win 1024   => accept FIN_WAIT_1 settled
+0.2   client > server: F. 111:111(0) ack 521 win 1024   => accept FIN_WAIT_1 settled
+0.01  server > client: F. 521:521(0) ack 112 win 1024   => accept CLOSING settled
+0.2   server > client: F. 521:521(0) ack 112 win 1024   => accept CLOSING settled
+0.01  client > server: . 112:112(0) ack 522 win 1024    => accept TIME_WAIT settled
+0.2   server > client: F. 521:521(0) ack 112 win 1024   => accept TIME_WAIT settled
+0.01  client > server: . 112:112(0) ack 522 win 1024    => accept TIME_WAIT settled

connection client > server: SF ShDTTdtFfA
listed nobody
