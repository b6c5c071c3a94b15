//! Intrinsics as machine operations. Where one would throw, the runtime's own implementation is
//! called to do so.

use pkgimage_ir::{BinaryOp, ConvertOp, FloatCc, IntCc, OverflowOp, Type, UnaryOp, Value as Ir};
use pkgimage_runtime::intrinsics::INTRINSICS;
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{DataType, DataTypeFlags};
use pkgimage_runtime::types;
use pkgimage_runtime::value::{Gc, Value};

use super::body::Arg;
use super::shape::{Held, Shape};
use super::{Emitter, Result};
use crate::lattice::Lattice;

/// The primitive type of a value, if it is held in a register.
fn primitive(arg: &Arg) -> Option<Gc<DataType>> {
    let ty = crate::lattice::concrete(&arg.lattice)?;
    (ty.has(DataTypeFlags::IS_PRIMITIVE) && matches!(ty.size(), 1 | 2 | 4 | 8 | 16)).then_some(ty)
}

/// The type that a conversion is asked for.
fn target(arg: &Arg) -> Option<Gc<DataType>> {
    let ty = arg.held.constant()?.cast::<DataType>()?;
    (ty.has(DataTypeFlags::IS_PRIMITIVE)
        && ty.is_concrete()
        && matches!(ty.size(), 1 | 2 | 4 | 8 | 16))
    .then_some(ty)
}

fn is_float(ty: Gc<DataType>) -> bool {
    ty == known().float32 || ty == known().float64
}

fn int_type(ty: Gc<DataType>) -> Type {
    Type::int(ty.size() as u32 * 8).unwrap_or(Type::I64)
}

impl Emitter<'_, '_> {
    /// An intrinsic call; `args[0]` is the intrinsic. None if it does not return.
    pub(super) fn intrinsic(
        &mut self,
        index: usize,
        args: &[Arg],
        lattice: &Lattice,
    ) -> Result<Option<Held>> {
        let Some(&(name, count, _)) = INTRINSICS.get(index) else {
            return self.dynamic_call(args).map(Some);
        };
        // The type that `cglobal` is given last may be left out.
        if (args.len() == count + 1 || name == "cglobal")
            && let Some(held) = self.intrinsic_in_place(name, args)?
        {
            return Ok(Some(held));
        }
        let held = self.dynamic_call(args)?;
        if lattice.is_bottom() {
            self.unreachable();
            return Ok(None);
        }
        Ok(Some(held))
    }

    /// The bits of a primitive value as an integer.
    fn bits(&mut self, arg: &Arg, ty: Gc<DataType>) -> Result<Ir> {
        let value = self.convert(&arg.held, &Shape::Flat(ty))?.values[0];
        if !is_float(ty) {
            return Ok(value);
        }
        Ok(self.b.convert(ConvertOp::Bitcast, int_type(ty), value))
    }

    fn held_of_bits(&mut self, ty: Gc<DataType>, mut bits: Ir) -> Held {
        if ty == known().bool {
            let one = self.b.iconst(Type::I8, 1);
            bits = self.b.binary(BinaryOp::And, bits, one);
        } else if ty == known().float32 {
            bits = self.b.convert(ConvertOp::Bitcast, Type::F32, bits);
        } else if ty == known().float64 {
            bits = self.b.convert(ConvertOp::Bitcast, Type::F64, bits);
        }
        Held::scalar(ty, bits)
    }

    /// The value as a float of its own width; Float16 is computed as Float32.
    fn float(&mut self, arg: &Arg, ty: Gc<DataType>) -> Result<Ir> {
        let k = known();
        if is_float(ty) {
            return Ok(self.convert(&arg.held, &Shape::Flat(ty))?.values[0]);
        }
        let bits = self.bits(arg, ty)?;
        let _ = k;
        Ok(match ty.size() {
            2 => self.b.convert(ConvertOp::HalfToFloat, Type::F32, bits),
            4 => self.b.convert(ConvertOp::Bitcast, Type::F32, bits),
            _ => self.b.convert(ConvertOp::Bitcast, Type::F64, bits),
        })
    }

