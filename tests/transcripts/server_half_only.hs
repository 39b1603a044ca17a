# SPDX-License-Identifier: GPL-2.0-or-later
# Case 22: only the server's half comes by. The first SYN/ACK answers nothing
# we saw; after a few segments the port is known, and the next one passes
# without a word.
name client 203.0.113.9
name server 192.0.2.1.443

+0     server > client.40001: S. 500:500(0) ack 101 win 1024 => accept unsolicited-syn-ack MIDSTREAM
for i in 1..6
+0.01  server > client.40001: P. $i501:$i511(10) ack 101 win 1024 => accept MIDSTREAM
done
+0.01  server > client.40001: P. 7501:7511(10) ack 101 win 1024 => accept MIDSTREAM settled
+0.01  server > client.40001: F. 7511:7511(0) ack 101 win 1024 => accept MIDSTREAM settled
+1     server > client.40002: S. 500:500(0) ack 101 win 1024 => accept MIDSTREAM
+0.01  server > client.40002: F. 501:501(0) ack 101 win 1024 => accept MIDSTREAM

connection client.40001 > server: SHR ^hdf unsolicited-syn-ack
connection client.40002 > server: SHR ^hf
listed nobody
