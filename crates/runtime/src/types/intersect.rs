//! Intersection of types.
//!
//! All variables of both types stand for some type here; the bounds of each are narrowed while the
//! types are taken apart together, and what is left of a variable is bound again around the result.
//! The result contains everything that both types contain. It may be larger where a variable
//! occurs in covariant and in invariant position and the types do not fix it.

use super::bounds::{
    contains_member, is_kind, is_leaf_bound, is_plain, join, members, occurs_invariantly, split,
};
use super::disjoint::types_disjoint;
use super::subtype::{Comparison, Param, outer_variables};
use super::{
    has_free_typevars, new_datatype_instance, occurs, substitute, subtype, subtype_with_env,
    types_egal,
};
use crate::egal::egal;
use crate::known::known;
use crate::object::{DataType, TypeVar, Union, UnionAll, Vararg, box_int64, unbox_int64};
use crate::value::{Gc, Value};

/// The common part of a call's types and a method's signature.
#[derive(Clone, Debug)]
pub struct Intersection {
    /// The common part.
    pub ty: Value,
    /// What the signature's variables stand for there, outermost first; the variable itself where
    /// nothing is known.
    pub sparams: Vec<Value>,
    /// Whether the call's types are a subtype of the signature.
    pub covers: bool,
}

/// The intersection of `a` with `b`, and the values of the variables of the `UnionAll`s of `b`;
/// none if it is empty.
pub fn intersect_with_env(a: Value, b: Value) -> Option<Intersection> {
    if let Some(sparams) = subtype_with_env(a, b) {
        return Some(Intersection { ty: a, sparams, covers: true });
    }
    if is_leaf(a) || types_disjoint(a, b) {
        // Of what a call is dispatched on nothing smaller has instances.
        return None;
    }
    let vars = outer_variables(b);
    let (ty, sparams) = meet_all(a, b, &vars);
    (ty != known().bottom).then_some(Intersection { ty, sparams, covers: false })
}

/// Whether nothing but `Union{}` is a proper subtype: concrete types, and what calls are dispatched
/// on. Kinds are none: `Type{T}` is below `DataType`.
fn is_leaf(ty: Value) -> bool {
    let Some(d) = ty.cast::<DataType>() else { return false };
    if d.is_tuple() {
        return !d.has_free_typevars() && d.parameters.get().items().iter().all(|&p| is_leaf(p));
    }
    if is_type_object(ty) {
        return !d.has_free_typevars();
    }
    d.is_concrete() && !is_kind(d)
}

/// A type that contains the common part of `a` and `b`; `Union{}` if that is empty.
pub fn intersect(a: Value, b: Value) -> Value {
    if subtype(a, b) {
        return a;
    }
    if subtype(b, a) {
        return b;
    }
    if is_leaf(a) || is_leaf(b) || types_disjoint(a, b) {
        return known().bottom;
    }
    if let Some(u) = a.cast::<Union>() {
        return super::union_of(&members(u).map(|m| intersect(m, b)));
    }
    if let Some(u) = b.cast::<Union>() {
        return super::union_of(&members(u).map(|m| intersect(a, m)));
    }
    meet_all(a, b, &[]).0
}

/// Whether the intersection is not empty.
pub fn has_intersection(a: Value, b: Value) -> bool {
    intersect(a, b) != known().bottom
}

/// How many combinations of members of unions are looked at before the answer is `a`.
const MOST_COMBINATIONS: usize = 64;

