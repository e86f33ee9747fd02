OPENQASM 3.0;
include "stdgates.inc";
const float tenth = 1.0 / 10;
const int[8] wrapped = 130;
int steps = 0;
float angle_sum = 0.0;
while (steps < 4) {
  angle_sum += tenth * steps;
  steps += 1;
}
qubit[2] q;
rx(angle_sum + sin(pi / 6) * sqrt(4)) q[0];
ry(mod(7.5, 2) - floor(2.9)) q[0];
if (wrapped < 0 && steps == 4) { cx q[0], q[1]; } else { x q[1]; }
switch (steps) {
  case 1, 2 { x q[0]; }
  case 4 { ry(0.5) q[1]; }
  default { h q[1]; }
}
