//! Subtyping and type equality.
//!
//! The algorithm of Zappa Nardelli et al., *Julia Subtyping: A Rational Reconstruction* (OOPSLA
//! 2018), in the form that Julia's own implementation has: a variable bound on the left stands for
//! every type within its bounds, one bound on the right for some type, whose bounds are narrowed as
//! the comparison goes on. Choices of union members are enumerated by two stacks of bits, all on the
//! left, some on the right, and the comparison is run again for each combination.

use super::types_egal;
use crate::egal::egal;
use crate::known::known;
use crate::object::{DataType, TypeVar, Union, UnionAll, Vararg, box_int64, is_type, unbox_int64};
use crate::value::{Gc, Value};

/// `a <: b`.
pub fn subtype(a: Value, b: Value) -> bool {
    let k = known();
    if a == b || b == k.any.value() || a == k.bottom {
        return true;
    }
    if b == k.bottom {
        return false;
    }
    if let (Some(x), Some(y)) = (a.cast::<DataType>(), b.cast::<DataType>())
        && let Some(answer) = quick(x, y)
    {
        return answer;
    }
    Comparison::new().forall_exists(a, b, Param::None)
}

/// As `a <: b` for the signature `b` of a method; gives what its variables stand for.
pub fn subtype_with_env(a: Value, b: Value) -> Option<Vec<Value>> {
    let mut comparison = Comparison::new();
    comparison.wanted = Some(b);
    if !comparison.forall_exists(a, b, Param::None) {
        return None;
    }
    let mut out = Vec::new();
    let mut at = b;
    while let Some(u) = at.cast::<UnionAll>() {
        let var = u.var.get();
        let found = comparison.solved.iter().rev().find(|(v, _)| *v == var);
        out.push(found.map_or(var.value(), |(_, value)| *value));
        at = u.body.get();
    }
    Some(out)
}

/// What needs no environment: nominal types without parameters and concrete types.
fn quick(x: Gc<DataType>, y: Gc<DataType>) -> Option<bool> {
    if x.has_free_typevars() || y.has_free_typevars() {
        return None;
    }
    if x.is_concrete() && y.is_concrete() && x.name.get() != known().type_typename {
        return Some(x == y);
    }
    if y.parameters.get().is_empty() && x.name.get() != known().type_typename && !y.is_tuple() {
        let mut at = x;
        loop {
            if at.name.get() == y.name.get() {
                return Some(true);
            }
            match at.super_type.get() {
                Some(next) if next != at => at = next,
                _ => return Some(false),
            }
        }
    }
    None
}

/// `a == b` as types.
pub fn type_equal(a: Value, b: Value) -> bool {
    types_egal(a, b) || (subtype(a, b) && subtype(b, a))
}

/// `isa(value, ty)`.
pub fn isa(value: Value, ty: Value) -> bool {
    let k = known();
    let own = value.datatype();
    if ty == k.any.value() || own.value() == ty {
        return true;
    }
    if is_type(value) {
        if ty == k.type_.value() {
            return true;
        }
        if super::has_free_typevars(value) {
            return subtype(own.value(), ty);
        }
        return subtype(super::type_of_type(value), ty);
    }
    subtype(own.value(), ty)
}

/// Where in a type the comparison is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Param {
    /// At the top, or in a union.
    None,
    /// In a tuple: covariant.
    Covariant,
    /// In other parameters: invariant.
    Invariant,
}

/// A bound variable.
#[derive(Clone)]
struct Binding {
    var: Gc<TypeVar>,
    lower: Value,
    upper: Value,
    /// Bound on the right: stands for some type.
    right: bool,
    /// Occurrences in covariant and in invariant position.
    covariant: u32,
    invariant: u32,
    /// Depth of invariant nesting where it is bound.
    depth: u32,
    /// Must be a concrete type, by the diagonal rule.
    concrete: bool,
}

