//! What inference knows of a value.

use std::rc::Rc;

use pkgimage_runtime::egal::egal;
use pkgimage_runtime::fields;
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{self, DataType, Symbol, Union, Vararg};
use pkgimage_runtime::types::{self, subtype, type_of_type};
use pkgimage_runtime::value::{Gc, Value};

use crate::join::join_types;

/// What is known of a value: nothing reaches here, exactly this object, some fields, or a type.
#[derive(Clone, Debug)]
pub enum Lattice {
    /// No value: control does not come here.
    Bottom,
    /// Exactly this object (up to `===`).
    Const(Value),
    /// An immutable struct or a tuple of this type with something known of its leading fields. All
    /// the fields that are listed are defined. The type is concrete, or a tuple type of fixed length.
    Partial(Value, Rc<Vec<Lattice>>),
    /// A `Bool` that says something of a slot: its type if true, and if false.
    Conditional {
        /// The slot; of a result, the argument.
        slot: u32,
        /// What is known of it if the condition holds.
        then: Rc<Lattice>,
        /// What is known of it if not.
        otherwise: Rc<Lattice>,
    },
    /// An instance of this type.
    Type(Value),
}

use Lattice::{Bottom, Conditional, Const, Partial, Type};

/// How deep partly known structs nest before their fields are forgotten.
const PARTIAL_DEPTH: usize = 8;

impl Lattice {
    /// Anything.
    pub fn any() -> Lattice {
        Type(known().any.value())
    }

    /// A `Bool`.
    pub fn bool() -> Lattice {
        Type(known().bool.value())
    }

    /// `true` or `false`.
    pub fn constant_bool(b: bool) -> Lattice {
        Const(if b { known().true_ } else { known().false_ })
    }

    /// An instance of this type; `Union{}` is no value, singletons are constants.
    pub fn of_type(ty: Value) -> Lattice {
        if ty == known().bottom {
            return Bottom;
        }
        if let Some(d) = ty.cast::<DataType>() {
            if let Some(instance) = d.instance.get() {
                return Const(instance);
            }
            if let Some(t) = types::type_parameter(ty)
                && object::is_type(t)
                && !types::has_free_typevars(t)
                && is_unique_type(t)
            {
                return Const(t);
            }
        }
        Type(ty)
    }

    /// The type, with everything else forgotten.
    pub fn widen(&self) -> Value {
        match self {
            Bottom => known().bottom,
            Const(v) => type_of_constant(*v),
            Partial(ty, _) | Type(ty) => *ty,
            Conditional { .. } => known().bool.value(),
        }
    }

    /// The same without constants and known fields.
    pub fn widened(&self) -> Lattice {
        Lattice::of_type(self.widen())
    }

    /// The same without what it says of slots.
    pub fn without_condition(&self) -> Lattice {
        match self {
            Conditional { then, otherwise, .. } => match (&**then, &**otherwise) {
                (Bottom, Bottom) => Bottom,
                (Bottom, _) => Const(known().false_),
                (_, Bottom) => Const(known().true_),
                _ => Type(known().bool.value()),
            },
            other => other.clone(),
        }
    }

