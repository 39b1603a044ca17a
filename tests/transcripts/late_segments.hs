# SPDX-License-Identifier: GPL-2.0-or-later
# Case 1: a phone and a sleeping laptop, whose connections are forgotten here,
# still close them; so does the server. To and from an open port that is noise.
name phone 203.0.113.9
name server 192.0.2.1.80
served server

+0    phone.40001 > server: F. 900:900(0) ack 700 win 1024  => accept MIDSTREAM
+0.1  phone.40002 > server: . 900:900(0) ack 700 win 1024   => accept MIDSTREAM
+0.1  phone.40003 > server: R 900:900(0) win 0              => accept NONE
+0.1  server > phone.40004: F. 700:700(0) ack 900 win 1024  => accept MIDSTREAM
+0.1  server > phone.40005: . 700:700(0) ack 900 win 1024   => accept MIDSTREAM
+0.1  server > phone.40006: R 700:700(0) win 0              => accept NONE
+0.1  server > phone.40007: S. 700:700(0) ack 900 win 1024  => accept MIDSTREAM

# Half a connection; of a RST alone nothing is told.
connection phone.40001 > server: SH F
connection phone.40002 > server: OTH A
connection phone.40004 > server: SHR ^f
connection phone.40005 > server: OTH ^a
connection phone.40007 > server: OTH ^h
listed nobody