/// Choices of union members.
#[derive(Default, Clone)]
struct Choices {
    bits: Vec<bool>,
    depth: usize,
    /// Number of the last choice that has another member to try, counted from 1; 0 for none.
    more: usize,
}

impl Choices {
    fn next(&mut self) -> bool {
        if self.depth >= self.bits.len() {
            self.bits.push(false);
        }
        let second = self.bits[self.depth];
        self.depth += 1;
        if !second {
            self.more = self.depth;
        }
        second
    }

    /// Goes on to the next combination.
    fn advance(&mut self) {
        self.bits.truncate(self.more);
        if let Some(last) = self.bits.last_mut() {
            *last = true;
        }
    }

    fn restart(&mut self) {
        self.depth = 0;
        self.more = 0;
    }
}

struct Comparison {
    bindings: Vec<Binding>,
    left: Choices,
    right: Choices,
    invariant_depth: u32,
    /// Whose variables are to be reported.
    wanted: Option<Value>,
    solved: Vec<(Gc<TypeVar>, Value)>,
    /// Nesting, so that a malformed type cannot exhaust the stack.
    nesting: u32,
}

const NESTING_LIMIT: u32 = 4000;

fn members(u: Gc<Union>) -> [Value; 2] {
    [u.a.get(), u.b.get()]
}

impl Comparison {
    fn new() -> Comparison {
        Comparison {
            bindings: Vec::new(),
            left: Choices::default(),
            right: Choices::default(),
            invariant_depth: 0,
            wanted: None,
            solved: Vec::new(),
            nesting: 0,
        }
    }

    /// For all choices on the left there is one on the right.
    fn forall_exists(&mut self, x: Value, y: Value, param: Param) -> bool {
        let outer_left = std::mem::take(&mut self.left);
        let outer_right = std::mem::take(&mut self.right);
        let saved = self.bindings.clone();
        let mut result;
        loop {
            result = self.exists(x, y, param);
            if !result || self.left.more == 0 {
                break;
            }
            self.left.advance();
            // Each choice on the left starts from the same bounds, but occurrences add up.
            let counts: Vec<(u32, u32)> =
                self.bindings.iter().map(|b| (b.covariant, b.invariant)).collect();
            for (b, (c, i)) in self.bindings.iter_mut().zip(counts) {
                b.covariant = b.covariant.max(c);
                b.invariant = b.invariant.max(i);
            }
        }
        if !result {
            self.bindings = saved;
        }
        self.left = outer_left;
        self.right = outer_right;
        result
    }

    fn exists(&mut self, x: Value, y: Value, param: Param) -> bool {
        let saved = self.bindings.clone();
        let solved = self.solved.len();
        let left_bits = self.left.bits.clone();
        self.right = Choices::default();
        loop {
            self.left.bits.clone_from(&left_bits);
            self.left.restart();
            self.right.restart();
            if self.compare(x, y, param) {
                return true;
            }
            if self.right.more == 0 {
                self.bindings = saved;
                self.solved.truncate(solved);
                return false;
            }
            self.right.advance();
            self.bindings.clone_from(&saved);
            self.solved.truncate(solved);
        }
    }

    fn find(&self, var: Gc<TypeVar>) -> Option<usize> {
        self.bindings.iter().rposition(|b| b.var == var)
    }

    fn pick(&mut self, ty: Value, left: bool) -> Value {
        let mut ty = ty;
        while let Some(u) = ty.cast::<Union>() {
            let choices = if left { &mut self.left } else { &mut self.right };
            ty = members(u)[choices.next() as usize];
        }
        ty
    }

    fn occurs(&mut self, at: Option<usize>, param: Param) {
        if let Some(at) = at {
            let depth = self.invariant_depth;
            let b = &mut self.bindings[at];
            if param == Param::Invariant || depth > b.depth {
                b.invariant += 1;
            } else if param == Param::Covariant {
                b.covariant += 1;
            }
        }
    }

    fn compare(&mut self, x: Value, y: Value, param: Param) -> bool {
        self.nesting += 1;
        let result = self.nesting < NESTING_LIMIT && self.compare_inner(x, y, param);
        self.nesting -= 1;
        result
    }