    fn held_of_float(&mut self, ty: Gc<DataType>, value: Ir) -> Held {
        if is_float(ty) {
            return Held::scalar(ty, value);
        }
        let bits = match ty.size() {
            2 => self.b.convert(ConvertOp::FloatToHalf, Type::I16, value),
            4 => self.b.convert(ConvertOp::Bitcast, Type::I32, value),
            _ => self.b.convert(ConvertOp::Bitcast, Type::I64, value),
        };
        Held::scalar(ty, bits)
    }

    /// Where `bad` holds, the runtime throws for this call.
    fn throw_if(&mut self, bad: Ir, args: &[Arg]) -> Result<()> {
        let (throws, good) = (self.b.cold_block(), self.b.block());
        self.b.br_if(bad, throws, good);
        self.b.switch_to(throws);
        self.dynamic_call(args)?;
        self.unreachable();
        self.b.switch_to(good);
        Ok(())
    }

    fn intrinsic_in_place(&mut self, name: &str, args: &[Arg]) -> Result<Option<Held>> {
        let k = known();
        match name {
            "arraylen" => {
                let array = self.as_object(&args[1])?.unwrap_or_else(|| args[1].clone());
                if self.array_type(&array).is_none() {
                    return Ok(None);
                }
                let length = self.array_length(array.held.values[0]);
                return Ok(Some(Held::scalar(k.int64, length)));
            }
            "cglobal" => return Ok(self.c_global(args)),
            "have_fma" => return Ok(Some(Held::ghost(k.false_))),
            "atomic_fence" => return Ok(Some(Held::ghost(k.nothing))),
            "pointerref" | "pointerset" | "atomic_pointerref" | "atomic_pointerset" => {
                return self.pointer_access(name, args);
            }
            "bitcast" | "sext_int" | "zext_int" | "trunc_int" | "sitofp" | "uitofp" | "fptosi"
            | "fptoui" | "fpext" | "fptrunc" => return self.conversion(name, args),
            _ => {}
        }
        let Some(ty) = args.get(1).and_then(primitive) else { return Ok(None) };
        let base = name.strip_suffix("_fast").unwrap_or(name);
        if base.ends_with("_float") || base.ends_with("_llvm") || base == "fpiseq" {
            return self.float_operation(base, ty, args);
        }
        self.int_operation(name, ty, args)
    }

