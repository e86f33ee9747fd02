OPENQASM 3.0;
include "stdgates.inc";
const bit[4] secret = "1011";
qubit[4] q;
qubit helper;
bit[4] c;
bit[4] mask = secret ^ "0110";
uint[4] count = popcount(secret);
x helper;
h q;
h helper;
for int i in [0:3] { if (secret[i]) cx q[i], helper; }
for bit b in rotl(mask, 1) { if (b == 1) { ry(0.3) helper; } }
if (mask << 1 == "1010" && int[4](mask) < 0) { ry(0.1 * count) q[0]; }
h q;
c = measure q;
