//! Structs, tuples and arrays: fields and elements.

use pkgimage_ir::{BinaryOp, ConvertOp, IntCc, MemFlags, Type, Value as Ir};
use pkgimage_runtime::fields;
use pkgimage_runtime::known::known;
use pkgimage_runtime::layout::Kind;
use pkgimage_runtime::native::{ARRAY_DATA, ARRAY_DIMENSIONS, ARRAY_LENGTH, ARRAY_OWNER};
use pkgimage_runtime::object::{DataType, SimpleVector};
use pkgimage_runtime::types;
use pkgimage_runtime::value::{Gc, Value};

use super::body::Arg;
use super::shape::{Held, Shape, leaves, may_be_undefined};
use super::{Emitter, Result};
use crate::lattice::Lattice;

const PLAIN: MemFlags = MemFlags { aligned: false, notrap: false, readonly: false };
const READONLY: MemFlags = MemFlags { aligned: false, notrap: false, readonly: true };

/// Shape of a plain-data type stored inline; none if its values are copied as bytes.
fn inline_shape(ty: Gc<DataType>) -> Option<Shape> {
    if let Some(instance) = ty.instance.get() {
        return Some(Shape::Ghost(instance, None));
    }
    leaves(ty).map(|_| Shape::Flat(ty))
}

impl Emitter<'_, '_> {
    /// Reads a value of plain-data type at an address.
    fn load_inline(
        &mut self,
        ty: Gc<DataType>,
        base: Ir,
        offset: u32,
        immutable: bool,
    ) -> Result<Held> {
        match inline_shape(ty) {
            Some(shape @ Shape::Ghost(..)) => Ok(Held { shape, values: vec![] }),
            Some(shape) => {
                let values = self.load_leaves(ty, base, offset, immutable)?;
                Ok(Held { shape, values })
            }
            None => {
                let object = self.allocate(ty)?;
                let from = self.offset(base, offset);
                let size = self.b.iconst(Type::I64, ty.size() as i128);
                self.b.mem_copy(object, from, size, 1);
                Ok(Held::boxed(object))
            }
        }
    }

    /// Writes a value of plain-data type to an address.
    fn store_inline(&mut self, ty: Gc<DataType>, held: &Held, base: Ir, offset: u32) -> Result<()> {
        match inline_shape(ty) {
            Some(Shape::Ghost(..)) => {}
            Some(shape) => {
                let held = self.convert(held, &shape)?;
                self.store_leaves(ty, &held.values, base, offset);
            }
            None => {
                let object = self.boxed(held)?;
                let to = self.offset(base, offset);
                let size = self.b.iconst(Type::I64, ty.size() as i128);
                self.b.mem_copy(to, object, size, 1);
            }
        }
        Ok(())
    }

    fn offset(&mut self, base: Ir, offset: u32) -> Ir {
        if offset == 0 {
            return base;
        }
        let offset = self.b.iconst(Type::I64, offset.into());
        self.b.binary(BinaryOp::Iadd, base, offset)
    }

    /// The field of an object of a concrete type; none if it is left to the runtime.
    pub(super) fn field_of(
        &mut self,
        held: &Held,
        ty: Gc<DataType>,
        index: usize,
    ) -> Result<Option<Held>> {
        let Some(layout) = ty.layout.get() else { return Ok(None) };
        if layout.kind != Kind::Fields {
            return Ok(None);
        }
        let (Some(field), Some(field_type)) =
            (layout.fields().get(index).copied(), fields::field_type(ty, index))
        else {
            return Ok(None);
        };
        let flat = match &held.shape {
            Shape::Flat(t) if *t == ty => true,
            Shape::Boxed => false,
            _ => return Ok(None),
        };
        if flat {
            let list = leaves(ty).unwrap_or_default();
            let end = field.offset + field.size;
            let values: Vec<Ir> = list
                .iter()
                .zip(&held.values)
                .filter(|(leaf, _)| leaf.offset >= field.offset && leaf.offset < end)
                .map(|(_, &v)| v)
                .collect();
            if field.is_pointer {
                return self.defined_field(ty, index, values[0]).map(Some);
            }
            let Some(inner) = field_type.cast::<DataType>() else { return Ok(None) };
            return Ok(inline_shape(inner).map(|shape| Held { shape, values }));
        }
        let object = held.values[0];
        let immutable = !ty.is_mutable();
        if !field.is_pointer {
            let Some(inner) = field_type.cast::<DataType>() else { return Ok(None) };
            return self.load_inline(inner, object, field.offset, immutable).map(Some);
        }
        let flags = if immutable { READONLY } else { PLAIN };
        let value = self.b.load(Type::I64, object, field.offset as i32, flags);
        self.defined_field(ty, index, value).map(Some)
    }