    fn int_operation(
        &mut self,
        name: &str,
        ty: Gc<DataType>,
        args: &[Arg],
    ) -> Result<Option<Held>> {
        let a = self.bits(&args[1], ty)?;
        let unary = match name {
            "neg_int" => Some(UnaryOp::Neg),
            "not_int" => Some(UnaryOp::Not),
            "bswap_int" => Some(UnaryOp::Bswap),
            "ctpop_int" => Some(UnaryOp::Ctpop),
            "ctlz_int" => Some(UnaryOp::Ctlz),
            "cttz_int" => Some(UnaryOp::Cttz),
            _ => None,
        };
        if let Some(op) = unary {
            let bits = self.b.unary(op, a);
            return Ok(Some(self.held_of_bits(ty, bits)));
        }
        let Some(other) = args.get(2).and_then(primitive) else { return Ok(None) };
        let b = self.bits(&args[2], other)?;
        let shift = match name {
            "shl_int" => Some(BinaryOp::Shl),
            "lshr_int" => Some(BinaryOp::Lshr),
            "ashr_int" => Some(BinaryOp::Ashr),
            _ => None,
        };
        if let Some(op) = shift {
            let bits = self.b.binary(op, a, b);
            return Ok(Some(self.held_of_bits(ty, bits)));
        }
        if other.size() != ty.size() {
            return Ok(None);
        }
        let compare = match name {
            "eq_int" => Some(IntCc::Eq),
            "ne_int" => Some(IntCc::Ne),
            "slt_int" => Some(IntCc::Slt),
            "ult_int" => Some(IntCc::Ult),
            "sle_int" => Some(IntCc::Sle),
            "ule_int" => Some(IntCc::Ule),
            _ => None,
        };
        if let Some(cc) = compare {
            let flag = self.b.icmp(cc, a, b);
            return Ok(Some(self.boolean(flag)));
        }
        let plain = match name {
            "add_int" | "add_ptr" => Some(BinaryOp::Iadd),
            "sub_int" | "sub_ptr" => Some(BinaryOp::Isub),
            "mul_int" => Some(BinaryOp::Imul),
            "and_int" => Some(BinaryOp::And),
            "or_int" => Some(BinaryOp::Or),
            "xor_int" => Some(BinaryOp::Xor),
            _ => None,
        };
        if let Some(op) = plain {
            let bits = self.b.binary(op, a, b);
            return Ok(Some(self.held_of_bits(ty, bits)));
        }
        let overflow = match name {
            "checked_sadd_int" => Some(OverflowOp::Sadd),
            "checked_ssub_int" => Some(OverflowOp::Ssub),
            "checked_smul_int" => Some(OverflowOp::Smul),
            "checked_uadd_int" => Some(OverflowOp::Uadd),
            "checked_usub_int" => Some(OverflowOp::Usub),
            "checked_umul_int" => Some(OverflowOp::Umul),
            _ => None,
        };
        if let Some(op) = overflow
            && ty != known().bool
        {
            let (value, flag) = self.b.overflow(op, a, b);
            let value = self.held_of_bits(ty, value);
            let flag = self.boolean(flag);
            let pair = [
                Arg { held: value, lattice: Lattice::Type(ty.value()) },
                Arg { held: flag, lattice: Lattice::Type(known().bool.value()) },
            ];
            return self.tuple(&pair).map(Some);
        }
        if name == "flipsign_int" {
            let zero = self.b.iconst(int_type(ty), 0);
            let negative = self.b.icmp(IntCc::Slt, b, zero);
            let negated = self.b.unary(UnaryOp::Neg, a);
            let bits = self.b.select(negative, negated, a);
            return Ok(Some(self.held_of_bits(ty, bits)));
        }
        self.division(name, ty, a, b, args)
    }

    fn division(
        &mut self,
        name: &str,
        ty: Gc<DataType>,
        a: Ir,
        b: Ir,
        args: &[Arg],
    ) -> Result<Option<Held>> {
        let (op, signed) = match name {
            "sdiv_int" | "checked_sdiv_int" => (BinaryOp::Sdiv, true),
            "udiv_int" | "checked_udiv_int" => (BinaryOp::Udiv, false),
            "srem_int" | "checked_srem_int" => (BinaryOp::Srem, true),
            "urem_int" | "checked_urem_int" => (BinaryOp::Urem, false),
            _ => return Ok(None),
        };
        let machine = int_type(ty);
        let zero = self.b.iconst(machine, 0);
        let mut bad = self.b.icmp(IntCc::Eq, b, zero);
        if op != BinaryOp::Sdiv {
            self.throw_if(bad, args)?;
            let _ = signed;
            let bits = self.b.binary(op, a, b);
            return Ok(Some(self.held_of_bits(ty, bits)));
        }
        let least = self.b.iconst(machine, i128::MIN >> (128 - machine.bits()));
        let minus_one = self.b.iconst(machine, -1);
        let is_least = self.b.icmp(IntCc::Eq, a, least);
        let is_minus_one = self.b.icmp(IntCc::Eq, b, minus_one);
        let wraps = self.b.binary(BinaryOp::And, is_least, is_minus_one);
        let bits = if name == "checked_sdiv_int" {
            bad = self.b.binary(BinaryOp::Or, bad, wraps);
            self.throw_if(bad, args)?;
            self.b.binary(op, a, b)
        } else {
            self.throw_if(bad, args)?;
            let one = self.b.iconst(machine, 1);
            let divisor = self.b.select(wraps, one, b);
            self.b.binary(op, a, divisor)
        };
        Ok(Some(self.held_of_bits(ty, bits)))
    }