/// The union of the intersections for all choices of members of unions, and what the variables
/// `vars` of `b` stand for in it.
fn meet_all(a: Value, b: Value, vars: &[Gc<TypeVar>]) -> (Value, Vec<Value>) {
    let k = known();
    let mut meeting = Meeting {
        variables: Comparison::new(),
        linked: Vec::new(),
        choices: Vec::new(),
        depth: 0,
        nesting: 0,
    };
    let mut parts = Vec::new();
    let mut sparams: Option<Vec<Value>> = None;
    for _ in 0..MOST_COMBINATIONS {
        meeting.depth = 0;
        meeting.variables.bindings.clear();
        meeting.linked.clear();
        meeting.variables.env_depth = 0;
        meeting.variables.env = vec![None; vars.len()];
        let part = meeting.meet(a, b, Param::None);
        if part != k.bottom {
            parts.push(part);
            let found = meeting.variables.take_env(vars);
            sparams = Some(match sparams {
                None => found,
                Some(before) => vars
                    .iter()
                    .zip(before.iter().zip(&found))
                    .map(|(v, (&s, &t))| if types_egal(s, t) { s } else { v.value() })
                    .collect(),
            });
        }
        // The next combination: the last choice that took the first member takes the second.
        meeting.choices.truncate(meeting.depth);
        while meeting.choices.last() == Some(&true) {
            meeting.choices.pop();
        }
        match meeting.choices.last_mut() {
            Some(last) => *last = true,
            None => {
                let unknown = || vars.iter().map(|v| v.value()).collect();
                return (super::union_of(&parts), sparams.unwrap_or_else(unknown));
            }
        }
    }
    (a, vars.iter().map(|v| v.value()).collect())
}

struct Meeting {
    /// The variables, all bound as if on the right, and what they stand for.
    variables: Comparison,
    /// For each whether it occurs in invariant position in its scope.
    linked: Vec<bool>,
    /// Which members of unions are taken.
    choices: Vec<bool>,
    depth: usize,
    nesting: u32,
}

const NESTING_LIMIT: u32 = 1000;

impl Meeting {
    fn choose(&mut self) -> bool {
        if self.depth >= self.choices.len() {
            self.choices.push(false);
        }
        self.depth += 1;
        self.choices[self.depth - 1]
    }

    fn pick(&mut self, ty: Value) -> Value {
        let mut ty = ty;
        while let Some(u) = ty.cast::<Union>() {
            ty = members(u)[self.choose() as usize];
        }
        ty
    }

    /// Whether the outer variables of the signature are still to be bound.
    fn reports(&self) -> bool {
        self.variables.env_depth < self.variables.env.len()
    }

    fn meet(&mut self, x: Value, y: Value, param: Param) -> Value {
        if self.nesting >= NESTING_LIMIT {
            return x;
        }
        self.nesting += 1;
        let result = self.meet_inner(x, y, param);
        self.nesting -= 1;
        result
    }

    fn meet_inner(&mut self, x: Value, y: Value, param: Param) -> Value {
        let k = known();
        if x == y && !(self.reports() && y.is::<UnionAll>()) {
            return x;
        }
        match (x.cast::<TypeVar>(), y.cast::<TypeVar>()) {
            (Some(v), Some(w)) => return self.two_variables(v, w, param),
            (Some(v), None) => return self.variable(v, y, param),
            (None, Some(w)) => return self.variable(w, x, param),
            (None, None) => {}
        }
        if is_plain(x) || is_plain(y) {
            return if is_plain(x) && is_plain(y) && egal(x, y) { x } else { k.bottom };
        }
        let closed = !has_free_typevars(x) && !has_free_typevars(y) && !self.reports();
        if closed && param == Param::Invariant {
            return if super::type_equal(x, y) { x } else { k.bottom };
        }
        if closed && (x.is::<Union>() || y.is::<Union>() || self.nesting > 1) {
            return intersect(x, y);
        }
        if x == k.any.value() && !self.reports() {
            return y;
        }
        if y == k.any.value() {
            return x;
        }
        if let Some(u) = x.cast::<Union>() {
            if param == Param::Invariant {
                return self.invariant_other(x, y);
            }
            if contains_member(u, y) && !has_free_typevars(y) {
                return y;
            }
            let x = self.pick(x);
            return self.meet(x, y, param);
        }
        if let Some(u) = y.cast::<Union>() {
            if param == Param::Invariant {
                return self.invariant_other(x, y);
            }
            if contains_member(u, x) && !has_free_typevars(x) {
                return x;
            }
            let y = self.pick(y);
            return self.meet(x, y, param);
        }
        if param == Param::Invariant && (x.is::<UnionAll>() || y.is::<UnionAll>()) {
            return self.invariant_other(x, y);
        }
        if let Some(all) = x.cast::<UnionAll>() {
            return self.unionall(all, y, false, param);
        }
        if let Some(all) = y.cast::<UnionAll>() {
            return self.unionall(all, x, true, param);
        }
        match (x.cast::<DataType>(), y.cast::<DataType>()) {
            (Some(d), Some(e)) if param == Param::Invariant => self.invariant_nominal(d, e),
            (Some(d), Some(e)) => self.nominal(d, e, param),
            _ => k.bottom,
        }
    }

