//! The verifier: for each rule, a unit that breaks it, and where it is found.

use pkgimage_ir::text::parse;
use pkgimage_ir::verify::verify;
use pkgimage_ir::{BlockId, Op, Unit, Value};

/// Tables that the bodies below may use.
const HEAD: &str = r#"
unit "f"
sig0 = julia(i64, f64) -> i64
sig1 = julia(i64, f64) -> i64 throws
sig2 = c(i64) -> none
sig3 = c(i64) -> none throws
sig4 = c(i64, i64, i32) -> boxed throws
ext0 = runtime "r"
ext1 = runtime_data "d"
ext2 = specialization "g" julia(i64, f64) -> i64
ext3 = type "T"
loc0 = "m" 77 "f.jl" 1
"#;

fn with_body(sig: &str, body: &str) -> String {
    format!("{HEAD}\nfunction local \"f\" {sig} {{\n{body}\n}}")
}

fn check(text: &str, expected: &str) {
    let unit = parse(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let found = verify(&unit).map_or_else(|e| e.to_string(), |()| "fine".into());
    assert_eq!(found, expected, "{text}");
}

#[test]
fn bodies() {
    let entry = "b0(v0: i64, v1: f64):";
    let cases = [
        ("sig0", "  return v0", "fine"),
        ("sig0", "  return", "fn0 b0 terminator: expected 1 of results, found 0"),
        ("sig0", "  return v1", "fn0 b0 terminator: v1 has type f64, expected i64"),
        ("sig0", "  throw_return", "fn0 b0 terminator: only a function that throws can do this"),
        ("sig1", "  throw_return", "fine"),
        ("sig0", "  jump b0(v0, v1)", "fn0 b0 terminator: a jump leads to the entry block"),
        ("sig0", "  jump b1", "fn0 b0 terminator: there is no b1"),
        ("sig0", "  return v0\nb1:\n  return v0", "fn0 b1: the block cannot be reached"),
        ("sig0", "  return v9", "fn0 b0 terminator: there is no v9"),
        (
            "sig0",
            "  v2: i64 = iadd v0, v3\n  v3: i64 = iconst 1\n  return v2",
            "fn0 b0 instruction 0: v3 is used where it need not be defined",
        ),
        (
            "sig0",
            "  v2: i64 = iadd v2, v0\n  return v2",
            "fn0 b0 instruction 0: v2 is used where it need not be defined",
        ),
        (
            "sig0",
            "  v2: i8 = icmp eq v0, v0\n  br_if v2, b1, b2\nb1:\n  v3: i64 = iconst 1\n  jump b2\nb2:\n  return v3",
            "fn0 b2 terminator: v3 is used where it need not be defined",
        ),
        (
            "sig0",
            "  v2: i8 = icmp eq v0, v0\n  br_if v2, b1, b2\nb1:\n  v3: i64 = iconst 1\n  jump b3(v3)\nb2:\n  jump b3(v0)\nb3(v4: i64):\n  return v4",
            "fine",
        ),
        (
            "sig0",
            "  br_if v0, b1, b1\nb1:\n  return v0",
            "fn0 b0 terminator: v0 has type i64, expected i8",
        ),
        (
            "sig0",
            "  jump b1\nb1(v2: i64):\n  return v2",
            "fn0 b0 terminator: expected 1 of arguments of the jump, found 0",
        ),
        (
            "sig0",
            "  jump b1(v1)\nb1(v2: i64):\n  return v2",
            "fn0 b0 terminator: v1 has type f64, expected i64",
        ),
        (
            "sig0",
            "  switch v1, b1\nb1:\n  return v0",
            "fn0 b0 terminator: v1 has type f64, expected i8 to i64",
        ),
        (
            "sig0",
            "  switch v0, b1, 1: b1, 1: b1\nb1:\n  return v0",
            "fn0 b0 terminator: the case 1 is there twice or does not fit the type",
        ),
        (
            "sig0",
            "  v2: i8 = trunc v0\n  switch v2, b1, 256: b1\nb1:\n  return v0",
            "fn0 b0 terminator: the case 256 is there twice or does not fit the type",
        ),
        (
            "sig0",
            "  v2: i64 = iadd v0, v1\n  return v2",
            "fn0 b0 instruction 0: v1 has type f64, expected i64",
        ),
        (
            "sig0",
            "  v2: f64 = iadd v1, v1\n  return v0",
            "fn0 b0 instruction 0: v1 has type f64, expected an integer",
        ),
        (
            "sig0",
            "  v2: i64 = fadd v0, v0\n  return v0",
            "fn0 b0 instruction 0: v0 has type i64, expected a float",
        ),
        (
            "sig0",
            "  v2: i32 = iadd v0, v0\n  return v0",
            "fn0 b0 instruction 0: v2 has type i32, expected i64",
        ),
        (
            "sig0",
            "  v2: i64 = shl v0, v1\n  return v0",
            "fn0 b0 instruction 0: v1 has type f64, expected an integer",
        ),
        ("sig0", "  v2: i8 = iconst 1\n  v3: i64 = shl v0, v2\n  return v3", "fine"),
        (
            "sig0",
            "  iadd v0, v0\n  return v0",
            "fn0 b0 instruction 0: expected 1 of results, found 0",
        ),
        (
            "sig0",
            "  v2: i64 = sadd_overflow v0, v0\n  return v0",
            "fn0 b0 instruction 0: expected 2 of results, found 1",
        ),
        (
            "sig0",
            "  v2: i64 = icmp eq v0, v0\n  return v0",
            "fn0 b0 instruction 0: v2 has type i64, expected i8",
        ),
        (
            "sig0",
            "  v2: i64 = select v0, v0, v0\n  return v0",
            "fn0 b0 instruction 0: v0 has type i64, expected i8",
        ),
        (
            "sig0",
            "  v2: i64 = sext v0\n  return v0",
            "fn0 b0 instruction 0: sext does not convert i64 to i64",
        ),
        (
            "sig0",
            "  v2: i32 = bitcast v1\n  return v0",
            "fn0 b0 instruction 0: bitcast does not convert f64 to i32",
        ),
        (
            "sig0",
            "  v2: f32 = fpext v1\n  return v0",
            "fn0 b0 instruction 0: fpext does not convert f64 to f32",
        ),
        (
            "sig0",
            "  v2: f32 = fconst 0x100000000\n  return v0",
            "fn0 b0 instruction 0: the constant does not fit into its type",
        ),
        (
            "sig0",
            "  v2: i64 = fconst 0\n  return v0",
            "fn0 b0 instruction 0: the constant does not fit into its type",
        ),
        (
            "sig0",
            "  v2: i64 = load v1 + 0\n  return v0",
            "fn0 b0 instruction 0: v1 has type f64, expected i64",
        ),
        (
            "sig0",
            "  store v0, v1 + 0\n  return v0",
            "fn0 b0 instruction 0: v1 has type f64, expected i64",
        ),
        (
            "sig0",
            "  v2: i64 = stack_addr ss0 + 0\n  return v0",
            "fn0 b0 instruction 0: there is no ss0",
        ),
        ("sig0", "  v2: i64 = ref ext9\n  return v0", "fn0 b0 instruction 0: there is no ext9"),
        ("sig0", "  v2: i64 = func_addr fn1\n  return v0", "fn0 b0 instruction 0: there is no fn1"),
        (
            "sig0",
            "  mem_copy v0, v0, v0 align 3\n  return v0",
            "fn0 b0 instruction 0: the alignment 3 is not a power of two within the limit",
        ),
        (
            "sig0",
            "  mem_set v0, v0, v0\n  return v0",
            "fn0 b0 instruction 0: v0 has type i64, expected i8",
        ),
        ("sig0", "  call ext0(v0) sig9\n  return v0", "fn0 b0 instruction 0: there is no sig9"),
        (
            "sig0",
            "  call ext0() sig2\n  return v0",
            "fn0 b0 instruction 0: expected 1 of arguments, found 0",
        ),
        (
            "sig0",
            "  call ext0(v1) sig2\n  return v0",
            "fn0 b0 instruction 0: v1 has type f64, expected i64",
        ),
        (
            "sig0",
            "  call ext0(v0) sig3\n  return v0",
            "fn0 b0 instruction 0: a call has `unwind` if and only if its signature throws",
        ),
        (
            "sig0",
            "  call ext0(v0) sig2 unwind b1\n  return v0\nb1:\n  return v0",
            "fn0 b0 instruction 0: a call has `unwind` if and only if its signature throws",
        ),
        ("sig0", "  call ext0(v0) sig3 unwind b1\n  return v0\nb1:\n  return v0", "fine"),
        (
            "sig0",
            "  call ext1(v0) sig2\n  return v0",
            "fn0 b0 instruction 0: ext1 is not a function",
        ),
        (
            "sig0",
            "  call ext2(v0) sig2\n  return v0",
            "fn0 b0 instruction 0: the signature of the call is not that of the callee",
        ),
        ("sig0", "  v2: i64 = call ext2(v0, v1) sig0\n  return v2", "fine"),
        (
            "sig0",
            "  v2: i64 = call ext0(v0, v1) sig0\n  return v2",
            "fn0 b0 instruction 0: the signature of the call is not that of the callee",
        ),
        ("sig0", "  v2: i64 = call fn0(v0, v1) sig0\n  return v2", "fine"),
        (
            "sig0",
            "  call fn0(v0) sig2\n  return v0",
            "fn0 b0 instruction 0: the signature of the call is not that of the callee",
        ),
        (
            "sig0",
            "  call v1(v0) sig2\n  return v0",
            "fn0 b0 instruction 0: v1 has type f64, expected i64",
        ),
        (
            "sig0",
            "  v2: i64 = call ext0(v0, v0, v3) sig4 unwind b1(v2)\n  v3: i32 = iconst 0\n  return v0\nb1(v4: i64):\n  return v4",
            "fn0 b0 instruction 0: v3 is used where it need not be defined",
        ),
        (
            "sig0",
            "  v2: i32 = iconst 0\n  v3: i64 = call ext0(v0, v0, v2) sig4 unwind b1(v3)\n  return v0\nb1(v4: i64):\n  return v4",
            "fn0 b0 instruction 1: v3 is used where it need not be defined",
        ),
        (
            "sig0",
            "  v2: i32 = iconst 0\n  v3: i64 = call ext0(v0, v0, v2) sig4 unwind b1\n  return v3\nb1:\n  return v3",
            "fn0 b1 terminator: v3 is used where it need not be defined",
        ),
        (
            "sig0",
            "  v2: i32 = iconst 0\n  v3: i64 = call ext0(v0, v0, v2) sig4 unwind b1\n  return v3\nb1:\n  v4: i64 = sext v2\n  return v4",
            "fine",
        ),
        (
            "sig0",
            "  safepoint ext0, ext0 unwind b1\n  return v0\nb1:\n  return v0",
            "fn0 b0 instruction 0: ext0 is not a runtime variable",
        ),
        (
            "sig0",
            "  safepoint ext1, ext3 unwind b1\n  return v0\nb1:\n  return v0",
            "fn0 b0 instruction 0: ext3 is not a runtime function",
        ),
        (
            "sig0",
            "  v2: i64 = alloc 8, v1, ext0 unwind b1\n  return v0\nb1:\n  return v0",
            "fn0 b0 instruction 0: v1 has type f64, expected i64",
        ),
        (
            "sig0",
            "  v2: i64 = iconst 1 @loc1\n  return v0",
            "fn0 b0 instruction 0: there is no loc1",
        ),
    ];
    for (sig, body, expected) in cases {
        check(&with_body(sig, &format!("{entry}\n{body}")), expected);
    }
}

#[test]
fn heads() {
    let cases = [
        ("unit \"f\"", "unit: there is no function"),
        ("unit \"\"", "unit: a name is empty or holds a NUL"),
        ("unit \"f\"\nsig0 = c(i16) -> none", "sig0: a C function has a parameter of type i16"),
        (
            "unit \"f\"\nsig0 = julia() -> aggregate 8 3",
            "sig0: the alignment 3 is not a power of two within the limit",
        ),
        (
            "unit \"f\"\nsig0 = julia() -> pair i64 i64",
            "sig0: the convention does not allow this result",
        ),
        ("unit \"f\"\nsig0 = c() -> union 8 8", "sig0: the convention does not allow this result"),
        (
            "unit \"f\"\nsig0 = c() -> pair i64 f64 throws",
            "sig0: the convention does not allow this result",
        ),
        (
            "unit \"f\"\nsig0 = c_variadic() -> none throws",
            "sig0: a variadic function cannot throw",
        ),
        (
            "unit \"f\"\next0 = bytes 3 x\"\"",
            "ext0: the alignment 3 is not a power of two within the limit",
        ),
        ("unit \"f\"\next0 = cell 0 2000000", "ext0: the size 2000000 is above the limit"),
        ("unit \"f\"\next0 = foreign \"\"", "ext0: a name is empty or holds a NUL"),
        (
            "unit \"f\"\next0 = specialization \"g\" c(i8) -> none",
            "ext0: a C function has a parameter of type i8",
        ),
        (
            "unit \"f\"\nloc0 = \"m\" 77 \"f\" 1 at loc0",
            "loc0: a location is inlined at a later one",
        ),
    ];
    for (head, expected) in cases {
        let body = "\nfunction local \"f\" sig0 {\nb0:\n  return\n}";
        let text =
            if expected.contains("no function") { head.into() } else { format!("{head}{body}") };
        check(&text, expected);
    }
    let functions = [
        ("local \"\" sig2", "fn0: a name is empty or holds a NUL"),
        ("local \"f\" sig9", "fn0: there is no sig9"),
        ("generic \"f\" sig2", "fn0: a function of this kind cannot have this signature"),
        (
            "local \"f\" sig2 stack_check(ext1, ext0)",
            "fn0: only a function that throws can do this",
        ),
        ("local \"f\" sig3 stack_check(ext0, ext0)", "fn0: ext0 is not a runtime variable"),
        ("local \"f\" sig3 stack_check(ext1, ext3)", "fn0: ext3 is not a runtime function"),
        ("local \"f\" sig3 stack_check(ext1, ext0)", "fine"),
        (
            "local \"f\" sig0",
            "fn0: the parameters of the entry block are not those of the signature",
        ),
    ];
    for (function, expected) in functions {
        let text = format!("{HEAD}\nfunction {function} {{\nb0(v0: i64):\n  return\n}}");
        check(&text, expected);
    }
    let slots = [
        ("ss0 = stack 8 128", "fn0: the alignment 128 is not a power of two within the limit"),
        ("ss0 = stack 70000 8", "fn0: the size 70008 is above the limit"),
    ];
    for (slot, expected) in slots {
        let text =
            format!("{HEAD}\nfunction local \"f\" sig2 {{\n  {slot}\nb0(v0: i64):\n  return\n}}");
        check(&text, expected);
    }
    let twice = "function local \"f\" sig2 {\nb0(v0: i64):\n  return\n}\n";
    check(&format!("{HEAD}{twice}{twice}"), "fn1: the name of the function is taken");
    check(&format!("{HEAD}function local \"f\" sig2 {{\n}}"), "fn0: there is no b0");
}

/// What the parser would not let through.
#[test]
fn broken_numbers() {
    let parse = |body: &str| parse(&with_body("sig0", body)).unwrap();
    let error = |unit: &Unit| verify(unit).unwrap_err().to_string();
    let body = "b0(v0: i64, v1: f64):\n  v2: i64 = iconst 1\n  return v2";

    let mut unit = parse(body);
    unit.functions[0].blocks[0].insts[0].results[0] = Value(0);
    assert_eq!(error(&unit), "fn0 b0 instruction 0: v0 is defined more than once");
    unit.functions[0].blocks[0].insts[0].results[0] = Value(99);
    assert_eq!(error(&unit), "fn0 b0 instruction 0: there is no v99");

    let mut unit = parse(body);
    unit.functions[0].values.push(pkgimage_ir::Type::I8);
    assert_eq!(error(&unit), "fn0: v3 is not defined");

    let mut unit = parse(body);
    unit.functions[0].blocks[0].insts[0].op = Op::Iconst(1 << 64);
    assert_eq!(error(&unit), "fn0 b0 instruction 0: the constant does not fit into its type");

    let mut unit = parse(body);
    unit.functions[0].blocks[0].term = pkgimage_ir::Terminator::Jump(BlockId(u32::MAX).into());
    assert_eq!(error(&unit), "fn0 b0 terminator: there is no b4294967295");
}

/// A chain of many blocks is verified in time that is about linear.
#[test]
fn long_functions() {
    let mut body = String::from("b0(v0: i64, v1: f64):\n  jump b1\n");
    for index in 1..20_000 {
        body += &format!("b{index}:\n  v{}: i64 = iadd v0, v0\n  jump b{}\n", index + 1, index + 1);
    }
    body += "b20000:\n  return v0";
    check(&with_body("sig0", &body), "fine");
}
