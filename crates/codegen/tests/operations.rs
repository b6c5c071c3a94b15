//! Every arithmetic instruction on every type, over values at the edges, against what Rust (and so
//! the interpreter) computes.

mod common;

use common::{Loaded, Outcome, load, options};
use pkgimage_ir::{
    BinaryOp, ConvertOp, FloatCc, FunctionBuilder, FunctionKind, IntCc, OptLevel, OverflowOp, Ret,
    Signature, Target, Type, UnaryOp, UnitBuilder, Value,
};

const INTS: [Type; 5] = [Type::I8, Type::I16, Type::I32, Type::I64, Type::I128];

/// Builds a unit of one function per case and calls back with what each computes.
struct Cases {
    unit: UnitBuilder,
    names: Vec<String>,
}

impl Cases {
    fn new() -> Self {
        Cases { unit: UnitBuilder::new("operations"), names: vec![] }
    }

    fn add(
        &mut self,
        name: String,
        params: &[Type],
        ret: Type,
        body: impl FnOnce(&mut FunctionBuilder<'_>, &[Value]) -> Value,
    ) -> usize {
        let signature = Signature {
            conv: pkgimage_ir::Conv::Julia,
            params: params.to_vec(),
            ret: Ret::Value(ret),
            throws: false,
        };
        let mut b =
            FunctionBuilder::new(&mut self.unit, name.clone(), FunctionKind::Local, signature);
        let args = b.params(b.entry()).to_vec();
        let result = body(&mut b, &args);
        b.ret(&[result]);
        b.finish();
        self.names.push(name);
        self.names.len() - 1
    }

    fn load(self) -> Vec<(Loaded, Vec<String>)> {
        let unit = self.unit.finish();
        [(OptLevel::None, Target::baseline()), (OptLevel::Speed, Target::host())]
            .into_iter()
            .map(|(level, target)| {
                let loaded = load(unit.clone(), &options(level, target)).unwrap();
                (loaded, self.names.clone())
            })
            .collect()
    }
}

fn mask(ty: Type, x: u128) -> u128 {
    x & (u128::MAX >> (128 - ty.bits()))
}

fn signed(ty: Type, x: u128) -> i128 {
    let unused = 128 - ty.bits();
    ((x as i128) << unused) >> unused
}

fn edges(ty: Type) -> Vec<u128> {
    let top = 1u128 << (ty.bits() - 1);
    [0, 1, 2, 3, 5, 7, 8, 100, 0x5a, top - 1, top, top + 1, u128::MAX, u128::MAX - 1, 0xdead_beef]
        .into_iter()
        .map(|x| mask(ty, x))
        .collect()
}

fn result(ty: Type, outcome: Outcome) -> u128 {
    let Outcome::Value(bytes) = outcome else { panic!("an exception") };
    let mut all = [0; 16];
    all[..bytes.len()].copy_from_slice(&bytes);
    mask(ty, u128::from_le_bytes(all))
}

#[test]
fn integers() {
    let mut cases = Cases::new();
    let mut list = vec![];
    for ty in INTS {
        for op in BinaryOp::ALL.iter().filter(|op| !op.is_float() && !op.is_shift()) {
            let at =
                cases.add(format!("{op} {ty}"), &[ty, ty], ty, |b, v| b.binary(*op, v[0], v[1]));
            list.push((at, ty, *op));
        }
    }
    for (loaded, names) in cases.load() {
        for (at, ty, op) in &list {
            for a in edges(*ty) {
                for b in edges(*ty) {
                    let (sa, sb) = (signed(*ty, a), signed(*ty, b));
                    let top = signed(*ty, 1 << (ty.bits() - 1));
                    let expected = match op {
                        BinaryOp::Iadd => a.wrapping_add(b),
                        BinaryOp::Isub => a.wrapping_sub(b),
                        BinaryOp::Imul => a.wrapping_mul(b),
                        BinaryOp::And => a & b,
                        BinaryOp::Or => a | b,
                        BinaryOp::Xor => a ^ b,
                        _ if b == 0 => continue,
                        BinaryOp::Udiv => a / b,
                        BinaryOp::Urem => a % b,
                        BinaryOp::Srem => sa.wrapping_rem(sb) as u128,
                        BinaryOp::Sdiv if sa == top && sb == -1 => continue,
                        BinaryOp::Sdiv => (sa / sb) as u128,
                        other => panic!("no expectation for {other}"),
                    };
                    let found = result(*ty, loaded.call(*at, &[a, b]));
                    assert_eq!(found, mask(*ty, expected), "{} {a:#x} {b:#x}", names[*at]);
                }
            }
        }
    }
}

#[test]
fn shifts_by_any_amount() {
    let mut cases = Cases::new();
    let mut list = vec![];
    for ty in INTS {
        for amount in INTS {
            for op in [BinaryOp::Shl, BinaryOp::Lshr, BinaryOp::Ashr] {
                let name = format!("{op} {ty} {amount}");
                let at = cases.add(name, &[ty, amount], ty, |b, v| b.binary(op, v[0], v[1]));
                list.push((at, ty, amount, op, None));
            }
        }
        for constant in [0u8, 1, 7, 8, 31, 63, 64, 127] {
            for op in [BinaryOp::Shl, BinaryOp::Lshr, BinaryOp::Ashr] {
                let name = format!("{op} {ty} by {constant}");
                let at = cases.add(name, &[ty], ty, |b, v| {
                    let amount = b.iconst(Type::I64, constant.into());
                    b.binary(op, v[0], amount)
                });
                list.push((at, ty, Type::I64, op, Some(u128::from(constant))));
            }
        }
    }
    for (loaded, names) in cases.load() {
        for (at, ty, amount_type, op, constant) in &list {
            let mut amounts = edges(*amount_type);
            amounts
                .extend([15, 16, 17, 31, 32, 33, 63, 64, 65, 127].map(|x| mask(*amount_type, x)));
            for a in edges(*ty) {
                for n in constant.map_or(amounts.clone(), |n| vec![n]) {
                    let over = n >= ty.bits().into();
                    let expected = match op {
                        BinaryOp::Shl if !over => a << n,
                        BinaryOp::Lshr if !over => a >> n,
                        BinaryOp::Ashr => {
                            (signed(*ty, a) >> n.min(u128::from(ty.bits()) - 1)) as u128
                        }
                        _ => 0,
                    };
                    let args = if constant.is_some() { vec![a] } else { vec![a, n] };
                    let found = result(*ty, loaded.call(*at, &args));
                    assert_eq!(found, mask(*ty, expected), "{} {a:#x} {n:#x}", names[*at]);
                }
            }
        }
    }
}

#[test]
fn overflow_and_comparison_and_unary() {
    let mut cases = Cases::new();
    let (mut overflows, mut compares, mut unaries) = (vec![], vec![], vec![]);
    for ty in INTS {
        for op in OverflowOp::ALL {
            for flag in [false, true] {
                let ret = if flag { Type::I8 } else { ty };
                let at = cases.add(format!("{op} {ty} {flag}"), &[ty, ty], ret, |b, v| {
                    let (value, overflow) = b.overflow(*op, v[0], v[1]);
                    if flag { overflow } else { value }
                });
                overflows.push((at, ty, *op, flag));
            }
        }
        for cc in IntCc::ALL {
            let name = format!("icmp {cc} {ty}");
            let at = cases.add(name, &[ty, ty], Type::I8, |b, v| b.icmp(*cc, v[0], v[1]));
            compares.push((at, ty, *cc));
        }
        for op in UnaryOp::ALL.iter().filter(|op| !op.is_float()) {
            let at = cases.add(format!("{op} {ty}"), &[ty], ty, |b, v| b.unary(*op, v[0]));
            unaries.push((at, ty, *op));
        }
    }
    for (loaded, names) in cases.load() {
        for (at, ty, op, flag) in &overflows {
            for a in edges(*ty) {
                for b in edges(*ty) {
                    let found = loaded.call(*at, &[a, b]);
                    let (sa, sb) = (signed(*ty, a), signed(*ty, b));
                    let (value, lost) = match op {
                        OverflowOp::Sadd => wide(sa.overflowing_add(sb)),
                        OverflowOp::Ssub => wide(sa.overflowing_sub(sb)),
                        OverflowOp::Smul => wide(sa.overflowing_mul(sb)),
                        OverflowOp::Uadd => a.overflowing_add(b),
                        OverflowOp::Usub => a.overflowing_sub(b),
                        OverflowOp::Umul => a.overflowing_mul(b),
                    };
                    let is_signed =
                        matches!(op, OverflowOp::Sadd | OverflowOp::Ssub | OverflowOp::Smul);
                    let again = mask(*ty, value);
                    let fits = if is_signed {
                        signed(*ty, again) as u128 == value
                    } else {
                        again == value
                    };
                    let context = format!("{} {a:#x} {b:#x}", names[*at]);
                    if *flag {
                        let expected = u128::from(lost || !fits);
                        assert_eq!(result(Type::I8, found), expected, "{context}");
                    } else {
                        assert_eq!(result(*ty, found), again, "{context}");
                    }
                }
            }
        }
        for (at, ty, cc) in &compares {
            for a in edges(*ty) {
                for b in edges(*ty) {
                    let (sa, sb) = (signed(*ty, a), signed(*ty, b));
                    let expected = match cc {
                        IntCc::Eq => a == b,
                        IntCc::Ne => a != b,
                        IntCc::Slt => sa < sb,
                        IntCc::Sle => sa <= sb,
                        IntCc::Sgt => sa > sb,
                        IntCc::Sge => sa >= sb,
                        IntCc::Ult => a < b,
                        IntCc::Ule => a <= b,
                        IntCc::Ugt => a > b,
                        IntCc::Uge => a >= b,
                    };
                    let found = result(Type::I8, loaded.call(*at, &[a, b]));
                    assert_eq!(found, u128::from(expected), "{} {a:#x} {b:#x}", names[*at]);
                }
            }
        }
        for (at, ty, op) in &unaries {
            for a in edges(*ty) {
                let unused = 128 - ty.bits();
                let expected = match op {
                    UnaryOp::Neg => a.wrapping_neg(),
                    UnaryOp::Not => !a,
                    UnaryOp::Ctpop => a.count_ones().into(),
                    UnaryOp::Ctlz => (a.leading_zeros() - unused).into(),
                    UnaryOp::Cttz => a.trailing_zeros().min(ty.bits()).into(),
                    UnaryOp::Bswap => a.swap_bytes() >> unused,
                    other => panic!("no expectation for {other}"),
                };
                let found = result(*ty, loaded.call(*at, &[a]));
                assert_eq!(found, mask(*ty, expected), "{} {a:#x}", names[*at]);
            }
        }
    }
}

fn wide((value, lost): (i128, bool)) -> (u128, bool) {
    (value as u128, lost)
}

const FLOATS: [f64; 22] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    3.25,
    127.9,
    128.0,
    -129.0,
    65504.0,
    1e10,
    -1e10,
    9.3e18,
    1e30,
    1e-310,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

fn float_bits(ty: Type, x: f64) -> u128 {
    if ty == Type::F32 { (x as f32).to_bits().into() } else { x.to_bits().into() }
}

fn float_of(ty: Type, bits: u128) -> f64 {
    if ty == Type::F32 { f32::from_bits(bits as u32).into() } else { f64::from_bits(bits as u64) }
}

/// The same float, where NaNs are all one.
fn same(ty: Type, found: u128, expected: u128) -> bool {
    found == expected || float_of(ty, found).is_nan() && float_of(ty, expected).is_nan()
}

#[test]
fn floats() {
    let mut cases = Cases::new();
    let (mut binaries, mut unaries, mut compares, mut fmas) = (vec![], vec![], vec![], vec![]);
    for ty in [Type::F32, Type::F64] {
        for op in BinaryOp::ALL.iter().filter(|op| op.is_float()) {
            let at =
                cases.add(format!("{op} {ty}"), &[ty, ty], ty, |b, v| b.binary(*op, v[0], v[1]));
            binaries.push((at, ty, *op));
        }
        for op in UnaryOp::ALL.iter().filter(|op| op.is_float()) {
            let at = cases.add(format!("{op} {ty}"), &[ty], ty, |b, v| b.unary(*op, v[0]));
            unaries.push((at, ty, *op));
        }
        for cc in FloatCc::ALL {
            let name = format!("fcmp {cc} {ty}");
            let at = cases.add(name, &[ty, ty], Type::I8, |b, v| b.fcmp(*cc, v[0], v[1]));
            compares.push((at, ty, *cc));
        }
        fmas.push((
            cases.add(format!("fma {ty}"), &[ty; 3], ty, |b, v| b.fma(v[0], v[1], v[2])),
            ty,
        ));
    }
    macro_rules! compute {
        ($ty:expr, $bits:expr, |$($x:ident),*| $body:expr) => {{
            let bits: &[u128] = &$bits;
            let mut next = bits.iter();
            if $ty == Type::F32 {
                $(let $x = f32::from_bits(*next.next().unwrap() as u32);)*
                u128::from($body.to_bits())
            } else {
                $(let $x = f64::from_bits(*next.next().unwrap() as u64);)*
                u128::from($body.to_bits())
            }
        }};
    }
    for (loaded, names) in cases.load() {
        for x in FLOATS {
            for (at, ty, op) in &unaries {
                let a = float_bits(*ty, x);
                let expected = match op {
                    UnaryOp::Fneg => compute!(*ty, [a], |x| -x),
                    UnaryOp::Fabs => compute!(*ty, [a], |x| x.abs()),
                    UnaryOp::Sqrt => compute!(*ty, [a], |x| x.sqrt()),
                    UnaryOp::Floor => compute!(*ty, [a], |x| x.floor()),
                    UnaryOp::Ceil => compute!(*ty, [a], |x| x.ceil()),
                    UnaryOp::Ftrunc => compute!(*ty, [a], |x| x.trunc()),
                    UnaryOp::Rint => compute!(*ty, [a], |x| x.round_ties_even()),
                    other => panic!("no expectation for {other}"),
                };
                let found = result(*ty, loaded.call(*at, &[a]));
                assert!(same(*ty, found, expected), "{} {x}: {found:#x}", names[*at]);
            }
            for y in FLOATS {
                for (at, ty, op) in &binaries {
                    let (a, b) = (float_bits(*ty, x), float_bits(*ty, y));
                    let expected = match op {
                        BinaryOp::Fadd => compute!(*ty, [a, b], |x, y| x + y),
                        BinaryOp::Fsub => compute!(*ty, [a, b], |x, y| x - y),
                        BinaryOp::Fmul => compute!(*ty, [a, b], |x, y| x * y),
                        BinaryOp::Fdiv => compute!(*ty, [a, b], |x, y| x / y),
                        BinaryOp::Copysign => compute!(*ty, [a, b], |x, y| x.copysign(y)),
                        other => panic!("no expectation for {other}"),
                    };
                    let found = result(*ty, loaded.call(*at, &[a, b]));
                    assert!(same(*ty, found, expected), "{} {x} {y}: {found:#x}", names[*at]);
                }
                for (at, ty, cc) in &compares {
                    let (a, b) = (float_bits(*ty, x), float_bits(*ty, y));
                    let (fa, fb) = (float_of(*ty, a), float_of(*ty, b));
                    let expected = match cc {
                        FloatCc::Eq => fa == fb,
                        FloatCc::Ne => fa != fb,
                        FloatCc::Lt => fa < fb,
                        FloatCc::Le => fa <= fb,
                        FloatCc::Gt => fa > fb,
                        FloatCc::Ge => fa >= fb,
                        FloatCc::Ord => !fa.is_nan() && !fb.is_nan(),
                        FloatCc::Uno => fa.is_nan() || fb.is_nan(),
                        FloatCc::Fpiseq => a == b || fa.is_nan() && fb.is_nan(),
                    };
                    let found = result(Type::I8, loaded.call(*at, &[a, b]));
                    assert_eq!(found, u128::from(expected), "{} {x} {y}", names[*at]);
                }
                for (at, ty) in &fmas {
                    let bits = [x, y, 1e-3].map(|x| float_bits(*ty, x));
                    let expected = compute!(*ty, bits, |x, y, z| x.mul_add(y, z));
                    let found = result(*ty, loaded.call(*at, &bits));
                    assert!(same(*ty, found, expected), "{} {x} {y}: {found:#x}", names[*at]);
                }
            }
        }
    }
}

#[test]
fn conversions() {
    let mut cases = Cases::new();
    let mut list = vec![];
    for op in ConvertOp::ALL {
        for from in Type::ALL {
            for to in Type::ALL {
                if pkgimage_ir::verify::converts(*op, *from, *to) {
                    let name = format!("{op} {from} {to}");
                    let at = cases.add(name, &[*from], *to, |b, v| b.convert(*op, *to, v[0]));
                    list.push((at, *op, *from, *to));
                }
            }
        }
    }
    for (loaded, names) in cases.load() {
        for (at, op, from, to) in &list {
            let values = match (op, from.is_float()) {
                (ConvertOp::HalfToFloat, _) => (0..=u16::MAX).step_by(7).map(u128::from).collect(),
                (_, true) => FLOATS.map(|x| float_bits(*from, x)).to_vec(),
                (_, false) => edges(*from),
            };
            for x in values {
                let expected = convert(*op, *from, *to, x);
                let found = result(*to, loaded.call(*at, &[x]));
                let same = if *op == ConvertOp::FloatToHalf && float_of(*from, x).is_nan() {
                    half::f16::from_bits(found as u16).is_nan()
                } else if to.is_float() {
                    same(*to, found, expected)
                } else {
                    found == expected
                };
                assert!(same, "{} {x:#x}: {found:#x}, expected {expected:#x}", names[*at]);
            }
        }
    }
}

fn convert(op: ConvertOp, from: Type, to: Type, x: u128) -> u128 {
    let narrow = to == Type::F32;
    let float = float_of(from, x);
    let bits = |single: f32, double: f64| -> u128 {
        if narrow { single.to_bits().into() } else { double.to_bits().into() }
    };
    match op {
        ConvertOp::Sext => mask(to, signed(from, x) as u128),
        ConvertOp::Zext | ConvertOp::Bitcast => x,
        ConvertOp::Trunc => mask(to, x),
        ConvertOp::Sitofp => bits(signed(from, x) as f32, signed(from, x) as f64),
        ConvertOp::Uitofp => bits(x as f32, x as f64),
        ConvertOp::Fpext | ConvertOp::Fptrunc => bits(float as f32, float),
        ConvertOp::HalfToFloat => {
            let half = half::f16::from_bits(x as u16);
            bits(half.to_f32(), half.to_f64())
        }
        ConvertOp::FloatToHalf if from == Type::F32 => {
            half::f16::from_f32(f32::from_bits(x as u32)).to_bits().into()
        }
        ConvertOp::FloatToHalf => half::f16::from_f64(float).to_bits().into(),
        ConvertOp::Fptosi => match to {
            Type::I8 => (float as i8) as u8 as u128,
            Type::I16 => (float as i16) as u16 as u128,
            Type::I32 => (float as i32) as u32 as u128,
            Type::I64 => (float as i64) as u64 as u128,
            _ => (float as i128) as u128,
        },
        ConvertOp::Fptoui => match to {
            Type::I8 => (float as u8).into(),
            Type::I16 => (float as u16).into(),
            Type::I32 => (float as u32).into(),
            Type::I64 => (float as u64).into(),
            _ => float as u128,
        },
    }
}
