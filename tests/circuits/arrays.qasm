OPENQASM 3.0;
include "stdgates.inc";
array[float[64], 2, 3] table = {{0.1, 0.2, 0.3}, {1.1, 1.2, 1.3}};
array[int[8], 4] order = {2, 0, 1, 0};
array[float[64], 3] row = table[1];
def widest(readonly array[float[64], #dim = 2] all) -> float {
  float most = 0.0;
  for int i in [0:sizeof(all) - 1] {
    for float value in all[i] { if (value > most) { most = value; } }
  }
  return most;
}
def halve(mutable array[float[64], 3] some) {
  for int i in [0:sizeof(some) - 1] { some[i] /= 2; }
}
qubit[3] q;
table[0, 1:2] = row[0:1];
table[-1][2] += 0.05;
halve(row);
order[3] = order[0] - 1;
for int place in order { ry(table[0][place] + row[place]) q[place]; }
cx q[order[1]], q[order[0]];
rx(widest(table)) q[1];
crz(table[1, 2]) q[1], q[2];
h q;
