# SPDX-License-Identifier: GPL-2.0-or-later
# Case 11: a host of ours calls out, and the answer takes longer than we wait:
# it comes after the SYN has been told as unanswered, and still fits.
inside 192.0.2.0/24
name host 192.0.2.10.50000
name far 198.51.100.5.443

+0     host > far: S 100:100(0) win 1024           => accept SYN_SENT
+1     host > far: S 100:100(0) win 1024           => accept SYN_SENT
+2     host > far: S 100:100(0) win 1024           => accept SYN_SENT
+4     host > far: S 100:100(0) win 1024           => accept SYN_SENT
+93    far > host: S. 500:500(0) ack 101 win 1024  => accept SYN_RECEIVED
+0.01  host > far: P. 101:111(10) ack 501 win 1024 => accept ESTABLISHED settled

# After five seconds it was one; that cannot be unsaid, but costs nobody.
connection host > far: S1 ShD syn-scan
listed nobody
