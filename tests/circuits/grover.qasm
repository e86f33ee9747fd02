OPENQASM 3.0;
include "stdgates.inc";
gate ccz a, b, c { h c; ccx a, b, c; h c; }
gate mark a, b, c { x b; ccz a, b, c; x b; }
gate diffuse a, b, c {
  h a; h b; h c;
  x a; x b; x c;
  ccz a, b, c;
  x a; x b; x c;
  h a; h b; h c;
}
qubit[3] q;
h q;
for int turn in [1:2] {
  mark q[0], q[1], q[2];
  diffuse q[0], q[1], q[2];
}
bit[3] c = measure q;
