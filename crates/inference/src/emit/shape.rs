//! How values travel in native code.
//!
//! A value is held as nothing at all (a constant), as its leaves (the scalars and references that a
//! concrete immutable struct is made of, each in a register of its own), as a tagged union of those,
//! or as a reference to an object. Struct values therefore reach the heap only where a reference to
//! them is needed.

use std::rc::Rc;

use pkgimage_ir::{External, Type, Value as Ir};
use pkgimage_runtime::known::known;
use pkgimage_runtime::layout::Kind;
use pkgimage_runtime::object::{DataType, DataTypeFlags};
use pkgimage_runtime::types;
use pkgimage_runtime::value::{Gc, Value};

use crate::lattice::{Lattice, members};

/// How a value is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A constant: no values. The external names it, if nothing in the object itself does.
    Ghost(Value, Option<External>),
    /// The leaves of a concrete immutable type.
    Flat(Gc<DataType>),
    /// A tag (`i8`, the index of the member), then the leaves of all members one after the other.
    Union(Rc<Vec<Shape>>),
    /// One reference.
    Boxed,
}

/// A value of a shape.
#[derive(Clone, Debug)]
pub struct Held {
    /// How.
    pub shape: Shape,
    /// The IR values.
    pub values: Vec<Ir>,
}

/// One scalar or reference of a flat struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Its machine type.
    pub ty: Type,
    /// Where it is in the payload of an object.
    pub offset: u32,
    /// Whether it is a reference.
    pub is_pointer: bool,
    /// Whether it is a reference that a constructor may leave undefined: zero then.
    pub may_be_undefined: bool,
}

/// Structs with more leaves are boxed. A matrix of four rows and columns has as many.
const LEAF_LIMIT: usize = 16;
/// Unions with more members are boxed.
const MEMBER_LIMIT: usize = 4;
/// And those whose members have more leaves together: all are passed wherever one is.
const UNION_LEAF_LIMIT: usize = 32;

/// The machine type of a primitive type.
fn scalar(ty: Gc<DataType>) -> Option<Type> {
    let k = known();
    if ty == k.float32 {
        return Some(Type::F32);
    }
    if ty == k.float64 {
        return Some(Type::F64);
    }
    Some(match ty.size() {
        1 => Type::I8,
        2 => Type::I16,
        4 => Type::I32,
        8 => Type::I64,
        16 => Type::I128,
        _ => return None,
    })
}

/// The leaves of a concrete immutable type; none if it is held as a reference.
pub fn leaves(ty: Gc<DataType>) -> Option<Vec<Leaf>> {
    let mut out = Vec::new();
    collect(ty, 0, &mut out).then_some(())?;
    (out.len() <= LEAF_LIMIT).then_some(out)
}

fn collect(ty: Gc<DataType>, base: u32, out: &mut Vec<Leaf>) -> bool {
    if !ty.is_concrete() || ty.is_mutable() || out.len() > LEAF_LIMIT {
        return false;
    }
    let Some(layout) = ty.layout.get().filter(|l| l.kind == Kind::Fields) else { return false };
    if ty.has(DataTypeFlags::IS_PRIMITIVE) {
        let Some(machine) = scalar(ty) else { return false };
        out.push(Leaf { ty: machine, offset: base, is_pointer: false, may_be_undefined: false });
        return true;
    }
    let Some(field_types) = ty.types.get() else { return false };
    for (i, field) in layout.fields().iter().enumerate() {
        let offset = base + field.offset;
        if field.is_pointer {
            let may_be_undefined = may_be_undefined(ty, i);
            out.push(Leaf { ty: Type::I64, offset, is_pointer: true, may_be_undefined });
            continue;
        }
        let Some(inner) = field_types.get(i).and_then(|t| t.cast::<DataType>()) else {
            return false;
        };
        if !collect(inner, offset, out) {
            return false;
        }
    }
    out.len() <= LEAF_LIMIT
}

/// Whether constructors may leave a field undefined.
pub(super) fn may_be_undefined(ty: Gc<DataType>, index: usize) -> bool {
    let optional = ty.name.get().uninitialized_count.get() as usize;
    index + optional >= ty.field_count()
}

