OPENQASM 3.0;
include "stdgates.inc";
qubit[2] a;
qubit[2] b;
ry(pi / 3) a;
cx a, b;
