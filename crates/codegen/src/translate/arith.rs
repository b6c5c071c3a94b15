//! Arithmetic, comparisons and conversions: Julia's intrinsics where Cranelift's instructions mean
//! something else, and helpers where it has none.

use super::{Result, Translator};
use crate::abi::clif_type;
use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{self, InstBuilder, MemFlagsData, types};
use pkgimage_ir::{BinaryOp, ConvertOp, FloatCc, IntCc, OverflowOp, Type, UnaryOp, Value};

/// Cranelift's comparison.
pub(super) fn int_cc(cc: IntCc) -> IntCC {
    match cc {
        IntCc::Eq => IntCC::Equal,
        IntCc::Ne => IntCC::NotEqual,
        IntCc::Slt => IntCC::SignedLessThan,
        IntCc::Sle => IntCC::SignedLessThanOrEqual,
        IntCc::Sgt => IntCC::SignedGreaterThan,
        IntCc::Sge => IntCC::SignedGreaterThanOrEqual,
        IntCc::Ult => IntCC::UnsignedLessThan,
        IntCc::Ule => IntCC::UnsignedLessThanOrEqual,
        IntCc::Ugt => IntCC::UnsignedGreaterThan,
        IntCc::Uge => IntCC::UnsignedGreaterThanOrEqual,
    }
}

impl Translator<'_, '_> {
    pub(super) fn unary(&mut self, op: UnaryOp, arg: Value) -> ir::Value {
        let narrow = self.type_of(arg) == Type::I8;
        let arg = self.value(arg);
        let ins = self.builder.ins();
        match op {
            UnaryOp::Neg => ins.ineg(arg),
            UnaryOp::Not => ins.bnot(arg),
            UnaryOp::Ctpop => ins.popcnt(arg),
            UnaryOp::Ctlz => ins.clz(arg),
            UnaryOp::Cttz => ins.ctz(arg),
            UnaryOp::Bswap if narrow => arg,
            UnaryOp::Bswap => ins.bswap(arg),
            UnaryOp::Fneg => ins.fneg(arg),
            UnaryOp::Fabs => ins.fabs(arg),
            UnaryOp::Sqrt => ins.sqrt(arg),
            UnaryOp::Floor => ins.floor(arg),
            UnaryOp::Ceil => ins.ceil(arg),
            UnaryOp::Ftrunc => ins.trunc(arg),
            UnaryOp::Rint => ins.nearest(arg),
        }
    }

    pub(super) fn binary(&mut self, op: BinaryOp, args: [Value; 2]) -> Result<ir::Value> {
        if op.is_shift() {
            return Ok(self.shift(op, args));
        }
        let wide = self.type_of(args[0]) == Type::I128;
        let [a, b] = args.map(|v| self.value(v));
        let helper = match op {
            BinaryOp::Sdiv => "sdiv128",
            BinaryOp::Udiv => "udiv128",
            BinaryOp::Srem => "srem128",
            BinaryOp::Urem => "urem128",
            _ => "",
        };
        if wide && !helper.is_empty() {
            let results = self.call_helper(helper, &[types::I128; 2], &[types::I128], &[a, b])?;
            return Ok(results[0]);
        }
        let ins = self.builder.ins();
        Ok(match op {
            BinaryOp::Iadd => ins.iadd(a, b),
            BinaryOp::Isub => ins.isub(a, b),
            BinaryOp::Imul => ins.imul(a, b),
            BinaryOp::Sdiv => ins.sdiv(a, b),
            BinaryOp::Udiv => ins.udiv(a, b),
            BinaryOp::Srem => ins.srem(a, b),
            BinaryOp::Urem => ins.urem(a, b),
            BinaryOp::And => ins.band(a, b),
            BinaryOp::Or => ins.bor(a, b),
            BinaryOp::Xor => ins.bxor(a, b),
            BinaryOp::Fadd => ins.fadd(a, b),
            BinaryOp::Fsub => ins.fsub(a, b),
            BinaryOp::Fmul => ins.fmul(a, b),
            BinaryOp::Fdiv => ins.fdiv(a, b),
            BinaryOp::Copysign => ins.fcopysign(a, b),
            BinaryOp::Shl => ins.ishl(a, b),
            BinaryOp::Lshr => ins.ushr(a, b),
            BinaryOp::Ashr => ins.sshr(a, b),
        })
    }

