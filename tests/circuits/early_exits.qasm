OPENQASM 3.0;
include "stdgates.inc";
qubit[4] q;
bit[4] c;
int turns = 0;
for int i in [0:9] {
  if (i == 4) { break; }
  if (i % 2 == 1) { continue; }
  ry(0.3 * (i + 1)) q[i];
  cx q[i], q[i + 1];
}
while (true) {
  turns += 1;
  for int k in {3, 1, 0} {
    if (k == turns) break;
    rx(0.1 * k + 0.2) q[k];
  }
  if (turns < 3) continue;
  break;
}
c = measure q;
if (turns == 3) { end; }
x q;