    /// What was read from a field that holds a reference; throws where it is undefined.
    fn defined_field(&mut self, ty: Gc<DataType>, index: usize, value: Ir) -> Result<Held> {
        if may_be_undefined(ty, index) {
            self.throw_unless_defined(value)?;
        }
        Ok(Held::boxed(value))
    }

    fn throw_unless_defined(&mut self, value: Ir) -> Result<()> {
        let zero = self.b.iconst(Type::I64, 0);
        let there = self.b.icmp(IntCc::Ne, value, zero);
        let (bad, good) = (self.b.cold_block(), self.b.block());
        self.b.br_if(there, good, bad);
        self.b.switch_to(bad);
        self.runtime_status("jl_throw_undef_ref", &[])?;
        self.unreachable();
        self.b.switch_to(good);
        Ok(())
    }

    /// Whether a field of an object is defined; none if it is left to the runtime.
    pub(super) fn field_is_defined(&mut self, object: &Arg, index: usize) -> Option<Held> {
        let k = known();
        let ty = types::as_concrete(object.lattice.widen())?;
        let layout = ty.layout.get().filter(|l| l.kind == Kind::Fields)?;
        let field = layout.fields().get(index).copied()?;
        if !field.is_pointer || !may_be_undefined(ty, index) {
            return Some(Held::ghost(k.true_));
        }
        let value = match object.held.shape {
            Shape::Boxed => {
                self.b.load(Type::I64, object.held.values[0], field.offset as i32, PLAIN)
            }
            Shape::Flat(flat) if flat == ty => {
                let at = leaves(ty)?.iter().position(|leaf| leaf.offset == field.offset)?;
                object.held.values[at]
            }
            _ => return None,
        };
        let zero = self.b.iconst(Type::I64, 0);
        let flag = self.b.icmp(IntCc::Ne, value, zero);
        Some(self.boolean(flag))
    }

    /// Assigns a field of a mutable object; false if it is left to the runtime.
    pub(super) fn set_field(&mut self, object: &Arg, index: usize, value: &Arg) -> Result<bool> {
        let Some(ty) = types::as_concrete(object.lattice.widen()) else { return Ok(false) };
        let constant = ty.name.get().const_fields.get();
        if !ty.is_mutable()
            || !matches!(object.held.shape, Shape::Boxed)
            || constant.is_some_and(|c| c.get(index) == Some(known().true_))
        {
            return Ok(false);
        }
        let (Some(layout), Some(field_type)) = (ty.layout.get(), fields::field_type(ty, index))
        else {
            return Ok(false);
        };
        let Some(field) =
            layout.fields().get(index).copied().filter(|_| layout.kind == Kind::Fields)
        else {
            return Ok(false);
        };
        if !types::subtype(value.lattice.widen(), field_type) {
            return Ok(false);
        }
        let at = object.held.values[0];
        if field.is_pointer {
            let value = self.boxed(&value.held)?;
            self.b.store(value, at, field.offset as i32, PLAIN);
            self.barrier(at);
            return Ok(true);
        }
        let Some(inner) = field_type.cast::<DataType>() else { return Ok(false) };
        self.store_inline(inner, &value.held, at, field.offset)?;
        Ok(true)
    }

