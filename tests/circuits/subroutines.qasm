OPENQASM 3.0;
include "stdgates.inc";
const int size = 3;
def turned(qubit a, float by) { ry(by) a; rz(by / 2) a; }
def sum_to(int n) -> int {
  if (n == 0) { return 0; }
  return n + sum_to(n - 1);
}
def fourier(int n, qubit[3] r) {
  if (n == 0) return;
  h r[n - 1];
  for int k in [0:n - 2] { cp(pi / 2 ** (n - 1 - k)) r[k], r[n - 1]; }
  fourier(n - 1, r);
}
def couple(qubit a, qubit[2] b) -> float {
  cx a, b[0];
  cry(0.4) b[0], b[1];
  return 0.3 * sum_to(2);
}
qubit[size] q;
bit[size] c;
for int i in [0:size - 1] { turned(q[i], 0.2 * sum_to(i + 1)); }
float angle_given = couple(q[2], q[0:1]);
rx(angle_given + couple(q[0], q[{2, 1}])) q[1];
fourier(size, q);
c = measure q;
