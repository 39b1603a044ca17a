# SPDX-License-Identifier: GPL-2.0-or-later
# A socket connected to itself: one address and port at both ends, a
# simultaneous open of one. We cannot tell its ends apart: all of it is the
# originator's. It passes and nobody is charged.
name self 192.0.2.1.50000

+0     self > self: S 100:100(0) win 1024           => accept SYN_SENT
+0     self > self: S. 100:100(0) ack 101 win 1024  => accept SYN_SENT
+0.01  self > self: P. 101:111(10) ack 101 win 1024 => accept -
+0.01  self > self: . 111:111(0) ack 111 win 1024   => accept -
+0.01  self > self: F. 111:111(0) ack 111 win 1024  => accept -
+0.01  self > self: . 112:112(0) ack 112 win 1024   => accept -

connection self > self: SH SDAF
listed nobody
