OPENQASM 3.0;
include "stdgates.inc";
// Phases that show only because these gates are controlled.
gate shifted(a) q { gphase(a); x q; }
qubit[2] q;
bit[2] c;
h q;
ctrl @ shifted(0.7) q[0], q[1];
ctrl @ u3(0.5, 0.6, 0.9) q[0], q[1];
ctrl @ u2(0.2, 1.1) q[1], q[0];
ctrl @ gphase(0.4) q[0];
negctrl @ gphase(-0.3) q[1];
negctrl @ shifted(0.25) q[1], q[0];
cu(0.3, 0.5, 0.7, 1.3) q[0], q[1];
ctrl @ rz(1.5) q[0], q[1];
ctrl @ p(1.5) q[1], q[0];
h q;
c = measure q;
