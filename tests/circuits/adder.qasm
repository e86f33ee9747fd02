OPENQASM 3.0;
include "stdgates.inc";
// Adds 5 and 6 by carries (Cuccaro and others, quant-ph/0410184); the sum is read out high bit first.
gate majority a, b, c { cx c, b; cx c, a; ccx a, b, c; }
gate unmajority a, b, c { ccx a, b, c; cx c, a; cx a, b; }
qubit carry_in;
qubit[3] a;
qubit[3] b;
qubit carry_out;
bit[4] sum;
uint[3] first = 5;
uint[3] second = 6;
reset carry_in;
reset a;
for uint i in [0:2] {
  if (bool(first[i])) x a[i];
  if (bool(second[i])) x b[i];
}
majority carry_in, b[0], a[0];
majority a[0], b[1], a[1];
majority a[1], b[2], a[2];
cx a[2], carry_out;
unmajority a[1], b[2], a[2];
unmajority a[0], b[1], a[1];
unmajority carry_in, b[0], a[0];
sum[0] = measure carry_out;
for uint i in [0:2] {
  sum[i + 1] = measure b[2 - i];
}