    /// Invariant parameters that are taken apart no further: equal for some values of the variables.
    fn invariant_other(&mut self, x: Value, y: Value) -> Value {
        let saved = self.variables.save();
        if self.variables.equal_within(x, y) {
            return if has_free_typevars(x) { y } else { x };
        }
        self.variables.restore(&saved);
        known().bottom
    }

    fn invariant_nominal(&mut self, x: Gc<DataType>, y: Gc<DataType>) -> Value {
        if x.name.get() != y.name.get() {
            return known().bottom;
        }
        let (p, q) = (x.parameters.get(), y.parameters.get());
        if x.is_tuple() {
            let open = |items: &[Value]| items.last().is_some_and(|l| l.is::<Vararg>());
            if open(p.items()) || open(q.items()) {
                let ends = |items: &[Value]| {
                    items.last().and_then(|l| l.cast::<Vararg>()).map(|v| v.count.get().is_none())
                };
                if matches!(
                    (ends(p.items()), ends(q.items())),
                    (Some(true), None) | (None, Some(true))
                ) {
                    return known().bottom;
                }
                return self.tuples(x, y, Param::Invariant);
            }
        }
        self.parameters(x, y)
    }

    /// The parameters of two types of one name, all of them invariant.
    fn parameters(&mut self, x: Gc<DataType>, y: Gc<DataType>) -> Value {
        let (p, q) = (x.parameters.get(), y.parameters.get());
        if p.len() != q.len() {
            return known().bottom;
        }
        let mut list = Vec::with_capacity(p.len());
        for (&s, &t) in p.items().iter().zip(q.items()) {
            match self.invariant(s, t) {
                Some(met) => list.push(met),
                None => return known().bottom,
            }
        }
        self.rebuilt(x, y, &list)
    }

    fn rebuilt(&self, x: Gc<DataType>, y: Gc<DataType>, list: &[Value]) -> Value {
        let same = |d: Gc<DataType>| d.parameters.get().items() == list;
        if same(x) {
            return x.value();
        }
        if same(y) {
            return y.value();
        }
        if x.is_tuple() {
            return super::make_tuple_type(list);
        }
        new_datatype_instance(x.name.get(), list).value()
    }

    /// One invariant parameter; none if the two cannot be equal.
    fn invariant(&mut self, s: Value, t: Value) -> Option<Value> {
        let k = known();
        if s == t {
            return Some(s);
        }
        let met = self.meet(s, t, Param::Invariant);
        // `Union{}` is a parameter like others where both may be it.
        let may_be_bottom = |v: Value| v == k.bottom;
        (met != k.bottom || (may_be_bottom(s) && may_be_bottom(t)) || self.is_fixed_bottom(s, t))
            .then_some(met)
    }

    fn is_fixed_bottom(&self, s: Value, t: Value) -> bool {
        let k = known();
        let fixed = |v: Value| {
            v == k.bottom
                || v.cast::<TypeVar>().and_then(|v| self.variables.find(v)).is_some_and(|at| {
                    let b = &self.variables.bindings[at];
                    b.lower == k.bottom && b.upper == k.bottom
                })
        };
        fixed(s) && fixed(t)
    }

