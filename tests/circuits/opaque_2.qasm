OPENQASM 2.0;
include "qelib1.inc";
opaque magic(a) x,y;
gate mixed(a,b) x,y { u3(a/2,-b,b^2) x; barrier x,y; cx x,y; u1(sin(a)*1/2) y; }
qreg q[2];
qreg r[2];
creg low[2];
creg high[2];
h r;
mixed(0.7,0.3) q[0],q[1];
mixed(pi/3,-0.2) q,r;
measure r -> high;
measure q[1] -> low[0];
measure q[0] -> low[1];