    fn compare_inner(&mut self, x: Value, y: Value, param: Param) -> bool {
        let k = known();
        let mut x = x;
        if let Some(u) = x.cast::<Union>() {
            if x == y {
                return true;
            }
            x = self.pick(u.value(), true);
        }
        let mut y = y;
        if let Some(u) = y.cast::<Union>() {
            let [a, b] = members(u);
            if (x == a || (x == b && !b.is::<Union>())) && !super::has_free_typevars(x) {
                return true;
            }
            if let Some(all) = x.cast::<UnionAll>() {
                return self.unionall(y, all, false, param);
            }
            // A variable is compared with the whole union first, and only then with its members,
            // if a variable may be among them.
            let split = match x.cast::<TypeVar>() {
                Some(v) => {
                    let existential = self.find(v).is_some_and(|at| self.bindings[at].right);
                    (existential || super::has_free_typevars(y)) && self.right.next()
                }
                None => true,
            };
            if split {
                y = self.pick(y, false);
            }
        }
        if let Some(v) = x.cast::<TypeVar>() {
            if let Some(w) = y.cast::<TypeVar>() {
                return self.two_variables(v, w, param);
            }
            if let Some(all) = y.cast::<UnionAll>() {
                let existential = self.find(v).is_some_and(|at| self.bindings[at].right);
                if !existential {
                    return self.unionall(x, all, true, param);
                }
            }
            return self.variable_below(v, y, param);
        }
        if let Some(w) = y.cast::<TypeVar>() {
            return self.variable_above(w, x, param);
        }
        if y == k.any.value() || x == k.bottom {
            return true;
        }
        if x == y && !x.is::<UnionAll>() && !super::has_free_typevars(x) {
            return true;
        }
        if let Some(all) = x.cast::<UnionAll>() {
            return (x == y && !super::has_free_typevars(x)) || self.unionall(y, all, false, param);
        }
        if let Some(all) = y.cast::<UnionAll>() {
            return self.unionall(x, all, true, param);
        }
        match (x.cast::<DataType>(), y.cast::<DataType>()) {
            (Some(a), Some(b)) => self.nominal(a, b),
            _ if is_type(x) || is_type(y) => x == y,
            _ => egal(x, y),
        }
    }

    fn nominal(&mut self, x: Gc<DataType>, y: Gc<DataType>) -> bool {
        let k = known();
        if x.name.get() == k.type_typename && y.name.get() != k.type_typename {
            let t = x.parameters.get().items()[0];
            if is_kind(y) {
                // `Type{T}` is within the kind of `T`.
                return match t.cast::<TypeVar>() {
                    None => t.datatype() == y,
                    Some(v) => {
                        let upper =
                            self.find(v).map_or(v.upper.get(), |at| self.bindings[at].upper);
                        y == k.datatype && upper.cast::<DataType>().is_some_and(|d| d.is_concrete())
                    }
                };
            }
        }
        if y.name.get() == k.type_typename && is_kind(x) {
            // A kind is within `Type`, that is, within `Type{T}` where `T` is unconstrained.
            let t = y.parameters.get().items()[0];
            return match t.cast::<TypeVar>() {
                Some(v) => match self.find(v) {
                    Some(at) => {
                        let b = &self.bindings[at];
                        b.right && b.upper == k.any.value() && b.lower == k.bottom
                    }
                    None => false,
                },
                None => false,
            };
        }
        let mut x = x;
        while x.name.get() != y.name.get() {
            match x.super_type.get() {
                Some(next) if next != x => x = next,
                _ => return false,
            }
        }
        if x == y && !x.has_free_typevars() {
            return true;
        }
        if x.is_tuple() {
            return self.tuples(x, y);
        }
        let (p, q) = (x.parameters.get(), y.parameters.get());
        p.len() == q.len() && p.items().iter().zip(q.items()).all(|(&a, &b)| self.equal(a, b))
    }

