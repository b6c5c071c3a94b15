//! What inference knows of a value.

use std::rc::Rc;

use pkgimage_runtime::egal::egal;
use pkgimage_runtime::fields;
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{self, DataType, Union};
use pkgimage_runtime::types::{self, subtype, type_of_type, union_of};
use pkgimage_runtime::value::{Gc, Value};

/// What is known of a value: nothing reaches here, exactly this object, some fields, or a type.
#[derive(Clone, Debug)]
pub enum Lattice {
    /// No value: control does not come here.
    Bottom,
    /// Exactly this object.
    Const(Value),
    /// An immutable struct of this concrete type with something known of its fields.
    Partial(Value, Rc<Vec<Lattice>>),
    /// A `Bool` that says something of a slot: its type if true, and if false.
    Conditional {
        /// The slot.
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

/// Members of a union beyond which it becomes its common supertype (`Any` here).
const UNION_LIMIT: usize = 4;
/// Nesting of type parameters beyond which they are forgotten.
const DEPTH_LIMIT: usize = 8;

impl Lattice {
    /// Anything.
    pub fn any() -> Lattice {
        Type(known().any.value())
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
                && !types::has_free_typevars(t)
                && object::is_type(t)
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
            (Const(a), Const(b)) => egal(*a, *b),
            (Partial(a, f), Partial(b, g)) => {
                *a == *b
                    && f.len() == g.len()
                    && f.iter().zip(g.iter()).all(|(x, y)| x.less_or_equal(y))
            }
            (Const(a), Partial(b, g)) => {
                a.datatype().value() == *b
                    && g.iter().enumerate().all(|(i, y)| {
                        fields::get_nth(*a, i).is_some_and(|x| Const(x).less_or_equal(y))
                    })
            }
            (
                Conditional { slot: s, then: t, otherwise: o },
                Conditional { slot: u, then: v, otherwise: w },
            ) => s == u && t.less_or_equal(v) && o.less_or_equal(w),
            (Conditional { .. }, _) => self.without_condition().less_or_equal(other),
            (_, Const(_) | Partial(..) | Conditional { .. }) => false,
            (_, Type(b)) => subtype(self.widen(), *b),
        }
    }

    /// The least that both are (widened so that ascending chains end).
    pub fn join(&self, other: &Lattice) -> Lattice {
        if self.less_or_equal(other) {
            return other.clone();
        }
        if other.less_or_equal(self) {
            return self.clone();
        }
        if let (
            Conditional { slot: s, then: t, otherwise: o },
            Conditional { slot: u, then: v, otherwise: w },
        ) = (self, other)
            && s == u
        {
            return Conditional {
                slot: *s,
                then: Rc::new(t.join(v)),
                otherwise: Rc::new(o.join(w)),
            };
        }
        let (a, b) = (self.without_condition(), other.without_condition());
        if let (Some(x), Some(y)) = (a.partial_fields(), b.partial_fields())
            && a.widen() == b.widen()
            && x.len() == y.len()
        {
            let fields: Vec<Lattice> = x.iter().zip(&y).map(|(x, y)| x.join(y)).collect();
            return Lattice::partial(a.widen(), fields);
        }
        let (x, y) = (widen_type_constant(&a), widen_type_constant(&b));
        Lattice::of_type(limit_union(union_of(&[x, y])))
    }

    /// The fields of a known immutable struct.
    fn partial_fields(&self) -> Option<Vec<Lattice>> {
        match self {
            Partial(_, fields) => Some(fields.to_vec()),
            Const(v) => {
                let ty = v.datatype();
                if ty.is_mutable()
                    || !(ty.is_tuple() || ty.field_count() > 0)
                    || object::is_type(*v)
                {
                    return None;
                }
                (0..ty.field_count()).map(|i| fields::get_nth(*v, i).map(Const)).collect()
            }
            _ => None,
        }
    }

    /// A struct with these fields known; just its type if they say no more than the type does.
    pub fn partial(ty: Value, fields: Vec<Lattice>) -> Lattice {
        let Some(d) = types::as_concrete(ty) else { return Lattice::of_type(ty) };
        let says_more = fields.iter().enumerate().any(|(i, f)| {
            let declared = fields::field_type(d, i).unwrap_or(known().any.value());
            !Type(declared).less_or_equal(f)
        });
        if !says_more { Lattice::of_type(ty) } else { Partial(ty, Rc::new(fields)) }
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
                if subtype(*t, ty) {
                    self.clone()
                } else if types::intersect(*t, ty) == known().bottom {
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
                if subtype(*t, ty) {
                    return self.clone();
                }
                Lattice::of_type(types::intersect(*t, ty))
            }
        }
    }
}

