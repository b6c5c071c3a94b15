//! Variables in a comparison: what binds them, what they are narrowed to, and what they stand for at the end.

use super::{Binding, Comparison, Param, isa};
use crate::egal::egal;
use crate::known::known;
use crate::object::{DataType, TypeVar, UnionAll};
use crate::types::bounds::{
    is_leaf_bound, is_leaf_variable, is_plain, join, meet, occurs_invariantly, widen_type_object,
};
use crate::types::{has_free_typevars, occurs, types_egal};
use crate::value::{Gc, Value};

impl Comparison {
    pub(in crate::types) fn bind(&mut self, var: Gc<TypeVar>, right: bool) {
        self.bindings.push(Binding {
            var,
            lower: var.lower.get(),
            upper: var.upper.get(),
            right,
            covariant: 0,
            invariant: 0,
            depth: self.invariant_depth,
            concrete: false,
            length: false,
        });
    }

    pub(super) fn unionall(
        &mut self,
        other: Value,
        all: Gc<UnionAll>,
        right: bool,
        param: Param,
    ) -> bool {
        let declared = all.var.get();
        let all = self.unaliased(all, other);
        let (var, body) = (all.var.get(), all.body.get());
        self.bind(var, right);
        let at = self.bindings.len() - 1;
        let mut result = if right {
            self.env_depth += 1;
            let result = self.compare(other, body, param);
            self.env_depth -= 1;
            // In argument position a type matches as an object of its kind.
            if self.bindings[at].invariant == 0 {
                self.bindings[at].lower = widen_type_object(self.bindings[at].lower);
            }
            result
        } else {
            self.compare(body, other, param)
        };
        result = result && self.check_diagonal(at, body);
        if result && right && self.env_depth < self.env.len() {
            let value = self.solution(at, declared);
            let slot = &mut self.env[self.env_depth];
            // Different values for different members of a union: nothing is known.
            *slot = match *slot {
                Some(old) if !types_egal(old, value) => Some(declared.value()),
                _ => Some(value),
            };
        }
        self.bindings.pop();
        result
    }

    /// The diagonal rule: a variable that occurs more than once, and only in covariant position,
    /// stands for a concrete type.
    pub(super) fn check_diagonal(&mut self, at: usize, body: Value) -> bool {
        let b = self.bindings[at];
        let diagonal = b.covariant > 1 && !occurs_invariantly(b.var, body);
        if !(b.concrete || diagonal && is_leaf_variable(b.var)) {
            return true;
        }
        if b.concrete && !diagonal && !is_leaf_bound(b.upper) {
            // A variable that is not diagonal is within one that is only if all it may stand for
            // is concrete.
            return false;
        }
        if let Some(v) = b.lower.cast::<TypeVar>() {
            return match self.find(v) {
                Some(other) => {
                    self.bindings[other].concrete = true;
                    true
                }
                None => is_leaf_bound(v.upper.get()),
            };
        }
        is_leaf_bound(b.lower)
    }

    /// What a variable stands for, after the comparison of its scope.
    pub(super) fn solution(&self, at: usize, declared: Gc<TypeVar>) -> Value {
        let b = &self.bindings[at];
        let k = known();
        if b.length && b.lower == k.any.value() {
            return declared.value();
        }
        if b.lower != k.bottom && b.invariant == 0 {
            // Of an argument of an abstract type only a bound of its type is known, also where that
            // is the bound of the variable.
            if is_leaf_bound(b.lower) {
                return b.lower;
            }
            return TypeVar::new(declared.name.get(), k.bottom, b.lower).value();
        }
        if b.lower == b.upper || b.lower != k.bottom {
            return b.lower;
        }
        if b.lower == b.var.lower.get() && b.upper == b.var.upper.get() {
            return declared.value();
        }
        TypeVar::new(declared.name.get(), b.lower, b.upper).value()
    }

    /// A comparison of bounds, whose choices are its own.
    pub(in crate::types) fn bounded(&mut self, x: Value, y: Value) -> bool {
        let k = known();
        if (x == y && !x.is::<UnionAll>()) || (x == k.bottom && !is_plain(y)) {
            return true;
        }
        if y == k.any.value() && !is_plain(x) {
            return true;
        }
        if x == k.any.value() && y.is::<DataType>() {
            return false;
        }
        self.forall_exists_within(x, y, Param::None, true)
    }

    /// A bound of a variable that stands for every type.
    pub(super) fn left_bound(&mut self, x: Value, y: Value, param: Param) -> bool {
        let k = known();
        if (x == y && !y.is::<UnionAll>())
            || (x == k.bottom && !is_plain(y))
            || (y == k.any.value() && !is_plain(x))
        {
            return true;
        }
        if x == k.any.value() && y.is::<DataType>() {
            return false;
        }
        self.compare(x, y, param)
    }

    /// The innermost variable in `ty` that is bound inside binding `at` and stands for every type.
    pub(super) fn inner_universal(&self, at: usize, ty: Value) -> Option<usize> {
        if !has_free_typevars(ty) {
            return None;
        }
        let depth = self.bindings[at].depth;
        (at + 1..self.bindings.len()).rev().find(|&i| {
            let b = &self.bindings[i];
            // In covariant position it may as well have been bound first.
            !b.right && b.depth != depth && occurs(b.var, ty)
        })
    }

