OPENQASM 3.0;
include "stdgates.inc";
gate coupling(a) p, q { cx p, q; rz(a) q; cx p, q; }
const float step = 0.35;
qubit[4] q;
bit[4] c;
for int turn in [1:3] {
  for int i in {0, 2} coupling(step) q[i], q[i + 1];
  coupling(step) q[1], q[2];
  rx(2 * step) q;
}
c = measure q;
