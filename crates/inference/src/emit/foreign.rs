//! `ccall` as a direct call of the C function.

use pkgimage_ir::{Callee, Conv, External, IntCc, Ret, Signature, Type, Value as Ir};
use pkgimage_runtime::code::{ForeignCall, ForeignTarget, StaticExpression};
use pkgimage_runtime::fields;
use pkgimage_runtime::interpreter;
use pkgimage_runtime::known::known;
use pkgimage_runtime::native;
use pkgimage_runtime::object::{self, DataType, DataTypeFlags, JuliaString, Symbol, Vararg};
use pkgimage_runtime::types;
use pkgimage_runtime::value::Value;

use super::body::Arg;
use super::shape::{Held, Shape, leaves};
use super::{Emitter, Result, refuse};
use crate::foreign;
use crate::lattice::concrete;

/// How C sees a value; as the interpreter does it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CType {
    Void,
    Int(u32, bool),
    F32,
    F64,
    Object,
}

fn c_type(ty: Value) -> Option<CType> {
    let k = known();
    if ty == k.nothing_type.value() || ty == k.bottom {
        return Some(CType::Void);
    }
    if ty == k.any.value() {
        return Some(CType::Object);
    }
    let d = types::unwrap_unionall(ty).cast::<DataType>()?;
    if d == k.float32 {
        return Some(CType::F32);
    }
    if d == k.float64 {
        return Some(CType::F64);
    }
    if d.name.get().wrapper_type() == k.ref_.value() {
        return Some(CType::Object);
    }
    if d.has(DataTypeFlags::IS_PRIMITIVE) && matches!(d.size(), 1 | 2 | 4 | 8) {
        return Some(CType::Int(d.size() as u32, types::subtype(d.value(), k.signed.value())));
    }
    if d.is_bits() {
        return (d.size() == 0).then_some(CType::Void);
    }
    Some(CType::Object)
}

fn text(v: Value) -> Option<String> {
    if let Some(s) = v.cast::<Symbol>() {
        return Some(s.as_str().to_owned());
    }
    v.cast::<JuliaString>().map(|s| s.text().into_owned())
}

/// Name and library of a function: a name, or both in a tuple.
fn named(target: Value) -> Option<(String, Option<String>)> {
    match target.datatype().is_tuple() {
        false => Some((text(target)?, None)),
        true => {
            let name = fields::get_nth(target, 0).and_then(text)?;
            Some((name, fields::get_nth(target, 1).and_then(text)))
        }
    }
}

impl Emitter<'_, '_> {
    fn static_value(&mut self, e: &StaticExpression) -> Result<Value> {
        match e {
            StaticExpression::Operand(o) => match self.operand(*o)? {
                Some(arg) => match arg.held.constant() {
                    Some(v) => Ok(v),
                    None => refuse("a ccall whose types are computed"),
                },
                None => refuse("a ccall whose types are computed"),
            },
            StaticExpression::Call(parts) => {
                let mut values = Vec::new();
                for part in parts {
                    values.push(self.static_value(part)?);
                }
                interpreter::apply(&values).or_else(|thrown| {
                    pkgimage_runtime::error::take(thrown);
                    refuse("a ccall whose types throw")
                })
            }
        }
    }