    /// The machine takes amounts modulo the width; Julia does not.
    fn shift(&mut self, op: BinaryOp, args: [Value; 2]) -> ir::Value {
        let ty = self.type_of(args[0]);
        let amount_type = self.type_of(args[1]);
        let [value, mut amount] = args.map(|v| self.value(v));
        let constant = self.ints.get(&args[1]).copied();
        let bits = u128::from(ty.bits());
        let fits = constant.map(|amount| amount < bits);
        let limit = |this: &mut Self, limit: u128| this.int_constant(amount_type, limit);
        let in_range = match fits {
            Some(_) => None,
            None => {
                let limit = limit(self, bits);
                Some(self.builder.ins().icmp(IntCC::UnsignedLessThan, amount, limit))
            }
        };
        if op == BinaryOp::Ashr {
            if fits != Some(true) {
                let last = limit(self, bits - 1);
                amount = match in_range {
                    Some(in_range) => self.builder.ins().select(in_range, amount, last),
                    None => last,
                };
            }
            let amount = self.narrow_amount(amount, amount_type);
            return self.builder.ins().sshr(value, amount);
        }
        if fits == Some(false) {
            return self.int_constant(ty, 0);
        }
        let amount = self.narrow_amount(amount, amount_type);
        let shifted = match op {
            BinaryOp::Shl => self.builder.ins().ishl(value, amount),
            _ => self.builder.ins().ushr(value, amount),
        };
        match in_range {
            Some(in_range) => {
                let zero = self.int_constant(ty, 0);
                self.builder.ins().select(in_range, shifted, zero)
            }
            None => shifted,
        }
    }

    /// Amounts are below 256 by now, modulo what the result does not depend on.
    fn narrow_amount(&mut self, amount: ir::Value, ty: Type) -> ir::Value {
        if ty == Type::I128 { self.builder.ins().ireduce(types::I64, amount) } else { amount }
    }

    pub(super) fn overflow(&mut self, op: OverflowOp, args: [Value; 2]) -> Result<Vec<ir::Value>> {
        let ty = self.type_of(args[0]);
        let [a, b] = args.map(|v| self.value(v));
        if ty == Type::I128 && matches!(op, OverflowOp::Smul | OverflowOp::Umul) {
            let data = ir::StackSlotData::new(ir::StackSlotKind::ExplicitSlot, 16, 4);
            let slot = self.builder.create_sized_stack_slot(data);
            let out = self.builder.ins().stack_addr(types::I64, slot, 0);
            let name = if op == OverflowOp::Smul { "smul128_overflow" } else { "umul128_overflow" };
            let params = [types::I128, types::I128, types::I64];
            let results = self.call_helper(name, &params, &[types::I8], &[a, b, out])?;
            let value = self.builder.ins().stack_load(types::I64, types::I128, slot, 0);
            return Ok(vec![value, results[0]]);
        }
        let ins = self.builder.ins();
        let (value, flag) = match op {
            OverflowOp::Sadd => ins.sadd_overflow(a, b),
            OverflowOp::Ssub => ins.ssub_overflow(a, b),
            OverflowOp::Smul => ins.smul_overflow(a, b),
            OverflowOp::Uadd => ins.uadd_overflow(a, b),
            OverflowOp::Usub => ins.usub_overflow(a, b),
            OverflowOp::Umul => ins.umul_overflow(a, b),
        };
        Ok(vec![value, flag])
    }

    pub(super) fn fcmp(&mut self, cc: FloatCc, args: [Value; 2]) -> ir::Value {
        let ty = self.type_of(args[0]);
        let [a, b] = args.map(|v| self.value(v));
        let cc = match cc {
            FloatCc::Eq => FloatCC::Equal,
            FloatCc::Ne => FloatCC::NotEqual,
            FloatCc::Lt => FloatCC::LessThan,
            FloatCc::Le => FloatCC::LessThanOrEqual,
            FloatCc::Gt => FloatCC::GreaterThan,
            FloatCc::Ge => FloatCC::GreaterThanOrEqual,
            FloatCc::Ord => FloatCC::Ordered,
            FloatCc::Uno => FloatCC::Unordered,
            FloatCc::Fpiseq => {
                let int = if ty == Type::F32 { types::I32 } else { types::I64 };
                let flags = MemFlagsData::new();
                let bits = [a, b].map(|v| self.builder.ins().bitcast(int, flags, v));
                let nan = [a, b].map(|v| self.builder.ins().fcmp(FloatCC::Unordered, v, v));
                let same = self.builder.ins().icmp(IntCC::Equal, bits[0], bits[1]);
                let both = self.builder.ins().band(nan[0], nan[1]);
                return self.builder.ins().bor(same, both);
            }
        };
        self.builder.ins().fcmp(cc, a, b)
    }