    /// An instance of a concrete type from values of its fields' types; trailing fields may be
    /// missing. None if it is left to the runtime.
    fn construct(&mut self, ty: Gc<DataType>, values: &[Arg]) -> Result<Option<Held>> {
        if let Some(instance) = ty.instance.get() {
            return Ok(Some(Held::ghost(instance)));
        }
        let Some(layout) = ty.layout.get().filter(|l| l.kind == Kind::Fields) else {
            return Ok(None);
        };
        let Some(field_types) = ty.types.get() else { return Ok(None) };
        if values.len() > field_types.len() {
            return Ok(None);
        }
        for (i, value) in values.iter().enumerate() {
            let fits = field_types.get(i).is_some_and(|t| types::subtype(value.lattice.widen(), t));
            if !fits {
                return Ok(None);
            }
        }
        if leaves(ty).is_some() {
            let mut out = Vec::new();
            for (i, field) in layout.fields().iter().enumerate() {
                let shape = match field_types.get(i).and_then(|t| t.cast::<DataType>()) {
                    _ if field.is_pointer => Shape::Boxed,
                    Some(inner) => match inline_shape(inner) {
                        Some(shape) => shape,
                        None => return Ok(None),
                    },
                    None => return Ok(None),
                };
                out.extend(match values.get(i) {
                    Some(value) => self.convert(&value.held, &shape)?.values,
                    None => self.dummies(&shape),
                });
            }
            return Ok(Some(Held { shape: Shape::Flat(ty), values: out }));
        }
        // References first: what is made for them may collect.
        let mut references = Vec::new();
        for (field, value) in layout.fields().iter().zip(values) {
            references.push(if field.is_pointer { Some(self.boxed(&value.held)?) } else { None });
        }
        let object = self.allocate(ty)?;
        for (i, field) in layout.fields().iter().enumerate().take(values.len()) {
            if let Some(value) = references[i] {
                self.b.store(value, object, field.offset as i32, PLAIN);
            } else if let Some(inner) = field_types.get(i).and_then(|t| t.cast::<DataType>()) {
                self.store_inline(inner, &values[i].held, object, field.offset)?;
            }
        }
        Ok(Some(Held::boxed(object)))
    }

    /// `%new(type, fields...)`.
    pub(super) fn new_object(&mut self, args: &[Arg]) -> Result<Held> {
        if let Some(ty) = args[0].held.constant().and_then(types::as_concrete)
            && let Some(held) = self.construct(ty, &args[1..])?
        {
            return Ok(held);
        }
        let (address, count) = self.argument_list(args)?;
        self.runtime_boxed("jl_new_object", &[address, count])
    }

    /// `%splatnew(type, tuple)`.
    pub(super) fn splat_new(&mut self, args: &[Arg]) -> Result<Held> {
        if let Some(ty) = args[0].held.constant().and_then(types::as_concrete)
            && let Some(tuple) = types::as_concrete(args[1].lattice.widen())
            && tuple.is_tuple()
            && let Some(held) = self.spread_new(ty, &args[1], tuple)?
        {
            return Ok(held);
        }
        let ty = self.boxed(&args[0].held)?;
        let tuple = self.boxed(&args[1].held)?;
        self.runtime_boxed("jl_splat_new", &[ty, tuple])
    }

    fn spread_new(
        &mut self,
        ty: Gc<DataType>,
        tuple: &Arg,
        tuple_type: Gc<DataType>,
    ) -> Result<Option<Held>> {
        let mut values = Vec::new();
        for i in 0..tuple_type.field_count() {
            let Some(held) = self.field(tuple, i)? else { return Ok(None) };
            let lattice = match held.constant() {
                Some(v) => Lattice::Const(v),
                None => match fields::field_type(tuple_type, i) {
                    Some(t) => Lattice::of_type(t),
                    None => return Ok(None),
                },
            };
            values.push(Arg { held, lattice });
        }
        self.construct(ty, &values)
    }