    fn nominal(&mut self, x: Gc<DataType>, y: Gc<DataType>, param: Param) -> Value {
        let k = known();
        let (x_type, y_type) = (x.name.get() == k.type_typename, y.name.get() == k.type_typename);
        if x_type != y_type {
            let (ty, other) = if x_type { (x, y) } else { (y, x) };
            let Some(&t) = ty.parameters.get().items().first() else { return k.bottom };
            if other == k.any {
                return ty.value();
            }
            if !is_kind(other) {
                return k.bottom;
            }
            return match t.cast::<TypeVar>() {
                None if t.datatype() == other => ty.value(),
                None => k.bottom,
                Some(v) => {
                    let upper = match self.variables.find(v) {
                        Some(at) => self.variables.bindings[at].upper,
                        None => v.upper.get(),
                    };
                    if upper == k.any.value() { other.value() } else { ty.value() }
                }
            };
        }
        if x.name.get() == y.name.get() {
            if x.is_tuple() {
                return self.tuples(x, y, param);
            }
            return self.parameters(x, y);
        }
        let (low, high, lifted) = match (x.lift(y), y.lift(x)) {
            (Some(lifted), _) => (x, y, lifted),
            (None, Some(lifted)) => (y, x, lifted),
            (None, None) => return k.bottom,
        };
        if high == k.any {
            return low.value();
        }
        let met =
            if low == x { self.parameters(lifted, high) } else { self.parameters(high, lifted) };
        // What is common is in the bounds of the variables of the lower one.
        if met == k.bottom { met } else { low.value() }
    }

    fn unionall(&mut self, all: Gc<UnionAll>, other: Value, right: bool, param: Param) -> Value {
        let k = known();
        let declared = all.var.get();
        let all = self.variables.unaliased(all, other);
        let (var, body) = (all.var.get(), all.body.get());
        let saved = self.variables.save();
        let depth = self.depth;
        let mut fixed = None;
        loop {
            self.variables.bind(var, true);
            let linked = occurs_invariantly(var, body);
            self.linked.push(linked);
            let at = self.variables.bindings.len() - 1;
            if let Some(value) = fixed {
                self.variables.bindings[at].lower = value;
                self.variables.bindings[at].upper = value;
            }
            if right {
                self.variables.env_depth += 1;
            }
            let met =
                if right { self.meet(other, body, param) } else { self.meet(body, other, param) };
            if right {
                self.variables.env_depth -= 1;
            }
            let b = self.variables.bindings[at];
            if met != k.bottom
                && fixed.is_none()
                && linked
                && b.lower == b.upper
                && !has_free_typevars(b.lower)
                && occurs_covariantly(var, body)
            {
                // Now that it is known, once more for what came before it was.
                fixed = Some(b.lower);
                self.depth = depth;
                self.linked.truncate(at);
                self.variables.restore(&saved);
                continue;
            }
            return self.finish(at, declared, met, right);
        }
    }

    /// Ends the scope of the last variable: binds in `met` what is left of it.
    fn finish(&mut self, at: usize, declared: Gc<TypeVar>, met: Value, right: bool) -> Value {
        let k = known();
        let linked = self.linked.get(at).copied().unwrap_or(true);
        self.linked.truncate(at);
        let Some(b) = self.variables.bindings.pop() else { return met };
        if met == k.bottom {
            return met;
        }
        let var = b.var;
        let (lower, upper) = (b.lower, b.upper);
        let closed = !has_free_typevars(lower) && !has_free_typevars(upper);
        if closed && !is_plain(lower) && !is_plain(upper) && !subtype(lower, upper) {
            return k.bottom;
        }
        let value = if lower == upper
            || (closed && lower != k.bottom && !is_plain(lower) && super::type_equal(lower, upper))
        {
            Some(lower)
        } else if !linked && is_leaf_bound(upper) && !is_type_object(upper) {
            Some(upper)
        } else {
            None
        };
        let (replacement, result);
        match value {
            Some(value) if !occurs(var, value) => {
                let env = [(var, value)];
                replacement = value;
                result = substitute(met, &env);
                self.replace(&env);
            }
            _ => {
                // Variables that were found to be made of this one are so in the result.
                let mut met = met;
                for i in 0..self.variables.bindings.len() {
                    let o = self.variables.bindings[i];
                    if o.lower == o.upper && !is_plain(o.lower) && occurs(var, o.lower) {
                        met = substitute(met, &[(o.var, o.lower)]);
                    }
                }
                let narrowed = if lower == var.lower.get() && upper == var.upper.get() {
                    var
                } else {
                    TypeVar::new(declared.name.get(), lower, upper)
                };
                if narrowed != var {
                    met = substitute(met, &[(var, narrowed.value())]);
                }
                for o in &mut self.variables.bindings {
                    if occurs(var, o.lower) || occurs(var, o.upper) {
                        o.lower = if occurs(var, o.lower) { k.bottom } else { o.lower };
                        if o.upper == var.value() {
                            o.upper = upper;
                        } else if occurs(var, o.upper) {
                            o.upper = UnionAll::new(var, o.upper).value();
                        }
                    }
                }
                replacement = if narrowed == var { declared.value() } else { narrowed.value() };
                result = match covariant_uses(narrowed, met) {
                    0 => met,
                    1 => substitute(met, &[(narrowed, upper)]),
                    _ => UnionAll::new(narrowed, met).value(),
                };
                for slot in self.variables.env.iter_mut().flatten() {
                    *slot = substitute(*slot, &[(var, replacement)]);
                }
            }
        }
        if right && self.reports() {
            let at = self.variables.env_depth;
            self.variables.env[at] = Some(replacement);
        }
        result
    }

