//! Builtins in place, where the types are known. All others, and all that throw, are calls of the
//! runtime's own implementation.

use pkgimage_ir::{BinaryOp, ConvertOp, IntCc, Type, Value as Ir};
use pkgimage_runtime::builtins::BUILTINS;
use pkgimage_runtime::egal::egal;
use pkgimage_runtime::fields;
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{self, DataType, Module, Symbol, unbox_int64};
use pkgimage_runtime::types;
use pkgimage_runtime::value::{Gc, Value};

use super::body::Arg;
use super::shape::{Held, Shape, leaves, shape_of};
use super::{Emitter, Result};
use crate::lattice::Lattice;

impl Emitter<'_, '_> {
    /// A builtin call; `args[0]` is the builtin. None if it does not return.
    pub(super) fn builtin(
        &mut self,
        index: usize,
        args: &[Arg],
        lattice: &Lattice,
    ) -> Result<Option<Held>> {
        let Some(&(name, least, most, _)) = BUILTINS.get(index) else {
            return self.dynamic_call(args).map(Some);
        };
        let count = args.len() - 1;
        if name == "throw" && count == 1 {
            let value = self.boxed(&args[1].held)?;
            self.runtime_boxed("jl_throw", &[value])?;
            self.unreachable();
            return Ok(None);
        }
        if count >= least
            && count <= most
            && let Some(held) = self.builtin_in_place(name, args, lattice)?
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

    fn builtin_in_place(
        &mut self,
        name: &str,
        args: &[Arg],
        lattice: &Lattice,
    ) -> Result<Option<Held>> {
        let k = known();
        let object_at = match name {
            "arrayref" | "const_arrayref" | "arrayset" => Some(2),
            "arraysize" | "setfield!" | "isdefined" => Some(1),
            _ => None,
        };
        if let Some(at) = object_at
            && let Some(object) = self.as_object(&args[at])?
        {
            let mut args = args.to_vec();
            args[at] = object;
            return self.builtin_in_place(name, &args, lattice);
        }
        Ok(match name {
            "===" => Some(self.identical(&args[1], &args[2])?),
            "typeof" => match args[1].held.shape.concrete() {
                Some(ty) => Some(Held::ghost(ty.value())),
                None => {
                    let object = self.boxed(&args[1].held)?;
                    Some(Held::boxed(self.header(object)))
                }
            },
            "isa" => match args[2].held.constant().filter(|t| object::is_type(*t)) {
                Some(ty) if !types::has_free_typevars(ty) => {
                    Some(match self.type_test(&args[1], ty)? {
                        None => Held::ghost(k.true_),
                        Some(flag) => self.boolean(flag),
                    })
                }
                _ => None,
            },
            "typeassert" => match args[2].held.constant().filter(|t| object::is_type(*t)) {
                Some(ty) if !types::has_free_typevars(ty) => {
                    if let Some(flag) = self.type_test(&args[1], ty)? {
                        let (bad, good) = (self.b.cold_block(), self.b.block());
                        self.b.br_if(flag, good, bad);
                        self.b.switch_to(bad);
                        self.dynamic_call(args)?;
                        self.unreachable();
                        self.b.switch_to(good);
                    }
                    Some(args[1].held.clone())
                }
                _ => None,
            },
            "ifelse" => self.ifelse(args, lattice)?,
            "tuple" => Some(self.tuple(&args[1..])?),
            "getfield" => self.getfield(args)?,
            "setfield!" if args.len() == 4 => match field_index(&args[1], &args[2]) {
                Some(index) if self.set_field(&args[1], index, &args[3])? => {
                    Some(args[3].held.clone())
                }
                _ => None,
            },
            "isdefined" => match field_index(&args[1], &args[2]) {
                Some(index) => self.field_is_defined(&args[1], index),
                None => None,
            },
            "nfields" => match crate::lattice::concrete(&args[1].lattice) {
                Some(ty) => {
                    ty.layout.get().map(|l| Held::ghost(object::box_int64(l.field_count.into())))
                }
                None => None,
            },
            "arrayref" | "const_arrayref" => self.arrayref(args)?,
            "arrayset" => self.arrayset(args)?,
            "arraysize" => self.arraysize(args)?,
            "compilerbarrier" => Some(args[2].held.clone()),
            "donotdelete" => Some(Held::ghost(k.nothing)),
            _ => None,
        })
    }

    fn ifelse(&mut self, args: &[Arg], lattice: &Lattice) -> Result<Option<Held>> {
        let k = known();
        if args[1].lattice.widen() != k.bool.value() {
            return Ok(None);
        }
        if let Some(v) = args[1].held.constant() {
            return Ok(Some(args[if v == k.true_ { 2 } else { 3 }].held.clone()));
        }
        let shape = shape_of(lattice);
        let flag = self.convert(&args[1].held, &Shape::Flat(k.bool))?.values[0];
        let a = self.convert(&args[2].held, &shape)?;
        let b = self.convert(&args[3].held, &shape)?;
        let values =
            a.values.iter().zip(&b.values).map(|(&a, &b)| self.b.select(flag, a, b)).collect();
        Ok(Some(Held { shape, values }))
    }

    fn getfield(&mut self, args: &[Arg]) -> Result<Option<Held>> {
        let object = &args[1];
        if let Some(v) = object.held.constant()
            && let Some(module) = v.cast::<Module>()
        {
            let Some(name) = args[2].held.constant().filter(|n| n.is::<Symbol>()) else {
                return Ok(None);
            };
            let m = self.constant(module.value(), None);
            let n = self.constant(name, None);
            return self.runtime_boxed("jl_global_value", &[m, n]).map(Some);
        }
        if let Some(index) = field_index(object, &args[2]) {
            return self.field(object, index);
        }
        self.getfield_at(args)
    }

    /// An element of a tuple of values of one type, at an index that is computed.
    fn getfield_at(&mut self, args: &[Arg]) -> Result<Option<Held>> {
        let k = known();
        let Some(ty) = types::as_concrete(args[1].lattice.widen()) else { return Ok(None) };
        if !ty.is_tuple() || args[2].lattice.widen() != k.int64.value() {
            return Ok(None);
        }
        let parameters = ty.parameters.get();
        let items = parameters.items();
        let Some(&first) = items.first() else { return Ok(None) };
        if items.iter().any(|t| *t != first) || leaves(ty).is_none() {
            return Ok(None);
        }
        let tuple = Arg {
            held: self.convert(&args[1].held, &Shape::Flat(ty))?,
            lattice: Lattice::Type(ty.value()),
        };
        let index = self.convert(&args[2].held, &Shape::Flat(k.int64))?.values[0];
        let checked =
            args.last().and_then(|a| a.held.constant()) != Some(k.false_) || args.len() == 3;
        if checked {
            let one = self.b.iconst(Type::I64, 1);
            let from_zero = self.b.binary(BinaryOp::Isub, index, one);
            let count = self.b.iconst(Type::I64, items.len() as i128);
            let bad = self.b.icmp(IntCc::Uge, from_zero, count);
            let (throws, good) = (self.b.cold_block(), self.b.block());
            self.b.br_if(bad, throws, good);
            self.b.switch_to(throws);
            self.dynamic_call(&args[..3])?;
            self.unreachable();
            self.b.switch_to(good);
        }
        let mut result: Option<Held> = None;
        for i in 0..items.len() {
            let Some(field) = self.field(&tuple, i)? else { return Ok(None) };
            result = Some(match result {
                None => field,
                Some(before) => {
                    let n = self.b.iconst(Type::I64, i as i128 + 1);
                    let is = self.b.icmp(IntCc::Eq, index, n);
                    let values = field
                        .values
                        .iter()
                        .zip(&before.values)
                        .map(|(&a, &b)| self.b.select(is, a, b))
                        .collect();
                    Held { shape: field.shape, values }
                }
            });
        }
        Ok(result)
    }

    /// `a === b`.
    fn identical(&mut self, a: &Arg, b: &Arg) -> Result<Held> {
        let k = known();
        let truth = |v: bool| Held::ghost(if v { k.true_ } else { k.false_ });
        if let (Some(x), Some(y)) = (a.held.constant(), b.held.constant()) {
            return Ok(truth(egal(x, y)));
        }
        if let (Some(x), Some(y)) =
            (crate::lattice::concrete(&a.lattice), crate::lattice::concrete(&b.lattice))
            && x != y
        {
            return Ok(truth(false));
        }
        // A union and a value of one of its members: the member, and then its value.
        for (union, other) in [(a, b), (b, a)] {
            if let Shape::Union(list) = &union.held.shape
                && let Some(ty) = other.held.shape.concrete()
            {
                let Some(index) = Shape::member_of(list, ty) else { return Ok(truth(false)) };
                let n = self.b.iconst(Type::I8, index as i128);
                let is = self.b.icmp(IntCc::Eq, union.held.values[0], n);
                let member = Arg {
                    held: self.convert(&union.held, &list[index])?,
                    lattice: Lattice::Type(ty.value()),
                };
                let same = self.identical(&member, other)?;
                let same = self.convert(&same, &Shape::Flat(k.bool))?.values[0];
                let both = self.b.binary(BinaryOp::And, is, same);
                return Ok(self.boolean(both));
            }
        }
        let flat = [a, b].iter().find_map(|x| match &x.held.shape {
            Shape::Flat(ty) => Some(*ty),
            _ => None,
        });
        if let Some(ty) = flat
            && crate::lattice::concrete(&a.lattice) == crate::lattice::concrete(&b.lattice)
        {
            let (x, y) = (
                self.convert(&a.held, &Shape::Flat(ty))?,
                self.convert(&b.held, &Shape::Flat(ty))?,
            );
            return self.same_leaves(ty, &x.values, &y.values);
        }
        let (x, y) = (self.boxed(&a.held)?, self.boxed(&b.held)?);
        if by_address(a) || by_address(b) {
            let flag = self.b.icmp(IntCc::Eq, x, y);
            return Ok(self.boolean(flag));
        }
        let flag = self.egal_call(x, y);
        Ok(self.boolean(flag))
    }

    fn egal_call(&mut self, x: Ir, y: Ir) -> Ir {
        match self.runtime("jl_values_egal", &[x, y], Some(Type::I64)) {
            Some(flag) => self.b.convert(ConvertOp::Trunc, Type::I8, flag),
            None => self.b.iconst(Type::I8, 0),
        }
    }

    fn same_leaves(&mut self, ty: Gc<DataType>, x: &[Ir], y: &[Ir]) -> Result<Held> {
        let mut all = None;
        for (leaf, (&x, &y)) in leaves(ty).unwrap_or_default().iter().zip(x.iter().zip(y)) {
            let same = if leaf.is_pointer {
                self.egal_call(x, y)
            } else if leaf.ty.is_float() {
                let int = if leaf.ty == Type::F32 { Type::I32 } else { Type::I64 };
                let x = self.b.convert(ConvertOp::Bitcast, int, x);
                let y = self.b.convert(ConvertOp::Bitcast, int, y);
                self.b.icmp(IntCc::Eq, x, y)
            } else {
                self.b.icmp(IntCc::Eq, x, y)
            };
            all = Some(match all {
                None => same,
                Some(others) => self.b.binary(BinaryOp::And, others, same),
            });
        }
        Ok(match all {
            Some(flag) => self.boolean(flag),
            None => Held::ghost(known().true_),
        })
    }

    fn arrayref(&mut self, args: &[Arg]) -> Result<Option<Held>> {
        let Some((element, dimensions)) = self.array_type(&args[2]) else { return Ok(None) };
        if !usable_element(element) || args[1].lattice.widen() != known().bool.value() {
            return Ok(None);
        }
        let array = args[2].held.values[0];
        let index = self.array_index(array, dimensions, &args[3..], &args[1].held, args)?;
        let Some(index) = index else { return Ok(None) };
        self.array_get(array, element, index, args).map(Some)
    }

    fn arrayset(&mut self, args: &[Arg]) -> Result<Option<Held>> {
        let Some((element, dimensions)) = self.array_type(&args[2]) else { return Ok(None) };
        let fits =
            element == known().any.value() || types::subtype(args[3].lattice.widen(), element);
        if !usable_element(element) || !fits || args[1].lattice.widen() != known().bool.value() {
            return Ok(None);
        }
        let array = args[2].held.values[0];
        let index = self.array_index(array, dimensions, &args[4..], &args[1].held, args)?;
        let Some(index) = index else { return Ok(None) };
        self.array_set(array, element, index, &args[3].held)?;
        Ok(Some(args[2].held.clone()))
    }

    fn arraysize(&mut self, args: &[Arg]) -> Result<Option<Held>> {
        let k = known();
        let Some((_, dimensions)) = self.array_type(&args[1]) else { return Ok(None) };
        let array = args[1].held.values[0];
        if args.len() == 2 {
            let mut sizes = Vec::new();
            for d in 0..dimensions {
                let size = self.array_size(array, d);
                sizes.push(Arg {
                    held: Held::scalar(k.int64, size),
                    lattice: Lattice::Type(k.int64.value()),
                });
            }
            return self.tuple(&sizes).map(Some);
        }
        let Some(d) = args[2].held.constant().and_then(unbox_int64) else { return Ok(None) };
        if d < 1 {
            return Ok(None);
        }
        if d as usize > dimensions {
            return Ok(Some(Held::ghost(object::box_int64(1))));
        }
        let size = self.array_size(array, d as usize - 1);
        Ok(Some(Held::scalar(k.int64, size)))
    }
}

fn usable_element(element: Value) -> bool {
    object::is_type(element) && !types::has_free_typevars(element)
}

/// The field that a constant name or number means, of an object of a known type.
fn field_index(object: &Arg, name: &Arg) -> Option<usize> {
    let ty = crate::lattice::concrete(&object.lattice)?;
    if ty == known().module {
        return None;
    }
    let name = name.held.constant()?;
    if name.is::<Symbol>() {
        return fields::field_index(ty, name);
    }
    let index = usize::try_from(unbox_int64(name)?).ok()?.checked_sub(1)?;
    (index < ty.field_count()).then_some(index)
}

/// Whether identity of this value is identity of objects.
fn by_address(arg: &Arg) -> bool {
    let k = known();
    let Some(ty) = crate::lattice::concrete(&arg.lattice) else { return false };
    let unique = ty.instance.get().is_some() || ty == k.bool || ty == k.symbol || ty == k.module;
    unique || ty.is_mutable() && ty != k.string && ty != k.simple_vector && ty != k.datatype
}
