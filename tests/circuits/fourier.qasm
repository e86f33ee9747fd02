OPENQASM 3.0;
include "stdgates.inc";
// The transform of the state 0101 after a turn of one qubit.
const int n = 4;
qubit[n] q;
bit[n] c;
x q[1];
x q[3];
rx(0.4) q[2];
for int i in [0:n - 1] {
  h q[i];
  for int j in [i + 1:n - 1] {
    cp(pi / 2 ** (j - i)) q[j], q[i];
  }
}
for int i in [0:n / 2 - 1] {
  swap q[i], q[n - 1 - i];
}
h q;
c = measure q;