    /// Makes bounds that mention a variable of a scope that has ended hold for all that it may stand for.
    fn widen_what_escaped(&mut self) {
        let bound: Vec<Gc<TypeVar>> = self.variables.bindings.iter().map(|b| b.var).collect();
        let escaped = |ty: Value| -> Vec<Gc<TypeVar>> {
            let free = super::free_typevars(ty);
            free.into_iter().filter(|var| !bound.contains(var)).collect()
        };
        for b in &mut self.variables.bindings {
            if !escaped(b.lower).is_empty() {
                b.lower = known().bottom;
            }
            for var in escaped(b.upper) {
                b.upper = UnionAll::new(var, b.upper).value();
            }
        }
    }

    /// Puts the value of a variable whose scope ends for it.
    fn replace(&mut self, env: &[(Gc<TypeVar>, Value)]) {
        for b in &mut self.variables.bindings {
            b.lower = substitute(b.lower, env);
            b.upper = substitute(b.upper, env);
        }
        for slot in self.variables.env.iter_mut().flatten() {
            *slot = substitute(*slot, env);
        }
    }

    /// The common part of two bounds; `Union{}` if there is none.
    fn meet_bounds(&mut self, a: Value, b: Value) -> Value {
        let any = known().any.value();
        if a == any || a == b {
            return b;
        }
        if b == any {
            return a;
        }
        if !has_free_typevars(a) && !has_free_typevars(b) {
            return intersect(a, b);
        }
        self.meet(a, b, Param::None)
    }

    fn two_variables(&mut self, v: Gc<TypeVar>, w: Gc<TypeVar>, param: Param) -> Value {
        let k = known();
        let (at, to) = match (self.variables.find(v), self.variables.find(w)) {
            (Some(at), Some(to)) => (at, to),
            (Some(_), None) => {
                return if param == Param::Invariant {
                    self.variable(v, w.value(), param)
                } else {
                    self.meet(v.value(), w.upper.get(), param)
                };
            }
            (None, Some(_)) => return self.two_variables(w, v, param),
            (None, None) if param == Param::Invariant => return k.bottom,
            (None, None) => return self.meet(v.upper.get(), w.upper.get(), param),
        };
        for (index, other) in [(at, w), (to, v)] {
            let b = self.variables.bindings[index];
            if b.lower == b.upper && b.lower != k.bottom {
                if b.lower == other.value() {
                    return other.value();
                }
                return self.meet(b.lower, other.value(), param);
            }
        }
        let (outer, inner) = (at.min(to), at.max(to));
        let (o, i) = (self.variables.bindings[outer], self.variables.bindings[inner]);
        if param != Param::Invariant && (self.linked[outer] || self.linked[inner]) {
            // Some subtype of both, of which no more is known.
            let met = self.meet_bounds(o.upper, i.upper);
            if met != k.bottom && !self.linked[outer] {
                self.variables.bindings[outer].upper = met;
                return o.var.value();
            }
            if met != k.bottom && !self.linked[inner] {
                self.variables.bindings[inner].upper = met;
                return i.var.value();
            }
            return met;
        }
        // The same type from now on: the inner one is the outer one.
        let upper =
            if i.upper == o.var.value() { o.upper } else { self.meet_bounds(o.upper, i.upper) };
        let lower = if i.lower == o.var.value() { o.lower } else { join(o.lower, i.lower) };
        if upper == k.bottom && param != Param::Invariant {
            return k.bottom;
        }
        let closed = !has_free_typevars(lower) && !has_free_typevars(upper);
        if closed && !is_plain(lower) && !subtype(lower, upper) {
            return k.bottom;
        }
        if occurs(o.var, upper)
            || occurs(o.var, lower)
            || occurs(i.var, upper)
            || occurs(i.var, lower)
        {
            return o.var.value();
        }
        self.variables.bindings[outer].lower = lower;
        self.variables.bindings[outer].upper = upper;
        self.variables.bindings[inner].lower = o.var.value();
        self.variables.bindings[inner].upper = o.var.value();
        o.var.value()
    }

