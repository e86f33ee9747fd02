OPENQASM 3.0;
#pragma braket verbatim
box {
  rz(0.3) $0;
  prx(0.7, 0.2) $0;
  prx(1.9, -0.4) $1;
  cz $0, $1;
}
barrier $0, $1;
nop $0, $1;
prx(0.5, 1.0) $1;