    pub(super) fn convert(&mut self, op: ConvertOp, arg: Value, to: Type) -> Result<ir::Value> {
        let from = self.type_of(arg);
        let value = self.value(arg);
        let target = clif_type(to);
        let ins = self.builder.ins();
        Ok(match op {
            ConvertOp::Sext => ins.sextend(target, value),
            ConvertOp::Zext => ins.uextend(target, value),
            ConvertOp::Trunc => ins.ireduce(target, value),
            ConvertOp::Bitcast => ins.bitcast(target, MemFlagsData::new(), value),
            ConvertOp::Fpext => ins.fpromote(target, value),
            ConvertOp::Fptrunc => ins.fdemote(target, value),
            ConvertOp::Sitofp => self.int_to_float(value, from, to, true)?,
            ConvertOp::Uitofp => self.int_to_float(value, from, to, false)?,
            ConvertOp::Fptosi => self.float_to_int(value, from, to, true)?,
            ConvertOp::Fptoui => self.float_to_int(value, from, to, false)?,
            ConvertOp::HalfToFloat => {
                let name = if to == Type::F32 { "half_to_f32" } else { "half_to_f64" };
                let wide = ins.uextend(types::I32, value);
                self.call_helper(name, &[types::I32], &[target], &[wide])?[0]
            }
            ConvertOp::FloatToHalf => {
                let name = if from == Type::F32 { "f32_to_half" } else { "f64_to_half" };
                let source = clif_type(from);
                let half = self.call_helper(name, &[source], &[types::I32], &[value])?[0];
                self.builder.ins().ireduce(types::I16, half)
            }
        })
    }

    fn int_to_float(
        &mut self,
        mut value: ir::Value,
        from: Type,
        to: Type,
        signed: bool,
    ) -> Result<ir::Value> {
        let target = clif_type(to);
        if from == Type::I128 {
            let name = match (signed, to) {
                (true, Type::F32) => "s128_to_f32",
                (true, _) => "s128_to_f64",
                (false, Type::F32) => "u128_to_f32",
                (false, _) => "u128_to_f64",
            };
            return Ok(self.call_helper(name, &[types::I128], &[target], &[value])?[0]);
        }
        let ins = self.builder.ins();
        // Whatever is narrower than 64 bits fits into an `i64`.
        match (signed, from) {
            (_, Type::I64) => {}
            (true, _) => value = ins.sextend(types::I64, value),
            (false, _) => value = ins.uextend(types::I64, value),
        }
        let ins = self.builder.ins();
        Ok(if signed || from != Type::I64 {
            ins.fcvt_from_sint(target, value)
        } else {
            ins.fcvt_from_uint(target, value)
        })
    }

    fn float_to_int(
        &mut self,
        value: ir::Value,
        from: Type,
        to: Type,
        signed: bool,
    ) -> Result<ir::Value> {
        let target = clif_type(to);
        if to == Type::I128 {
            let name = match (from, signed) {
                (Type::F32, true) => "f32_to_s128",
                (Type::F32, false) => "f32_to_u128",
                (_, true) => "f64_to_s128",
                (_, false) => "f64_to_u128",
            };
            return Ok(self.call_helper(name, &[clif_type(from)], &[target], &[value])?[0]);
        }
        let ins = self.builder.ins();
        if to.bits() >= 32 {
            return Ok(if signed {
                ins.fcvt_to_sint_sat(target, value)
            } else {
                ins.fcvt_to_uint_sat(target, value)
            });
        }
        // The machine converts to 32 bits at least: the rest of the saturation is by hand.
        let (wide, low, high) = if signed {
            let high = (1i64 << (to.bits() - 1)) - 1;
            (ins.fcvt_to_sint_sat(types::I32, value), -high - 1, high)
        } else {
            (ins.fcvt_to_uint_sat(types::I32, value), 0, (1i64 << to.bits()) - 1)
        };
        let high = self.builder.ins().iconst(types::I32, high);
        let clamped = if signed {
            let low = self.builder.ins().iconst(types::I32, low & 0xffff_ffff);
            let below = self.builder.ins().smin(wide, high);
            self.builder.ins().smax(below, low)
        } else {
            self.builder.ins().umin(wide, high)
        };
        Ok(self.builder.ins().ireduce(target, clamped))
    }
}