    /// A variable and something else.
    fn variable(&mut self, v: Gc<TypeVar>, a: Value, param: Param) -> Value {
        let k = known();
        let Some(at) = self.variables.find(v) else {
            if param == Param::Invariant {
                return if a == v.value() { a } else { k.bottom };
            }
            return self.meet(v.upper.get(), a, param);
        };
        let b = self.variables.bindings[at];
        if b.lower == b.upper && (b.lower != k.bottom || is_plain(a)) {
            let met = self.meet(b.lower, a, param);
            return if param == Param::Invariant && met != k.bottom { v.value() } else { met };
        }
        if occurs(v, a) {
            return if param == Param::Invariant { k.bottom } else { a };
        }
        if param == Param::Invariant || is_plain(a) {
            if is_plain(a) {
                let fits = match b.upper.cast::<TypeVar>() {
                    Some(w) => self.variable(w, a, Param::Invariant) != k.bottom,
                    None => {
                        b.upper == k.any.value()
                            || (!is_plain(b.upper) && super::isa(a, b.upper))
                            || (is_plain(b.upper) && egal(a, b.upper))
                    }
                };
                if !fits || (b.lower != k.bottom && !egal(b.lower, a)) {
                    return k.bottom;
                }
            } else {
                let saved = self.variables.save();
                if !self.variables.bounded(b.lower, a) || !self.variables.bounded(a, b.upper) {
                    self.variables.restore(&saved);
                    return k.bottom;
                }
                self.widen_what_escaped();
            }
            self.variables.bindings[at].lower = a;
            self.variables.bindings[at].upper = a;
            return v.value();
        }
        let met = self.meet_bounds(b.upper, a);
        if met == k.bottom {
            return met;
        }
        if self.linked[at] || !is_leaf_bound(b.lower) {
            let exact = met.cast::<DataType>().is_some_and(|d| d.is_concrete() && !is_kind(d));
            if exact && !is_type_object(met) && !has_free_typevars(b.lower) {
                // An instance of just this type is an instance of the variable.
                self.variables.bindings[at].lower = join(b.lower, met);
            }
            return met;
        }
        if occurs(v, met) {
            return met;
        }
        self.variables.bindings[at].upper = met;
        v.value()
    }

