OPENQASM 2.0;
include "qelib1.inc";
qreg pair[2];
creg seen[2];
u2(0, pi) pair[0];
CX pair[0], pair[1];
barrier pair;
measure pair -> seen;