    /// A tuple of these values.
    pub(super) fn tuple(&mut self, args: &[Arg]) -> Result<Held> {
        let constants: Option<Vec<Value>> = args.iter().map(|a| a.held.constant()).collect();
        let mut list = Vec::with_capacity(args.len());
        for arg in args {
            let ty = match arg.held.shape.concrete() {
                Some(ty) => Some(ty),
                None => crate::lattice::concrete(&arg.lattice),
            };
            match ty {
                Some(ty) => list.push(ty.value()),
                None => {
                    let (address, count) = self.argument_list(args)?;
                    let tuple = self.runtime("jl_make_tuple", &[address, count], Some(Type::I64));
                    return match tuple {
                        Some(v) => Ok(Held::boxed(v)),
                        None => super::refuse("a tuple"),
                    };
                }
            }
        }
        let ty = types::tuple_type(&list);
        if let Some(values) = &constants
            && ty.is_bits()
        {
            return Ok(Held::ghost(fields::new_tuple(values)));
        }
        // The parameters of a tuple's type are the types of its fields, whatever more is known.
        let args: Vec<Arg> = args
            .iter()
            .zip(&list)
            .map(|(a, &t)| Arg { held: a.held.clone(), lattice: Lattice::Type(t) })
            .collect();
        match self.construct(ty, &args)? {
            Some(held) => Ok(held),
            None => super::refuse(format!("a tuple of type {ty:?}")),
        }
    }

    /// A constant object that may change, such as a global array, as a reference; none if this is no such.
    pub(super) fn as_object(&mut self, arg: &Arg) -> Result<Option<Arg>> {
        let Some(object) = arg.held.constant().filter(|v| v.datatype().is_mutable()) else {
            return Ok(None);
        };
        let held = Held::boxed(self.boxed(&arg.held)?);
        Ok(Some(Arg { held, lattice: Lattice::Type(object.datatype().value()) }))
    }

    /// Element type and number of dimensions, if this is an array of a known type.
    pub(super) fn array_type(&self, arg: &Arg) -> Option<(Value, usize)> {
        let ty = types::as_concrete(arg.lattice.widen())?;
        if ty.name.get() != known().array_name || !matches!(arg.held.shape, Shape::Boxed) {
            return None;
        }
        let parameters: Gc<SimpleVector> = ty.parameters.get();
        let count = pkgimage_runtime::object::unbox_int64(parameters.get(1)?)?;
        Some((parameters.get(0)?, count as usize))
    }

    /// The number of elements.
    pub(super) fn array_length(&mut self, array: Ir) -> Ir {
        self.b.load(Type::I64, array, ARRAY_LENGTH as i32, PLAIN)
    }

    /// The size along a dimension, from 0.
    pub(super) fn array_size(&mut self, array: Ir, dimension: usize) -> Ir {
        let offset = (ARRAY_DIMENSIONS + 8 * dimension) as i32;
        self.b.load(Type::I64, array, offset, PLAIN)
    }

    /// The linear index (from 0) that these indices mean, checked if so asked: where the check
    /// fails, `slow` is called and does not return. None if it is left to the runtime.
    pub(super) fn array_index(
        &mut self,
        array: Ir,
        dimensions: usize,
        indices: &[Arg],
        check: &Held,
        slow: &[Arg],
    ) -> Result<Option<Ir>> {
        let k = known();
        let int = Shape::Flat(k.int64);
        if indices.len() != 1 && indices.len() != dimensions || indices.is_empty() {
            return Ok(None);
        }
        let mut from_zero = Vec::new();
        let one = self.b.iconst(Type::I64, 1);
        for index in indices {
            if index.lattice.widen() != k.int64.value() {
                return Ok(None);
            }
            let value = self.convert(&index.held, &int)?.values[0];
            from_zero.push(self.b.binary(BinaryOp::Isub, value, one));
        }
        let mut linear = from_zero[0];
        let mut sizes = Vec::new();
        if indices.len() == 1 {
            sizes.push(self.array_length(array));
        } else {
            for d in 0..dimensions {
                sizes.push(self.array_size(array, d));
            }
            let mut stride = sizes[0];
            for d in 1..dimensions {
                let part = self.b.binary(BinaryOp::Imul, from_zero[d], stride);
                linear = self.b.binary(BinaryOp::Iadd, linear, part);
                stride = self.b.binary(BinaryOp::Imul, stride, sizes[d]);
            }
        }
        if check.constant() == Some(k.false_) {
            return Ok(Some(linear));
        }
        let mut bad = None;
        for (&index, &size) in from_zero.iter().zip(&sizes) {
            let outside = self.b.icmp(IntCc::Uge, index, size);
            bad = Some(match bad {
                None => outside,
                Some(other) => self.b.binary(BinaryOp::Or, other, outside),
            });
        }
        if let Some(mut bad) = bad {
            if check.constant() != Some(k.true_) {
                let wanted = self.convert(check, &Shape::Flat(k.bool))?.values[0];
                bad = self.b.binary(BinaryOp::And, bad, wanted);
            }
            let (throws, good) = (self.b.cold_block(), self.b.block());
            self.b.br_if(bad, throws, good);
            self.b.switch_to(throws);
            self.dynamic_call(slow)?;
            self.unreachable();
            self.b.switch_to(good);
        }
        Ok(Some(linear))
    }

