OPENQASM 3.0;
include "stdgates.inc";
gate turn(a) p, q { rx(a) p; cx p, q; rz(a / 2) q; }
qubit[4] q;
bit[4] c;
h q[0];
ctrl @ turn(0.8) q[0], q[1], q[2];
inv @ turn(0.3) q[1], q[3];
pow(3) @ turn(0.2) q[2], q[0];
negctrl @ ctrl @ ry(0.9) q[3], q[0], q[2];
ctrl(2) @ negctrl @ pow(0.5) @ x q[0], q[2], q[1], q[3];
inv @ pow(1 / 2) @ y q[1];
pow(-2) @ sx q[2];
c = measure q;
