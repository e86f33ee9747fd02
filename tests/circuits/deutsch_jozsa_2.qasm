OPENQASM 2.0;
include "qelib1.inc";
gate oracle a,b,c,t { cx a,t; ccx b,c,t; }
qreg q[3];
qreg t[1];
creg c[3];
x t;
h q;
h t;
oracle q[0],q[1],q[2],t[0];
h q;
measure q[0] -> c[0];
measure q[1] -> c[1];
measure q[2] -> c[2];
