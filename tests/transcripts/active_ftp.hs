# SPDX-License-Identifier: GPL-2.0-or-later
# Case 18: an FTP server opens the data connections, from its port 20 to a port
# of the client that is another each time. They are answered and used.
name server 192.0.2.1.20
name client 203.0.113.9

for i in 10..39
+1     server > client.500$i: S 100:100(0) win 1024            => accept SYN_SENT
+0.01  client.500$i > server: S. 500:500(0) ack 101 win 1024   => accept SYN_RECEIVED
+0.01  server > client.500$i: . 101:101(0) ack 501 win 1024    => accept ESTABLISHED
+0     server > client.500$i: P. 101:201(100) ack 501 win 1024 => accept ESTABLISHED settled
+0     server > client.500$i: F. 201:201(0) ack 501 win 1024   => accept FIN_WAIT_1 settled
+0.01  client.500$i > server: F. 501:501(0) ack 202 win 1024   => accept CLOSING settled
+0     server > client.500$i: . 202:202(0) ack 502 win 1024    => accept TIME_WAIT settled
done

for i in 10..39
connection server > client.500$i: SF ShADFf
done
listed nobody