    /// The object, if it is exactly known.
    pub fn constant(&self) -> Option<Value> {
        match self {
            Const(v) => Some(*v),
            Type(ty) => ty.cast::<DataType>().and_then(|d| d.instance.get()),
            Conditional { .. } => match self.without_condition() {
                Const(v) => Some(v),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether control does not come here.
    pub fn is_bottom(&self) -> bool {
        matches!(self, Bottom)
    }

    /// Whether `self` says at least as much as `other`.
    pub fn less_or_equal(&self, other: &Lattice) -> bool {
        match (self, other) {
            (Bottom, _) => true,
            (_, Bottom) => false,
            (Const(a), Const(b)) => a == b || egal(*a, *b),
            (Partial(a, f), Partial(b, g)) => {
                subtype(*a, *b)
                    && f.len() >= g.len()
                    && f.iter().zip(g.iter()).all(|(x, y)| x.less_or_equal(y))
            }
            (Const(a), Partial(b, g)) => {
                types::isa(*a, *b)
                    && g.iter().enumerate().all(|(i, y)| {
                        fields::get_nth(*a, i).is_some_and(|x| Const(x).less_or_equal(y))
                    })
            }
            (
                Conditional { slot: s, then: t, otherwise: o },
                Conditional { slot: u, then: v, otherwise: w },
            ) => s == u && t.less_or_equal(v) && o.less_or_equal(w),
            (Conditional { .. }, _) => self.without_condition().less_or_equal(other),
            (Const(v), Conditional { then, otherwise, .. }) => {
                // `true` is a condition that says nothing of the slot.
                (*v == known().true_ && is_any(then)) || (*v == known().false_ && is_any(otherwise))
            }
            (_, Const(v)) => other_singleton(self, *v),
            (_, Partial(..) | Conditional { .. }) => false,
            (Const(v), Type(b)) => types::isa(*v, *b),
            (Partial(a, _) | Type(a), Type(b)) => *a == *b || subtype(*a, *b),
        }
    }

    /// Whether both say the same.
    pub fn same_as(&self, other: &Lattice) -> bool {
        self.less_or_equal(other) && other.less_or_equal(self)
    }

    /// The least that both are (widened so that ascending chains end).
    pub fn join(&self, other: &Lattice) -> Lattice {
        if self.less_or_equal(other) {
            return other.clone();
        }
        if other.less_or_equal(self) {
            return self.clone();
        }
        match (self, other) {
            (
                Conditional { slot: s, then: t, otherwise: o },
                Conditional { slot: u, then: v, otherwise: w },
            ) if s == u => {
                return Conditional {
                    slot: *s,
                    then: Rc::new(t.join(v)),
                    otherwise: Rc::new(o.join(w)),
                };
            }
            (Conditional { slot, then, otherwise }, Const(v))
            | (Const(v), Conditional { slot, then, otherwise }) => {
                let any = || Rc::new(Lattice::any());
                if *v == known().true_ {
                    return Conditional { slot: *slot, then: any(), otherwise: otherwise.clone() };
                }
                if *v == known().false_ {
                    return Conditional { slot: *slot, then: then.clone(), otherwise: any() };
                }
            }
            _ => {}
        }
        let (a, b) = (self.without_condition(), other.without_condition());
        if let (Some(x), Some(y)) = (a.partial_fields(), b.partial_fields())
            && let ty = a.struct_type()
            && ty == b.struct_type()
        {
            let fields: Vec<Lattice> = x.iter().zip(&y).map(|(x, y)| x.join(y)).collect();
            return Lattice::partial(ty, fields);
        }
        Lattice::of_type(join_types(a.widen(), b.widen()))
    }

    /// The type of a struct of which fields are known.
    fn struct_type(&self) -> Value {
        match self {
            Const(v) => v.datatype().value(),
            other => other.widen(),
        }
    }

    /// The known leading fields of an immutable struct.
    pub fn partial_fields(&self) -> Option<Vec<Lattice>> {
        match self {
            Partial(_, fields) => Some(fields.to_vec()),
            Const(v) => {
                let ty = v.datatype();
                let has_fields = ty.field_count() > 0;
                if ty.is_mutable() || !has_fields || object::is_type(*v) || v.is::<Symbol>() {
                    return None;
                }
                let known: Vec<Lattice> = (0..ty.field_count())
                    .map_while(|i| fields::get_nth(*v, i).map(Const))
                    .collect();
                Some(known)
            }
            _ => None,
        }
    }

    /// A struct with these leading fields known; just its type if they say no more than it does.
    pub fn partial(ty: Value, mut fields: Vec<Lattice>) -> Lattice {
        let Some(d) = ty.cast::<DataType>() else { return Lattice::of_type(ty) };
        if d.instance.get().is_some() || fields.iter().any(Lattice::is_bottom) {
            return if fields.iter().any(Lattice::is_bottom) {
                Bottom
            } else {
                Lattice::of_type(ty)
            };
        }
        for field in &mut fields {
            *field = field.without_condition();
            if partial_depth(field) >= PARTIAL_DEPTH {
                *field = field.widened();
            }
        }
        let count = d.field_count();
        let certain = count.saturating_sub(d.name.get().uninitialized_count.get() as usize);
        let says_more = fields.len() > certain
            || fields.iter().enumerate().any(|(i, f)| {
                let declared = fields::field_type(d, i).unwrap_or(known().any.value());
                !Lattice::of_type(declared).less_or_equal(f)
            });
        if says_more { Partial(ty, Rc::new(fields)) } else { Lattice::of_type(ty) }
    }

    /// What is known if the value is also an instance of a type.
    pub fn meet(&self, ty: Value) -> Lattice {
        match self {
            Bottom => Bottom,
            Const(v) => {
                if types::isa(*v, ty) {
                    self.clone()
                } else {
                    Bottom
                }
            }
            Partial(t, _) => {
                if !subtype(*t, ty) && !types::has_intersection(*t, ty) {
                    Bottom
                } else {
                    self.clone()
                }
            }
            Conditional { .. } => {
                if subtype(known().bool.value(), ty) {
                    self.clone()
                } else {
                    Bottom
                }
            }
            Type(t) => {
                if *t == ty || subtype(*t, ty) {
                    return self.clone();
                }
                if subtype(ty, *t) {
                    return Lattice::of_type(ty);
                }
                Lattice::of_type(types::intersect(*t, ty))
            }
        }
    }

    /// What is known if both hold.
    pub fn refine(&self, other: &Lattice) -> Lattice {
        match other {
            Bottom => Bottom,
            Type(t) => self.meet(*t),
            _ if self.less_or_equal(other) => self.clone(),
            Const(v) => {
                if self.meet(other.widen()).is_bottom() {
                    Bottom
                } else {
                    Const(*v)
                }
            }
            other => {
                if other.less_or_equal(self) {
                    other.clone()
                } else {
                    self.meet(other.widen())
                }
            }
        }
    }

    /// What is left if the value is no instance of a type.
    pub fn without_type(&self, ty: Value) -> Lattice {
        match self {
            Const(v) => {
                if types::isa(*v, ty) {
                    Bottom
                } else {
                    self.clone()
                }
            }
            Type(t) => Lattice::of_type(subtract(*t, ty)),
            Partial(t, _) => {
                if subtype(*t, ty) {
                    Bottom
                } else {
                    self.clone()
                }
            }
            other => other.clone(),
        }
    }
}

fn is_any(l: &Lattice) -> bool {
    matches!(l, Type(t) if *t == known().any.value())
}

/// Whether something of a type with one instance is that instance.
fn other_singleton(l: &Lattice, v: Value) -> bool {
    match l {
        Type(t) => t.cast::<DataType>().and_then(|d| d.instance.get()) == Some(v),
        _ => false,
    }
}

fn partial_depth(l: &Lattice) -> usize {
    match l {
        Partial(_, fields) => 1 + fields.iter().map(partial_depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// The part of `a` outside `b`: members of a union that are in `b` are left out.
pub fn subtract(a: Value, b: Value) -> Value {
    if subtype(a, b) {
        return known().bottom;
    }
    if !a.is::<Union>() {
        return a;
    }
    let left: Vec<Value> = members(a).into_iter().filter(|&m| !subtype(m, b)).collect();
    types::union_of(&left)
}

/// Whether equal types are identical, so that `Type{t}` has one instance.
pub fn is_unique_type(t: Value) -> bool {
    if !object::is_type(t) {
        return !t.is::<Vararg>();
    }
    if t == known().bottom || types::as_concrete(t).is_some() {
        return true;
    }
    let Some(d) = t.cast::<DataType>() else { return false };
    if d.is_tuple() {
        return false;
    }
    d.parameters.get().items().iter().all(|&p| is_unique_type(p))
}

/// The type of a constant: `Type{T}` for types, which says more than `DataType`.
pub fn type_of_constant(v: Value) -> Value {
    if object::is_type(v) && !types::has_free_typevars(v) {
        return type_of_type(v);
    }
    v.datatype().value()
}

/// The members of a union.
pub fn members(ty: Value) -> Vec<Value> {
    let mut out = Vec::new();
    let mut at = ty;
    while let Some(u) = at.cast::<Union>() {
        out.extend(members(u.a.get()));
        at = u.b.get();
    }
    out.push(at);
    out
}

/// The concrete type of all such values, if there is one.
pub fn concrete(l: &Lattice) -> Option<Gc<DataType>> {
    match l {
        Const(v) => Some(v.datatype()),
        other => {
            types::as_concrete(other.widen()).filter(|d| types::type_parameter(d.value()).is_none())
        }
    }
}
