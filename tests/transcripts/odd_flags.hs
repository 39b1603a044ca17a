# SPDX-License-Identifier: GPL-2.0-or-later
# Case 30: sets of flags that no conforming host sends are dropped at first
# sight, PSH, ECE, CWR and AE hiding none. One of each lists nobody.
name server 192.0.2.1.80

+0.1  203.0.113.11.1 > server: - 0:0(0) win 1024               => drop null-scan -
+0.1  203.0.113.12.1 > server: PEWN 0:0(0) win 1024            => drop null-scan -
+0.1  203.0.113.13.1 > server: F 1:1(0) win 1024               => drop fin-scan -
+0.1  203.0.113.14.1 > server: FPEW 1:1(0) win 1024            => drop fin-scan -
+0.1  203.0.113.15.1 > server: FPU 1:1(0) win 1024             => drop xmas-scan -
+0.1  203.0.113.16.1 > server: FUN 1:1(0) win 1024             => drop xmas-scan -
+0.1  203.0.113.17.1 > server: U 1:1(0) win 1024               => drop invalid-flags -
+0.1  203.0.113.18.1 > server: FS 1:1(0) win 1024              => drop invalid-flags -
+0.1  203.0.113.19.1 > server: SR 1:1(0) win 1024              => drop invalid-flags -
+0.1  203.0.113.20.1 > server: FR. 1:1(0) ack 1 win 1024       => drop invalid-flags -
+0.1  203.0.113.21.1 > server: S.U 1:1(0) ack 1 win 1024       => drop invalid-flags -
+0.1  203.0.113.22.1 > server: FSRP.UEWN 1:1(0) ack 1 win 1024 => drop invalid-flags -

listed nobody
