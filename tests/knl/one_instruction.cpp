// Operations that are one instruction each of AVX512BW, DQ and VL, where flags allow these.
using shorts [[gnu::vector_size(64)]] = short;
using longs [[gnu::vector_size(64)]] = long;
using half_of_longs [[gnu::vector_size(32)]] = long;

shorts sums(shorts a, shorts b) { return a + b; }
longs products(longs a, longs b) { return a * b; }
half_of_longs shifted(half_of_longs a) { return a >> 3; }
