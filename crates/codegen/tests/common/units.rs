//! Units that seeds are made of. Each target uses some of this.
#![allow(dead_code)]

/// Typed IR with a bit of everything.
pub const UNITS: [&str; 2] = [
    r#"
unit "Shapes.area(Float64)"
sig0 = julia(f64) -> f64
sig1 = c(f64, f64) -> f64
sig2 = julia(i64) -> i64
ext0 = specialization "Shapes.twice(Float64)" julia(f64) -> f64
ext1 = foreign "libm.so.6" "pow"
ext2 = cell 0 8
loc0 = "Shapes.area" 77 "shapes.jl" 3
loc1 = "Shapes.inner" 77 "inner.jl" 1 at loc0
function specialized "Shapes.area(Float64)" sig0 {
b0(v0: f64):
  v1: f64 = call ext0(v0) sig0 @loc0
  v2: f64 = fconst 0x4000000000000000
  v3: f64 = call ext1(v1, v2) sig1 @loc1
  return v3
}
function local "Shapes.count" sig2 {
b0(v0: i64):
  v1: i64 = ref ext2
  v2: i64 = load v1 + 0
  v3: i64 = iadd v2, v0
  store v3, v1 + 0
  return v3
}
"#,
    r#"
unit "Shapes.twice(Float64)"
sig0 = julia(f64) -> f64
sig1 = c(i64, i64, i32) -> boxed throws
sig2 = c(i64, i64) -> boxed throws
ext0 = type "Float64"
ext1 = runtime "allocate"
function specialized "Shapes.twice(Float64)" sig0 {
b0(v0: f64):
  v1: f64 = fadd v0, v0
  return v1
}
function generic "jlcall Shapes.twice(Float64)" sig1 {
b0(v0: i64, v1: i64, v2: i32):
  v3: i64 = load v1 + 0
  v4: f64 = load v3 + 0
  v5: f64 = call fn0(v4) sig0
  v6: i64 = ref ext0
  v7: i64 = iconst 8
  v8: i64 = call ext1(v7, v6) sig2 unwind b1
  return v8
b1:
  throw_return
}
"#,
];