    fn float_operation(
        &mut self,
        name: &str,
        ty: Gc<DataType>,
        args: &[Arg],
    ) -> Result<Option<Held>> {
        if !matches!(ty.size(), 2 | 4 | 8) {
            return Ok(None);
        }
        // The sign is a bit: these do not touch the rest.
        if matches!(name, "neg_float" | "abs_float" | "copysign_float") {
            let a = self.bits(&args[1], ty)?;
            let machine = int_type(ty);
            let sign = self.b.iconst(machine, 1i128 << (machine.bits() - 1));
            let bits = if name == "neg_float" {
                self.b.binary(BinaryOp::Xor, a, sign)
            } else {
                let not = self.b.unary(UnaryOp::Not, sign);
                let magnitude = self.b.binary(BinaryOp::And, a, not);
                if name == "abs_float" {
                    magnitude
                } else {
                    let Some(other) = args.get(2).and_then(primitive) else { return Ok(None) };
                    if other.size() != ty.size() {
                        return Ok(None);
                    }
                    let b = self.bits(&args[2], other)?;
                    let b = self.b.binary(BinaryOp::And, b, sign);
                    self.b.binary(BinaryOp::Or, magnitude, b)
                }
            };
            return Ok(Some(self.held_of_bits(ty, bits)));
        }
        let same = args[2..].iter().all(|a| primitive(a).is_some_and(|t| t.size() == ty.size()));
        if !same || name == "rem_float" {
            return Ok(None);
        }
        let a = self.float(&args[1], ty)?;
        let unary = match name {
            "ceil_llvm" => Some(UnaryOp::Ceil),
            "floor_llvm" => Some(UnaryOp::Floor),
            "trunc_llvm" => Some(UnaryOp::Ftrunc),
            "rint_llvm" => Some(UnaryOp::Rint),
            "sqrt_llvm" => Some(UnaryOp::Sqrt),
            _ => None,
        };
        if let Some(op) = unary {
            let value = self.b.unary(op, a);
            return Ok(Some(self.held_of_float(ty, value)));
        }
        let Some(second) = args.get(2) else { return Ok(None) };
        let b = self.float(second, ty)?;
        let compare = match name {
            "eq_float" => Some(FloatCc::Eq),
            "ne_float" => Some(FloatCc::Ne),
            "lt_float" => Some(FloatCc::Lt),
            "le_float" => Some(FloatCc::Le),
            "fpiseq" if ty.size() > 2 => Some(FloatCc::Fpiseq),
            _ => None,
        };
        if let Some(cc) = compare {
            let flag = self.b.fcmp(cc, a, b);
            return Ok(Some(self.boolean(flag)));
        }
        let plain = match name {
            "add_float" => Some(BinaryOp::Fadd),
            "sub_float" => Some(BinaryOp::Fsub),
            "mul_float" => Some(BinaryOp::Fmul),
            "div_float" => Some(BinaryOp::Fdiv),
            _ => None,
        };
        if let Some(op) = plain {
            let value = self.b.binary(op, a, b);
            return Ok(Some(self.held_of_float(ty, value)));
        }
        if ty.size() == 2 {
            return Ok(None);
        }
        let Some(third) = args.get(3) else { return Ok(None) };
        let c = self.float(third, ty)?;
        let value = match name {
            "fma_float" => self.b.fma(a, b, c),
            "muladd_float" => {
                let product = self.b.binary(BinaryOp::Fmul, a, b);
                self.b.binary(BinaryOp::Fadd, product, c)
            }
            _ => return Ok(None),
        };
        Ok(Some(self.held_of_float(ty, value)))
    }

