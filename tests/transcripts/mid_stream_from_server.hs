# SPDX-License-Identifier: GPL-2.0-or-later
# The same, where the first segment that we see is the server's: whose port is
# a service's is the responder.
name client 203.0.113.9.40000
name server 192.0.2.1.80

+0     server > client: P. 2000:2500(500) ack 1000 win 1024 => accept MIDSTREAM
+0.01  client > server: . 1000:1000(0) ack 2500 win 1024    => accept ESTABLISHED settled
+0.01  client > server: P. 1000:1100(100) ack 2500 win 1024 => accept ESTABLISHED settled

connection client > server: OTH ^dAD
listed nobody