    /// Invariant parameters: subtypes of each other.
    fn equal(&mut self, x: Value, y: Value) -> bool {
        if x == y && !x.is::<TypeVar>() && !super::has_free_typevars(x) {
            return true;
        }
        let plain = |v: Value| !is_type(v) && !v.is::<TypeVar>();
        if plain(x) && plain(y) {
            return egal(x, y);
        }
        if plain(x) != plain(y) && !x.is::<TypeVar>() && !y.is::<TypeVar>() {
            return false;
        }
        if let (Some(a), Some(b)) = (x.cast::<DataType>(), y.cast::<DataType>())
            && !a.has_free_typevars()
            && !b.has_free_typevars()
            && (a.is_concrete() || b.is_concrete())
            && a.name.get() != known().type_typename
        {
            return a == b;
        }
        self.invariant_depth += 1;
        let result =
            self.forall_exists(x, y, Param::Invariant) && self.forall_exists(y, x, Param::None);
        self.invariant_depth -= 1;
        result
    }

    fn unionall(&mut self, other: Value, all: Gc<UnionAll>, right: bool, param: Param) -> bool {
        let mut all = all;
        let mut var = all.var.get();
        if self.find(var).is_some() || super::occurs(var, other) {
            // The same variable twice: rename the inner one.
            let fresh = TypeVar::new(var.name.get(), var.lower.get(), var.upper.get());
            let body = super::instantiate(all, fresh.value());
            all = UnionAll::new(fresh, body);
            if right {
                self.renamed(var, fresh);
            }
            var = fresh;
        }
        self.bindings.push(Binding {
            var,
            lower: var.lower.get(),
            upper: var.upper.get(),
            right,
            covariant: 0,
            invariant: 0,
            depth: self.invariant_depth,
            concrete: false,
        });
        let body = all.body.get();
        let mut result =
            if right { self.compare(other, body, param) } else { self.compare(body, other, param) };
        let at = self.bindings.len() - 1;
        if result && right {
            result = self.check_variable(at, body);
        }
        if result && right && self.wanted.is_some() {
            let value = self.solution(at);
            let original = self
                .solved
                .iter()
                .find(|(v, to)| *to == var.value() && *v != var)
                .map_or(var, |(v, _)| *v);
            self.solved.push((original, value));
        }
        self.bindings.pop();
        result
    }

    /// Remembers that `fresh` stands for a variable of the signature.
    fn renamed(&mut self, var: Gc<TypeVar>, fresh: Gc<TypeVar>) {
        self.solved.push((var, fresh.value()));
    }

    /// The diagonal rule, and whether the bounds still leave a type.
    fn check_variable(&mut self, at: usize, body: Value) -> bool {
        let b = self.bindings[at].clone();
        let diagonal = b.concrete
            || (b.invariant == 0
                && b.covariant > 1
                && !occurs_invariantly(b.var, body)
                && is_leaf_variable(b.var));
        if diagonal && !b.lower.is::<TypeVar>() && !is_leaf_bound(b.lower) {
            return false;
        }
        if diagonal
            && let Some(v) = b.lower.cast::<TypeVar>()
            && let Some(other) = self.find(v)
        {
            if self.bindings[other].right {
                self.bindings[other].concrete = true;
            } else if !is_leaf_bound(self.bindings[other].upper) {
                return false;
            }
        }
        if b.lower == b.upper || b.upper == known().any.value() || b.lower == known().bottom {
            return true;
        }
        if !is_type(b.lower) && !b.lower.is::<TypeVar>() {
            return true;
        }
        self.forall_exists(b.lower, b.upper, Param::None)
    }

    /// What a variable stands for: its lower bound where something was compared with it.
    fn solution(&self, at: usize) -> Value {
        let b = &self.bindings[at];
        if b.lower != known().bottom {
            return b.lower;
        }
        if b.invariant > 0 || b.upper == b.lower {
            return if b.upper == b.var.upper.get() { b.lower_or_var() } else { b.upper };
        }
        b.lower_or_var()
    }

