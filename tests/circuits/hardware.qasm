OPENQASM 3;
h $3;
cnot $3, $1;
rx(0.4) $1;
bit[2] c;
c[0] = measure $1;
c[1] = measure $3;