/// The shape of values of a type.
pub fn shape_of_type(ty: Value) -> Shape {
    if let Some(d) = ty.cast::<DataType>() {
        if let Some(instance) = d.instance.get() {
            return Shape::Ghost(instance, None);
        }
        return if leaves(d).is_some() { Shape::Flat(d) } else { Shape::Boxed };
    }
    let list = members(ty);
    if list.len() > 1 && list.len() <= MEMBER_LIMIT {
        let shapes: Vec<Shape> = list.iter().map(|&m| shape_of_type(m)).collect();
        let unboxed = shapes.iter().all(|s| matches!(s, Shape::Ghost(..) | Shape::Flat(_)));
        let leaves: usize = shapes.iter().map(|s| s.machine_types().len()).sum();
        if unboxed && leaves <= UNION_LEAF_LIMIT {
            return Shape::Union(Rc::new(shapes));
        }
    }
    Shape::Boxed
}

/// The shape of values of which this is known.
pub fn shape_of(lattice: &Lattice) -> Shape {
    match lattice {
        Lattice::Const(v) => Shape::Ghost(*v, None),
        Lattice::Bottom => Shape::Ghost(known().nothing, None),
        other => shape_of_type(other.widen()),
    }
}

impl Shape {
    /// Machine types of the values that hold it.
    pub fn machine_types(&self) -> Vec<Type> {
        match self {
            Shape::Ghost(..) => vec![],
            Shape::Flat(ty) => leaves(*ty).unwrap_or_default().iter().map(|l| l.ty).collect(),
            Shape::Union(list) => {
                let mut out = vec![Type::I8];
                for member in list.iter() {
                    out.extend(member.machine_types());
                }
                out
            }
            Shape::Boxed => vec![Type::I64],
        }
    }

    /// The concrete type of all its values, if there is one.
    pub fn concrete(&self) -> Option<Gc<DataType>> {
        match self {
            Shape::Ghost(v, _) => Some(v.datatype()),
            Shape::Flat(ty) => Some(*ty),
            Shape::Union(_) | Shape::Boxed => None,
        }
    }

    /// Where the values of each member of a union begin.
    pub fn member_start(list: &[Shape], index: usize) -> usize {
        1 + list[..index].iter().map(|m| m.machine_types().len()).sum::<usize>()
    }

    /// The member of a union that holds values of a type.
    pub fn member_of(list: &[Shape], ty: Gc<DataType>) -> Option<usize> {
        list.iter().position(|m| m.concrete() == Some(ty))
    }

    /// The same without what names a constant, for comparison.
    pub fn same_as(&self, other: &Shape) -> bool {
        match (self, other) {
            (Shape::Ghost(a, _), Shape::Ghost(b, _)) => pkgimage_runtime::egal::egal(*a, *b),
            (Shape::Union(a), Shape::Union(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(x, y)| x.same_as(y))
            }
            (a, b) => a == b,
        }
    }
}

/// Layout of the leaves of a shape in memory, for results that come through a pointer: offsets, and
/// the size.
pub fn memory_layout(shape: &Shape) -> (Vec<u32>, u32) {
    let mut at = 0u32;
    let mut offsets = Vec::new();
    for ty in shape.machine_types() {
        at = at.next_multiple_of(ty.bytes());
        offsets.push(at);
        at += ty.bytes();
    }
    (offsets, at.next_multiple_of(16).max(16))
}

/// How a value of a declared type is passed: type parameters of a signature.
pub fn shape_of_parameter(ty: Value) -> Shape {
    match types::as_concrete(ty) {
        Some(d) => match d.instance.get() {
            Some(instance) => Shape::Ghost(instance, None),
            None if leaves(d).is_some() => Shape::Flat(d),
            None => Shape::Boxed,
        },
        None => match Lattice::of_type(ty) {
            Lattice::Const(v) => Shape::Ghost(v, None),
            _ => Shape::Boxed,
        },
    }
}