    /// A C call; none if it does not return.
    pub(super) fn foreign_call(&mut self, foreign: &ForeignCall) -> Result<Option<Held>> {
        let mut name = None;
        let mut pointer = None;
        match &foreign.target {
            ForeignTarget::Library(n, library) => {
                let (n, library) = (self.static_value(n)?, self.static_value(library)?);
                name = text(n).map(|n| (n, text(library)));
            }
            ForeignTarget::Operand(o) => {
                let Some(arg) = self.operand(*o)? else { return Ok(None) };
                match arg.held.constant().and_then(named) {
                    Some(found) => name = Some(found),
                    None => match concrete(&arg.lattice) {
                        Some(ty) if ty.name.get() == known().pointer_name => {
                            let held = self.convert(&arg.held, &Shape::Flat(ty))?;
                            pointer = Some(held.values[0]);
                        }
                        _ => return refuse("a ccall whose function is computed"),
                    },
                }
            }
        }
        if let Some((function, _)) = &name
            && function == "jl_value_ptr"
            && let Some(held) = self.address_of_object(foreign)?
        {
            return Ok(Some(held));
        }
        let return_type = self.static_value(&foreign.return_type)?;
        let mut declared = Vec::new();
        for ty in &foreign.argument_types {
            declared.push(self.static_value(ty)?);
        }
        if declared.iter().chain([&return_type]).any(|&t| types::has_free_typevars(t)) {
            return refuse("a ccall whose types are not known");
        }
        let Some(args) = self.operands(&foreign.arguments)? else { return Ok(None) };
        let mut values = Vec::new();
        for (i, arg) in args.iter().enumerate() {
            let Some(&ty) = declared.get(i).or(declared.last()) else {
                return refuse("a ccall with more arguments than types");
            };
            let ty = match ty.cast::<Vararg>() {
                Some(rest) => rest.element.get().unwrap_or(known().any.value()),
                None => ty,
            };
            if let Some(value) = self.c_argument(ty, arg)? {
                values.push(value);
            }
        }
        let params: Vec<Type> = values.iter().map(|&v| self.b.type_of(v)).collect();
        let Some(result) = c_type(return_type) else { return refuse("a ccall of a struct") };
        let ret = match result {
            CType::Void => Ret::None,
            CType::Int(size, _) => match Type::int(size * 8) {
                Some(ty) => Ret::Value(ty),
                None => return refuse("a ccall of an odd integer"),
            },
            CType::F32 => Ret::Value(Type::F32),
            CType::F64 => Ret::Value(Type::F64),
            CType::Object => Ret::Value(Type::I64),
        };
        let mut signature = Signature::c(&params, ret);
        let required = foreign.required as usize;
        if required > 0 && required < params.len() {
            // All that is passed is listed.
            signature.conv = Conv::CVariadic;
        }
        let is_runtime = name.as_ref().is_some_and(|(n, _)| native::function_address(n).is_some());
        // C code may call Julia code back (`@cfunction`), whose exception is thrown after the call.
        let may_throw =
            is_runtime || !matches!(&name, Some((n, None)) if foreign::effects(n).nothrow);
        let results = match (name, pointer) {
            (Some((name, _)), _) if is_runtime => {
                self.b.call_ext(External::Runtime(name), signature, &values, None)
            }
            (Some((symbol, library)), _) => {
                let library = library.filter(|l| !l.is_empty());
                let external = External::Foreign { library, symbol };
                self.b.call_ext(external, signature, &values, None)
            }
            (None, Some(pointer)) => self.b.call(Callee::Value(pointer), signature, &values, None),
            (None, None) => return refuse("a ccall whose function is computed"),
        };
        if may_throw {
            self.throw_pending()?;
        }
        self.c_result(result, return_type, results.first().copied())
    }

    /// The address of an object is the reference to it: no call. None where something else is asked for.
    fn address_of_object(&mut self, foreign: &ForeignCall) -> Result<Option<Held>> {
        let k = known();
        let Some(pointer) = types::as_concrete(self.static_value(&foreign.return_type)?) else {
            return Ok(None);
        };
        let [declared] = foreign.argument_types.as_slice() else { return Ok(None) };
        if pointer.name.get() != k.pointer_name || self.static_value(declared)? != k.any.value() {
            return Ok(None);
        }
        let [object] = foreign.arguments.as_slice() else { return Ok(None) };
        let Some(object) = self.operand(*object)? else { return Ok(None) };
        let address = self.boxed(&object.held)?;
        Ok(Some(Held::scalar(pointer, address)))
    }

    /// `cglobal` of a name that stands in the program: the linker's word.
    pub(super) fn c_global(&mut self, args: &[Arg]) -> Option<Held> {
        let k = known();
        let target = args.get(1)?.held.constant()?;
        let (symbol, library) = named(target)?;
        let pointer = match args.get(2) {
            None => k.void_pointer,
            Some(element) => {
                types::apply_type(k.pointer.value(), &[element.held.constant()?]).ok()?.cast()?
            }
        };
        let library = library.filter(|library| !library.is_empty());
        let external = match native::function_address(&symbol) {
            Some(_) => External::Runtime(symbol),
            None => External::Foreign { library, symbol },
        };
        Some(Held::scalar(pointer, self.b.reference(external)))
    }