    /// The address of an element.
    fn element_address(&mut self, array: Ir, index: Ir, size: usize) -> Ir {
        let data = self.b.load(Type::I64, array, ARRAY_DATA as i32, PLAIN);
        let size = self.b.iconst(Type::I64, size as i128);
        let offset = self.b.binary(BinaryOp::Imul, index, size);
        self.b.binary(BinaryOp::Iadd, data, offset)
    }

    /// Reads an element; where it is undefined, `slow` is called and does not return.
    pub(super) fn array_get(
        &mut self,
        array: Ir,
        element: Value,
        index: Ir,
        slow: &[Arg],
    ) -> Result<Held> {
        if types::is_stored_inline(element) {
            let ty: Gc<DataType> = element.cast_unchecked();
            let at = self.element_address(array, index, ty.size());
            return self.load_inline(ty, at, 0, false);
        }
        let at = self.element_address(array, index, 8);
        let value = self.b.load(Type::I64, at, 0, PLAIN);
        let zero = self.b.iconst(Type::I64, 0);
        let there = self.b.icmp(IntCc::Ne, value, zero);
        let (bad, good) = (self.b.cold_block(), self.b.block());
        self.b.br_if(there, good, bad);
        self.b.switch_to(bad);
        self.dynamic_call(slow)?;
        self.unreachable();
        self.b.switch_to(good);
        Ok(Held::boxed(value))
    }

    /// Writes an element.
    pub(super) fn array_set(
        &mut self,
        array: Ir,
        element: Value,
        index: Ir,
        value: &Held,
    ) -> Result<()> {
        if types::is_stored_inline(element) {
            let ty: Gc<DataType> = element.cast_unchecked();
            let at = self.element_address(array, index, ty.size());
            return self.store_inline(ty, value, at, 0);
        }
        let value = self.boxed(value)?;
        let at = self.element_address(array, index, 8);
        self.b.store(value, at, 0, PLAIN);
        let owner = self.b.load(Type::I64, array, ARRAY_OWNER as i32, PLAIN);
        let zero = self.b.iconst(Type::I64, 0);
        let none = self.b.icmp(IntCc::Eq, owner, zero);
        let owner = self.b.select(none, array, owner);
        self.barrier(owner);
        Ok(())
    }

    /// Reads what a pointer to a type points to.
    pub(super) fn pointer_get(&mut self, element: Value, at: Ir) -> Result<Held> {
        if types::is_stored_inline(element) {
            return self.load_inline(element.cast_unchecked(), at, 0, false);
        }
        let value = self.b.load(Type::I64, at, 0, PLAIN);
        self.throw_unless_defined(value)?;
        Ok(Held::boxed(value))
    }

    /// Writes what a pointer to a type points to.
    pub(super) fn pointer_set(&mut self, element: Value, at: Ir, value: &Held) -> Result<()> {
        if types::is_stored_inline(element) {
            return self.store_inline(element.cast_unchecked(), value, at, 0);
        }
        let value = self.boxed(value)?;
        self.b.store(value, at, 0, PLAIN);
        Ok(())
    }

    /// `flag` as wide as a machine type.
    pub(super) fn resized(&mut self, value: Ir, to: Type, signed: bool) -> Ir {
        let from = self.b.type_of(value);
        if from == to {
            return value;
        }
        let op = match (from.bits() < to.bits(), signed) {
            (true, true) => ConvertOp::Sext,
            (true, false) => ConvertOp::Zext,
            (false, _) => ConvertOp::Trunc,
        };
        self.b.convert(op, to, value)
    }
}
