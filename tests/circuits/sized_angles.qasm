OPENQASM 3.0;
include "stdgates.inc";
qubit[2] q;
bit[2] c;
angle[4] quarter = pi / 2;
angle[4] turn = 7 * quarter;
uint[4] pattern = 11;
angle[4] from_bits = angle[4](bit[4](pattern));
bit[4] reversed = "0001";
for int i in [0:1] { reversed[i] = pattern[3 - i]; }
ry(turn / 2) q[0];
if (turn == 3 * pi / 2 && quarter << 1 == pi) { ry(from_bits) q[1]; }
cx q[0], q[1];
rx(angle[4](reversed)) q[1];
rz(-quarter) q[1];
ry(int(turn / quarter)) q[0];
h q[1];
c = measure q;