    fn bounded(&mut self, x: Value, y: Value) -> bool {
        if x == y || x == known().bottom || y == known().any.value() {
            return true;
        }
        let plain = |v: Value| !is_type(v) && !v.is::<TypeVar>();
        if plain(x) || plain(y) {
            if let Some(w) = y.cast::<TypeVar>() {
                return self.variable_above(w, x, Param::None);
            }
            if let Some(v) = x.cast::<TypeVar>() {
                return self.variable_below(v, y, Param::None);
            }
            return plain(x) && plain(y) && egal(x, y);
        }
        let outer_left = std::mem::take(&mut self.left);
        let outer_right = std::mem::take(&mut self.right);
        let result = self.forall_exists(x, y, Param::None);
        self.left = outer_left;
        self.right = outer_right;
        result
    }

    /// The innermost variable in `ty` that is bound inside binding `at` and stands for every type.
    fn inner_universal(&self, at: usize, ty: Value) -> Option<usize> {
        (at + 1..self.bindings.len())
            .rev()
            .find(|&i| !self.bindings[i].right && super::occurs(self.bindings[i].var, ty))
    }

    /// A variable on the left: `v <: a`.
    fn variable_below(&mut self, v: Gc<TypeVar>, a: Value, param: Param) -> bool {
        let Some(at) = self.find(v) else {
            return a == known().any.value() || self.compare(v.upper.get(), a, param);
        };
        self.occurs(Some(at), param);
        let b = self.bindings[at].clone();
        if !b.right {
            return self.compare(b.upper, a, param);
        }
        if b.upper == a {
            return true;
        }
        if !is_type(a) && !a.is::<TypeVar>() && b.upper == known().any.value() {
            // A value: the variable must be just it.
            if b.lower != known().bottom {
                return egal(b.lower, a);
            }
            self.bindings[at].upper = a;
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
        if !self.bounded(b.lower, a) {
            return false;
        }
        let upper = self.bindings[at].upper;
        self.bindings[at].upper = self.meet(upper, a);
        true
    }

    /// A variable on the right: `a <: v`.
    fn variable_above(&mut self, v: Gc<TypeVar>, a: Value, param: Param) -> bool {
        let Some(at) = self.find(v) else {
            return self.compare(a, v.lower.get(), param);
        };
        self.occurs(Some(at), param);
        let b = self.bindings[at].clone();
        if !b.right {
            return self.compare(a, b.lower, param);
        }
        if !is_type(a) && !a.is::<TypeVar>() {
            if b.lower != known().bottom {
                return egal(b.lower, a);
            }
            let fits = match b.upper.cast::<TypeVar>() {
                Some(w) => self.variable_above(w, a, Param::None),
                None if is_type(b.upper) => b.upper == known().any.value() || isa(a, b.upper),
                None => egal(b.upper, a),
            };
            if fits {
                self.bindings[at].lower = a;
            }
            return fits;
        }
        if b.lower == b.upper && b.lower == a {
            return true;
        }
        // A variable that is bound further in and stands for every type is chosen after this one,
        // which must therefore be above all that it may be.
        match self.inner_universal(at, a) {
            Some(inner) if a.is::<TypeVar>() => {
                let upper = self.bindings[inner].upper;
                return self.compare(upper, v.value(), Param::None);
            }
            Some(_) => return false,
            None => {}
        }
        if !self.bounded(a, b.upper) {
            return false;
        }
        let lower = self.bindings[at].lower;
        let joined = self.join(lower, a);
        if joined != v.value() {
            self.bindings[at].lower = joined;
        }
        true
    }

    fn two_variables(&mut self, v: Gc<TypeVar>, w: Gc<TypeVar>, param: Param) -> bool {
        if v == w {
            let at = self.find(v);
            self.occurs(at, param);
            return true;
        }
        let (at, to) = (self.find(v), self.find(w));
        let v_right = at.is_some_and(|at| self.bindings[at].right);
        let w_right = to.is_some_and(|to| self.bindings[to].right);
        if v_right {
            self.occurs(to, param);
            if !w_right {
                return self.variable_below(v, w.value(), param);
            }
            let upper = to.map(|to| self.bindings[to].upper).unwrap_or(w.upper.get());
            let lower = at.map(|at| self.bindings[at].lower).unwrap_or(v.lower.get());
            self.occurs(at, param);
            return self.bounded(lower, upper) && self.variable_above(w, v.value(), param);
        }
        if w_right {
            self.occurs(at, param);
            return self.variable_above(w, v.value(), param);
        }
        self.occurs(at, param);
        self.occurs(to, param);
        let upper = at.map_or(v.upper.get(), |at| self.bindings[at].upper);
        let lower = to.map_or(w.lower.get(), |to| self.bindings[to].lower);
        (lower != known().bottom && self.compare(v.value(), lower, param))
            || (upper != known().any.value() && self.compare(upper, w.value(), param))
    }

    /// The narrower of two bounds, where one is; else the new one.
    fn meet(&mut self, a: Value, b: Value) -> Value {
        if a == known().any.value() || a == b {
            return b;
        }
        if b == known().any.value() {
            return a;
        }
        if a.is::<TypeVar>() || b.is::<TypeVar>() {
            return b;
        }
        if is_type(a) && is_type(b) && !super::has_free_typevars(a) && !super::has_free_typevars(b)
        {
            if subtype(a, b) {
                return a;
            }
            if subtype(b, a) {
                return b;
            }
            return super::intersect(a, b);
        }
        b
    }

    /// The wider of two bounds, or their union.
    fn join(&mut self, a: Value, b: Value) -> Value {
        let k = known();
        if a == k.bottom || a == b {
            return b;
        }
        if b == k.bottom {
            return a;
        }
        if !super::has_free_typevars(a) && !super::has_free_typevars(b) && is_type(a) && is_type(b)
        {
            return super::union_of(&[a, b]);
        }
        if types_egal(a, b) {
            return a;
        }
        if let (true, true) = (is_type(a) || a.is::<TypeVar>(), is_type(b) || b.is::<TypeVar>()) {
            return super::union_of(&[a, b]);
        }
        b
    }

    fn tuples(&mut self, x: Gc<DataType>, y: Gc<DataType>) -> bool {
        let (p, q) = (x.parameters.get(), y.parameters.get());
        let (left, left_rest) = split(p.items());
        let (right, right_rest) = split(q.items());
        let within = Param::Covariant;
        match (left_rest, right_rest) {
            (None, None) => {
                left.len() == right.len()
                    && left.iter().zip(right).all(|(&a, &b)| self.compare(a, b, within))
            }
            (None, Some(rest)) => {
                if left.len() < right.len() {
                    return false;
                }
                let extra = left.len() - right.len();
                if !left.iter().zip(right).all(|(&a, &b)| self.compare(a, b, within)) {
                    return false;
                }
                let element = rest.element.get().unwrap_or(known().any.value());
                // The element type occurs once per argument, for the diagonal rule too.
                for &a in &left[right.len()..] {
                    if !self.compare(a, element, within) {
                        return false;
                    }
                }
                match rest.count.get() {
                    Some(n) => self.equal(box_int64(extra as i64), n),
                    None => true,
                }
            }
            (Some(_), None) => match left_rest.and_then(|r| r.count.get()) {
                // A variable number that stands for every number fits no fixed one.
                Some(n) if n.is::<TypeVar>() => {
                    let existential = n
                        .cast::<TypeVar>()
                        .and_then(|v| self.find(v))
                        .is_some_and(|at| self.bindings[at].right);
                    if !existential || left.len() > right.len() {
                        return false;
                    }
                    let extra = right.len() - left.len();
                    if !self.equal(n, box_int64(extra as i64)) {
                        return false;
                    }
                    let element =
                        left_rest.and_then(|r| r.element.get()).unwrap_or(known().any.value());
                    (0..right.len()).all(|i| {
                        let a = left.get(i).copied().unwrap_or(element);
                        self.compare(a, right[i], within)
                    })
                }
                _ => false,
            },
            (Some(l), Some(r)) => {
                let a = l.element.get().unwrap_or(known().any.value());
                let b = r.element.get().unwrap_or(known().any.value());
                if right.len() > left.len() {
                    // The left may be shorter than what the right requires.
                    return false;
                }
                for (i, &from) in left.iter().enumerate() {
                    let to = right.get(i).copied().unwrap_or(b);
                    if !self.compare(from, to, within) {
                        return false;
                    }
                }
                if !self.compare(a, b, within) {
                    return false;
                }
                // Any number of elements: as if it occurred twice.
                if l.count.get().is_none() && !self.compare(a, b, within) {
                    return false;
                }
                match (l.count.get(), r.count.get()) {
                    (_, None) => true,
                    (None, Some(n)) => n
                        .cast::<TypeVar>()
                        .and_then(|v| self.find(v))
                        .is_some_and(|at| self.bindings[at].right),
                    (Some(n), Some(m)) => {
                        left.len() == right.len() && self.equal(n, m)
                            || n.is::<TypeVar>() && m.is::<TypeVar>() && left.len() != right.len()
                    }
                }
            }
        }
    }
}

impl Binding {
    fn lower_or_var(&self) -> Value {
        if self.lower != known().bottom { self.lower } else { self.var.value() }
    }
}

/// Elements before a last `Vararg`, and that.
fn split(items: &[Value]) -> (&[Value], Option<Gc<Vararg>>) {
    match items.split_last() {
        Some((last, first)) => match last.cast::<Vararg>() {
            // A fixed number was expanded when the type was made.
            Some(rest) if rest.count.get().and_then(unbox_int64).is_none() => (first, Some(rest)),
            _ => (items, None),
        },
        None => (items, None),
    }
}

fn is_kind(ty: Gc<DataType>) -> bool {
    let k = known();
    ty == k.datatype || ty == k.union || ty == k.union_all || ty == k.typeof_bottom
}

/// The diagonal rule asks for a type of which no other is a proper subtype with instances.
fn is_leaf_bound(ty: Value) -> bool {
    if ty == known().bottom {
        return true;
    }
    match ty.cast::<DataType>() {
        Some(d) if d.name.get() == known().type_typename => !d.has_free_typevars(),
        Some(d) => d.is_concrete() || is_kind(d),
        None => !is_type(ty) && !ty.is::<TypeVar>(),
    }
}

/// Whether a variable may be subject to the diagonal rule: no lower bound that is abstract.
fn is_leaf_variable(v: Gc<TypeVar>) -> bool {
    v.lower.get() == known().bottom || is_leaf_bound(v.lower.get())
}

/// Whether a variable occurs in invariant position.
fn occurs_invariantly(var: Gc<TypeVar>, ty: Value) -> bool {
    if let Some(d) = ty.cast::<DataType>() {
        if !d.has_free_typevars() {
            return false;
        }
        let parameters = d.parameters.get();
        if d.is_tuple() {
            return parameters.items().iter().any(|&p| occurs_invariantly(var, p));
        }
        return parameters.items().iter().any(|&p| super::occurs(var, p));
    }
    if let Some(u) = ty.cast::<Union>() {
        return members(u).into_iter().any(|t| occurs_invariantly(var, t));
    }
    if let Some(u) = ty.cast::<UnionAll>() {
        let v = u.var.get();
        return super::occurs(var, v.lower.get())
            || super::occurs(var, v.upper.get())
            || occurs_invariantly(var, u.body.get());
    }
    if let Some(v) = ty.cast::<Vararg>() {
        return v.element.get().is_some_and(|e| occurs_invariantly(var, e))
            || v.count.get().is_some_and(|c| c == var.value());
    }
    false
}
