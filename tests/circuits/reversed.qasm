OPENQASM 3.0;
include "stdgates.inc";
qubit[3] q;
bit[3] c;
x q[0];
ry(0.6) q[1];
for int i in [0:2] {
  c[i] = measure q[2 - i];
}
