OPENQASM 3.0;
include "stdgates.inc";
input float theta;
input angle phi;
input int[8] turns;
qubit[2] q;
bit[2] c;
for int i in [1:turns] {
  rx(theta / i) q[0];
  cry(phi) q[0], q[1];
}
c = measure q;