    /// The union of `ty` for all that such variables may stand for.
    pub(super) fn close_inner(&self, at: usize, ty: Value) -> Value {
        let mut ty = ty;
        while let Some(inner) = self.inner_universal(at, ty) {
            ty = UnionAll::new(self.bindings[inner].var, ty).value();
        }
        ty
    }

    /// A variable on the left: `v <: a`.
    pub(super) fn variable_below(&mut self, v: Gc<TypeVar>, a: Value, param: Param) -> bool {
        let Some(at) = self.find(v) else {
            return self.left_bound(v.upper.get(), a, param);
        };
        self.occurs(Some(at), param);
        let b = self.bindings[at];
        if !b.right {
            return self.left_bound(b.upper, a, param);
        }
        if b.upper == a {
            return true;
        }
        match self.inner_universal(at, a) {
            Some(inner) if a.is::<TypeVar>() => {
                let lower = self.bindings[inner].lower;
                return self.compare(v.value(), lower, Param::None);
            }
            Some(_) => return false,
            None => {}
        }
        if (b.lower != known().bottom || !is_plain(a)) && !self.bounded(b.lower, a) {
            return false;
        }
        if is_plain(a) && b.upper != known().any.value() && !is_plain(b.upper) {
            // A value is within a bound like `Int` by what it is.
            match b.upper.cast::<TypeVar>() {
                Some(w) => {
                    if !self.variable_above(w, a, Param::None) {
                        return false;
                    }
                }
                None if isa(a, b.upper) => {}
                None => return false,
            }
            self.bindings[at].upper = a;
            return true;
        }
        let upper = self.bindings[at].upper;
        let met = meet(upper, a);
        if met != v.value() {
            self.bindings[at].upper = met;
        }
        true
    }

    /// A variable on the right: `a <: v`.
    pub(super) fn variable_above(&mut self, v: Gc<TypeVar>, a: Value, param: Param) -> bool {
        let Some(at) = self.find(v) else {
            return self.left_bound(a, v.lower.get(), param);
        };
        self.occurs(Some(at), param);
        let b = self.bindings[at];
        if !b.right {
            return self.left_bound(a, b.lower, param);
        }
        if b.lower == b.upper {
            if let Some(w) = b.lower.cast::<TypeVar>()
                && is_plain(a)
            {
                return self.variable_above(w, a, param);
            }
            if let Some(w) = a.cast::<TypeVar>()
                && is_plain(b.lower)
            {
                return self.variable_below(w, b.lower, param);
            }
        }
        if is_plain(a) {
            if b.lower != known().bottom && !(is_plain(b.lower) && egal(b.lower, a)) {
                return false;
            }
            let fits = match b.upper.cast::<TypeVar>() {
                Some(w) => self.variable_above(w, a, Param::None),
                None if is_plain(b.upper) => egal(b.upper, a),
                None => b.upper == known().any.value() || isa(a, b.upper),
            };
            if fits {
                self.bindings[at].lower = a;
            }
            return fits;
        }
        // A variable that is bound further in and stands for every type is chosen after this one,
        // which must therefore be above all that it may be.
        match self.inner_universal(at, a) {
            Some(inner) if a.is::<TypeVar>() => {
                let upper = self.bindings[inner].upper;
                return self.compare(upper, v.value(), Param::None);
            }
            Some(_) if param == Param::Invariant => return false,
            Some(_) => {
                let closed = self.close_inner(at, a);
                return self.compare(closed, v.value(), Param::None);
            }
            None => {}
        }
        if !self.bounded(a, b.upper) {
            return false;
        }
        let joined = join(self.bindings[at].lower, a);
        if joined != v.value() {
            self.bindings[at].lower = joined;
        }
        true
    }

    pub(super) fn two_variables(&mut self, v: Gc<TypeVar>, w: Gc<TypeVar>, param: Param) -> bool {
        if v == w {
            return true;
        }
        let (at, to) = (self.find(v), self.find(w));
        let v_right = at.is_some_and(|at| self.bindings[at].right);
        let w_right = to.is_some_and(|to| self.bindings[to].right);
        if v_right {
            self.occurs(to, param);
            if w_right && let (Some(at), Some(to)) = (at, to) {
                self.occurs(Some(at), param);
                let (lower, upper) = (self.bindings[at].lower, self.bindings[to].upper);
                return self.bounded(lower, upper);
            }
            return self.variable_below(v, w.value(), param);
        }
        if w_right {
            self.occurs(at, param);
            return self.variable_above(w, v.value(), param);
        }
        let upper = at.map_or(v.upper.get(), |at| self.bindings[at].upper);
        let lower = to.map_or(w.lower.get(), |to| self.bindings[to].lower);
        (lower != known().bottom && self.compare(v.value(), lower, param))
            || (upper != known().any.value() && self.compare(upper, w.value(), param))
    }
}