/// Whether `Type{t}` has one instance object: unions and concrete types are unique up to `===`.
fn is_unique_type(t: Value) -> bool {
    t.is::<DataType>() || t == known().bottom
}

/// The type of a constant: `Type{T}` for types, which says more than `DataType`.
pub fn type_of_constant(v: Value) -> Value {
    if object::is_type(v) && !types::has_free_typevars(v) {
        return type_of_type(v);
    }
    v.datatype().value()
}

/// The type to join: two different types as constants join to `DataType` or so, not to a union of
/// `Type{…}`s.
fn widen_type_constant(l: &Lattice) -> Value {
    l.widen()
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

fn limit_union(ty: Value) -> Value {
    let list = members(ty);
    if list.len() <= UNION_LIMIT {
        return limit_depth(ty, DEPTH_LIMIT);
    }
    // All members instances of one parametric type: keep that.
    let names: Vec<Option<Value>> = list
        .iter()
        .map(|&m| types::unwrap_unionall(m).cast::<DataType>().map(|d| d.name.get().wrapper_type()))
        .collect();
    if let Some(Some(first)) = names.first()
        && names.iter().all(|n| *n == Some(*first))
    {
        return *first;
    }
    common_supertype(&list)
}

/// The nearest supertype of all that is not parametric.
fn common_supertype(list: &[Value]) -> Value {
    let k = known();
    let Some(first) = list.first().and_then(|t| types::unwrap_unionall(*t).cast::<DataType>())
    else {
        return k.any.value();
    };
    let mut at = first;
    loop {
        let candidate = at.name.get().wrapper_type();
        if list.iter().all(|&t| subtype(t, candidate)) {
            return candidate;
        }
        match at.super_type.get() {
            Some(next) if next != at => at = next,
            _ => return k.any.value(),
        }
    }
}

/// Forgets type parameters nested deeper than `depth`.
pub fn limit_depth(ty: Value, depth: usize) -> Value {
    if type_depth(ty) <= depth {
        return ty;
    }
    let Some(d) = ty.cast::<DataType>() else {
        return types::unwrap_unionall(ty)
            .cast::<DataType>()
            .map_or(known().any.value(), |d| d.name.get().wrapper_type());
    };
    if d.is_tuple() && depth > 0 {
        let parts: Vec<Value> =
            d.parameters.get().items().iter().map(|&p| limit_depth(p, depth - 1)).collect();
        return types::make_tuple_type(&parts);
    }
    d.name.get().wrapper_type()
}

/// How deep the parameters of a type nest.
pub fn type_depth(ty: Value) -> usize {
    if let Some(d) = ty.cast::<DataType>() {
        return d.parameters.get().items().iter().map(|&p| 1 + type_depth(p)).max().unwrap_or(0);
    }
    if let Some(u) = ty.cast::<Union>() {
        return type_depth(u.a.get()).max(type_depth(u.b.get()));
    }
    if let Some(u) = ty.cast::<object::UnionAll>() {
        return type_depth(u.body.get());
    }
    if let Some(v) = ty.cast::<object::Vararg>() {
        return v.element.get().map_or(0, |e| 1 + type_depth(e));
    }
    0
}

/// Number of nodes of a type.
pub fn type_size(ty: Value) -> usize {
    if let Some(d) = ty.cast::<DataType>() {
        return 1 + d.parameters.get().items().iter().map(|&p| type_size(p)).sum::<usize>();
    }
    if let Some(u) = ty.cast::<Union>() {
        return type_size(u.a.get()) + type_size(u.b.get());
    }
    if let Some(u) = ty.cast::<object::UnionAll>() {
        return type_size(u.body.get());
    }
    1
}

/// The concrete type, if values of this type are all of one.
pub fn concrete(l: &Lattice) -> Option<Gc<DataType>> {
    match l {
        Const(v) => Some(v.datatype()),
        other => types::as_concrete(other.widen()),
    }
}