    fn conversion(&mut self, name: &str, args: &[Arg]) -> Result<Option<Held>> {
        let (Some(to), Some(from)) = (target(&args[1]), primitive(&args[2])) else {
            return Ok(None);
        };
        let (wide, narrow) = (to.size() >= from.size(), to.size() <= from.size());
        let fits = match name {
            "bitcast" => wide && narrow,
            "sext_int" | "zext_int" => wide,
            "trunc_int" => narrow,
            _ => true,
        };
        if !fits {
            return Ok(None);
        }
        let machine = int_type(to);
        match name {
            "bitcast" | "sext_int" | "zext_int" | "trunc_int" => {
                if from == to {
                    return Ok(Some(self.convert(&args[2].held, &Shape::Flat(to))?));
                }
                let bits = self.bits(&args[2], from)?;
                let bits = self.resized(bits, machine, name == "sext_int");
                // A bit pattern stays what it is; other conversions to Bool keep the low bit.
                Ok(Some(self.held_of_bits(to, bits)))
            }
            "sitofp" | "uitofp" => {
                let op = if name == "sitofp" { ConvertOp::Sitofp } else { ConvertOp::Uitofp };
                let float = match to.size() {
                    4 => Type::F32,
                    8 => Type::F64,
                    _ => return Ok(None),
                };
                let bits = self.bits(&args[2], from)?;
                let value = self.b.convert(op, float, bits);
                Ok(Some(self.held_of_float(to, value)))
            }
            "fptosi" | "fptoui" => {
                if !matches!(from.size(), 4 | 8) {
                    return Ok(None);
                }
                let op = if name == "fptosi" { ConvertOp::Fptosi } else { ConvertOp::Fptoui };
                let value = self.float(&args[2], from)?;
                let bits = self.b.convert(op, machine, value);
                Ok(Some(self.held_of_bits(to, bits)))
            }
            _ => {
                let value = self.float_of_width(&args[2], from, to)?;
                Ok(value.map(|v| self.held_of_float_exact(to, v)))
            }
        }
    }

    /// A float in the width of another type.
    fn float_of_width(
        &mut self,
        arg: &Arg,
        from: Gc<DataType>,
        to: Gc<DataType>,
    ) -> Result<Option<Ir>> {
        if !matches!(from.size(), 2 | 4 | 8) || !matches!(to.size(), 2 | 4 | 8) {
            return Ok(None);
        }
        if from.size() == 2 {
            let bits = self.bits(arg, from)?;
            let wide = if to.size() == 8 { Type::F64 } else { Type::F32 };
            return Ok(Some(self.b.convert(ConvertOp::HalfToFloat, wide, bits)));
        }
        let value = self.float(arg, from)?;
        Ok(Some(match (from.size(), to.size()) {
            (4, 8) => self.b.convert(ConvertOp::Fpext, Type::F64, value),
            (8, 4) => self.b.convert(ConvertOp::Fptrunc, Type::F32, value),
            _ => value,
        }))
    }

    fn held_of_float_exact(&mut self, to: Gc<DataType>, value: Ir) -> Held {
        if to.size() == 2 {
            let bits = self.b.convert(ConvertOp::FloatToHalf, Type::I16, value);
            return Held::scalar(to, bits);
        }
        self.held_of_float(to, value)
    }

    fn pointer_access(&mut self, name: &str, args: &[Arg]) -> Result<Option<Held>> {
        let k = known();
        let Some(ty) = primitive(&args[1]).filter(|t| t.name.get() == k.pointer_name) else {
            return Ok(None);
        };
        let Some(element) = ty.parameters.get().get(0) else { return Ok(None) };
        if types::has_free_typevars(element) {
            return Ok(None);
        }
        let mut at = self.bits(&args[1], ty)?;
        let is_set = name.ends_with("set");
        if name.starts_with("pointer") {
            let index = &args[if is_set { 3 } else { 2 }];
            if index.lattice.widen() != k.int64.value() {
                return Ok(None);
            }
            let size = element_size(element);
            let index = self.convert(&index.held, &Shape::Flat(k.int64))?.values[0];
            let one = self.b.iconst(Type::I64, 1);
            let index = self.b.binary(BinaryOp::Isub, index, one);
            let size = self.b.iconst(Type::I64, size as i128);
            let offset = self.b.binary(BinaryOp::Imul, index, size);
            at = self.b.binary(BinaryOp::Iadd, at, offset);
        }
        if !is_set {
            return self.pointer_get(element, at).map(Some);
        }
        let value = &args[2];
        if !types::subtype(value.lattice.widen(), element) {
            return Ok(None);
        }
        self.pointer_set(element, at, &value.held)?;
        Ok(Some(args[1].held.clone()))
    }
}

fn element_size(element: Value) -> usize {
    match element.cast::<DataType>() {
        Some(d) if d.is_bits() => {
            let align = d.layout.get().map_or(1, |l| (l.alignment as usize).max(1));
            d.size().next_multiple_of(align)
        }
        _ => 8,
    }
}