    fn throw_pending(&mut self) -> Result<()> {
        let at = self.b.reference(External::RuntimeData("pending_exception".to_owned()));
        let pending = self.b.load(Type::I64, at, 0, pkgimage_ir::MemFlags::TRUSTED);
        let zero = self.b.iconst(Type::I64, 0);
        let fine = self.b.icmp(IntCc::Eq, pending, zero);
        let (bad, good) = (self.b.cold_block(), self.b.block());
        self.b.br_if(fine, good, bad);
        self.b.switch_to(bad);
        let unwind = self.unwind()?;
        self.b.jump(unwind);
        self.b.switch_to(good);
        Ok(())
    }

    fn c_argument(&mut self, declared: Value, arg: &Arg) -> Result<Option<Ir>> {
        let Some(mut kind) = c_type(declared) else { return refuse("a ccall with a struct") };
        if kind == CType::Object && declared != known().any.value() {
            match concrete(&arg.lattice) {
                Some(ty) if ty.name.get() == known().pointer_name => kind = CType::Int(8, false),
                Some(_) => {}
                None => return refuse("a ccall argument of unknown type"),
            }
        }
        Ok(match kind {
            CType::Void => None,
            CType::Object => Some(self.boxed(&arg.held)?),
            CType::F32 | CType::F64 => {
                let k = known();
                let ty = if kind == CType::F32 { k.float32 } else { k.float64 };
                if concrete(&arg.lattice) != Some(ty) {
                    return refuse("a ccall argument of unknown type");
                }
                Some(self.convert(&arg.held, &Shape::Flat(ty))?.values[0])
            }
            CType::Int(size, signed) => {
                let Some(ty) = concrete(&arg.lattice) else {
                    return refuse("a ccall argument of unknown type");
                };
                let one = leaves(ty).filter(|l| l.len() == 1 && !l[0].ty.is_float());
                if ty.size() as u32 != size || one.is_none() {
                    return refuse("a ccall argument of another size");
                }
                let value = self.convert(&arg.held, &Shape::Flat(ty))?.values[0];
                let wide = if size < 4 { Type::I32 } else { self.b.type_of(value) };
                Some(self.resized(value, wide, signed))
            }
        })
    }

    fn c_result(
        &mut self,
        kind: CType,
        return_type: Value,
        value: Option<Ir>,
    ) -> Result<Option<Held>> {
        let k = known();
        let Some(value) = value else {
            if return_type == k.bottom {
                self.unreachable();
                return Ok(None);
            }
            let instance = return_type.cast::<DataType>().and_then(|d| d.instance.get());
            return Ok(Some(Held::ghost(instance.unwrap_or(k.nothing))));
        };
        Ok(Some(match kind {
            CType::Object => {
                let zero = self.b.iconst(Type::I64, 0);
                let there = self.b.icmp(IntCc::Ne, value, zero);
                let (bad, good) = (self.b.cold_block(), self.b.block());
                self.b.br_if(there, good, bad);
                self.b.switch_to(bad);
                self.runtime_status("jl_throw_undef_ref", &[])?;
                self.unreachable();
                self.b.switch_to(good);
                Held::boxed(value)
            }
            CType::F32 => Held::scalar(k.float32, value),
            CType::F64 => Held::scalar(k.float64, value),
            _ => {
                let Some(ty) = types::as_concrete(return_type) else {
                    return refuse("a ccall whose result type is not known");
                };
                if ty == k.bool {
                    let zero = self.b.iconst(Type::I8, 0);
                    let flag = self.b.icmp(IntCc::Ne, value, zero);
                    return Ok(Some(self.boolean(flag)));
                }
                if object::is_type(return_type) && leaves(ty).is_none_or(|l| l.len() != 1) {
                    return refuse("a ccall of a struct");
                }
                Held::scalar(ty, value)
            }
        }))
    }
}