    fn tuples(&mut self, x: Gc<DataType>, y: Gc<DataType>, param: Param) -> Value {
        let k = known();
        let (p, q) = (x.parameters.get(), y.parameters.get());
        let ((xs, mut x_rest), (ys, mut y_rest)) = (split(p.items()), split(q.items()));
        let within = if param == Param::None { Param::Covariant } else { param };
        let (mut nx, mut ny) = (xs.len(), ys.len());
        // A rest whose length is known by now is that many elements.
        let known_length = |this: &Meeting, rest: Option<Gc<Vararg>>| {
            let v = rest.and_then(|r| r.count.get())?.cast::<TypeVar>()?;
            let at = this.variables.find(v)?;
            let b = this.variables.bindings[at];
            unbox_int64(b.lower)
                .filter(|_| is_plain(b.lower) && b.lower == b.upper || is_plain(b.lower))
        };
        let (x_element, y_element) = (
            x_rest.and_then(|r| r.element.get()).unwrap_or(k.any.value()),
            y_rest.and_then(|r| r.element.get()).unwrap_or(k.any.value()),
        );
        if let Some(n) = known_length(self, x_rest) {
            nx += n.max(0) as usize;
            x_rest = None;
        }
        if let Some(n) = known_length(self, y_rest) {
            ny += n.max(0) as usize;
            y_rest = None;
        }
        if (x_rest.is_none() && ny > nx) || (y_rest.is_none() && nx > ny) {
            return k.bottom;
        }
        let count = nx.max(ny);
        // The lengths first: what they say may decide what the elements are.
        if x_rest.is_none() != y_rest.is_none() {
            let (rest, extra) =
                if x_rest.is_some() { (x_rest, count - nx) } else { (y_rest, count - ny) };
            if let Some(n) = rest.and_then(|r| r.count.get())
                && self.meet(n, box_int64(extra as i64), Param::Invariant) == k.bottom
            {
                return k.bottom;
            }
        }
        let mut list = Vec::with_capacity(count + 1);
        for i in 0..count {
            let s = xs.get(i).copied().unwrap_or(x_element);
            let t = ys.get(i).copied().unwrap_or(y_element);
            let part = if within == Param::Invariant {
                match self.invariant(s, t) {
                    Some(part) => part,
                    None => return k.bottom,
                }
            } else {
                self.meet(s, t, within)
            };
            if part == k.bottom && within != Param::Invariant {
                return k.bottom;
            }
            list.push(part);
        }
        if let (Some(r), Some(s)) = (x_rest, y_rest) {
            let saved = self.variables.save();
            let part = self.meet(x_element, y_element, within);
            let (n, m) = (r.count.get(), s.count.get());
            if part == k.bottom {
                // No more elements than there must be.
                self.variables.restore(&saved);
                for (length, have) in [(n, nx), (m, ny)] {
                    if let Some(length) = length
                        && self.meet(length, box_int64((count - have) as i64), Param::Invariant)
                            == k.bottom
                    {
                        return k.bottom;
                    }
                }
            } else {
                let length = match (n, m) {
                    (Some(n), Some(m)) if nx == ny => {
                        Some(self.meet(n, m, Param::Invariant)).filter(|&l| l != k.bottom)
                    }
                    (Some(n), None) if nx == count => Some(n),
                    (None, Some(m)) if ny == count => Some(m),
                    _ => None,
                };
                list.push(super::vararg_of(Some(part), length));
            }
        }
        self.rebuilt(x, y, &list)
    }
}

fn is_type_object(ty: Value) -> bool {
    super::type_parameter(ty).is_some()
}

/// Whether a variable occurs in covariant position.
fn occurs_covariantly(var: Gc<TypeVar>, ty: Value) -> bool {
    if ty == var.value() {
        return true;
    }
    if let Some(d) = ty.cast::<DataType>() {
        return d.is_tuple()
            && d.has_free_typevars()
            && d.parameters.get().items().iter().any(|&p| occurs_covariantly(var, p));
    }
    if let Some(u) = ty.cast::<Union>() {
        return members(u).into_iter().any(|t| occurs_covariantly(var, t));
    }
    if let Some(u) = ty.cast::<UnionAll>() {
        let v = u.var.get();
        return v != var
            && (occurs_covariantly(var, v.upper.get()) || occurs_covariantly(var, u.body.get()));
    }
    ty.cast::<Vararg>().and_then(|v| v.element.get()).is_some_and(|e| occurs_covariantly(var, e))
}

/// How often a variable occurs: 0 for never, 1 for once as the type of one element of a tuple, 2
/// for all else.
fn covariant_uses(var: Gc<TypeVar>, ty: Value) -> u32 {
    if ty == var.value() {
        return 1;
    }
    if !occurs(var, ty) {
        return 0;
    }
    match ty.cast::<DataType>() {
        Some(d) if d.is_tuple() => {
            let parameters = d.parameters.get();
            parameters.items().iter().map(|&p| covariant_uses(var, p)).sum::<u32>().min(2)
        }
        _ => 2,
    }
}

/// A type inside the `UnionAll`s of `outer` with their variables replaced.
pub fn instantiate_in(ty: Value, outer: Value, sparams: &[Value]) -> Value {
    let mut env = Vec::new();
    let mut at = outer;
    for &p in sparams {
        let Some(u) = at.cast::<UnionAll>() else { break };
        env.push((u.var.get(), p));
        at = u.body.get();
    }
    substitute(ty, &env)
}
