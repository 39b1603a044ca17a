# SPDX-License-Identifier: GPL-2.0-or-later
# The most ordinary connection there is, over IPv6, from its SYN to the last
# ACK: three segments, a question, an answer, both FINs.
name client 2001:db8:9::9.40000
name server 2001:db8::1.80

+0     client > server: S 100:100(0) win 64800 <mss,wscale,sackOK,TS>           => accept SYN_SENT
+0.01  server > client: S. 500:500(0) ack 101 win 65535 <mss,wscale,sackOK,TS>  => accept SYN_RECEIVED
+0.01  client > server: . 101:101(0) ack 501 win 507 <TS>                       => accept ESTABLISHED
+0     client > server: P. 101:201(100) ack 501 win 507 <TS>                    => accept ESTABLISHED settled
+0.01  server > client: . 501:501(0) ack 201 win 509 <TS>                       => accept ESTABLISHED settled
+0.01  server > client: P. 501:1501(1000) ack 201 win 509 <TS>                  => accept ESTABLISHED settled
+0.01  client > server: . 201:201(0) ack 1501 win 501 <TS>                      => accept ESTABLISHED settled
+0     client > server: F. 201:201(0) ack 1501 win 501 <TS>                     => accept FIN_WAIT_1 settled
+0.01  server > client: F. 1501:1501(0) ack 202 win 509 <TS>                    => accept CLOSING settled
+0.01  client > server: . 202:202(0) ack 1502 win 501 <TS>                      => accept TIME_WAIT settled

connection client > server: SF ShADadFf
listed nobody
