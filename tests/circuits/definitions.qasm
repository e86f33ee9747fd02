OPENQASM 3.0;
include "stdgates.inc";
gate one(a) q { rx(a) q; rz(a * 2) q; }
gate two(a, b) p, q { one(a) p; one(b) q; cx p, q; }
gate three(a) p, q, r { two(a, -a) p, q; two(a / 2, a ** 2) q, r; }
qubit[3] q;
three(0.9) q[0], q[1], q[2];
three(-1.3) q[2], q[0], q[1];
