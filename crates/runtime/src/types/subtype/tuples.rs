//! Tuple types: place by place, with a last one that may stand for many.

use super::{Comparison, Param, subtype};
use crate::known::known;
use crate::object::{DataType, TypeVar, Vararg, box_int64};
use crate::types::bounds::{is_plain, may_choose, split};
use crate::types::{has_free_typevars, rewrap, unwrap_unionall};
use crate::value::{Gc, Value};

/// Whether a tuple type is plainly below one without variables: place by place. So no choice among the
/// members of unions is made that depends on one at another place, of which there may be very many.
pub(super) fn is_subtype_by_elements(a: Value, b: Value) -> bool {
    let Some(y) = b.cast::<DataType>().filter(|y| y.is_tuple() && !y.has_free_typevars()) else {
        return false;
    };
    let Some(x) = unwrap_unionall(a).cast::<DataType>().filter(|x| x.is_tuple()) else {
        return false;
    };
    let (p, q) = (x.parameters.get(), y.parameters.get());
    let (xs, ys) = (p.items(), q.items());
    let rest = |items: &[Value]| items.last().and_then(|l| l.cast::<Vararg>());
    let (x_rest, y_rest) = (rest(xs), rest(ys));
    if y_rest.is_some_and(|r| r.count.get().is_some()) {
        return false;
    }
    let fixed = xs.len() - usize::from(x_rest.is_some());
    let wanted = ys.len() - usize::from(y_rest.is_some());
    if fixed < wanted || (y_rest.is_none() && (fixed > wanted || x_rest.is_some())) {
        return false;
    }
    let any = known().any.value();
    let element = |item: Value| match item.cast::<Vararg>() {
        Some(v) => v.element.get().unwrap_or(any),
        None => item,
    };
    xs.iter().enumerate().all(|(i, &s)| {
        let t = element(ys[i.min(ys.len() - 1)]);
        t == any || subtype(rewrap(element(s), a), t)
    })
}

impl Comparison {
    /// The bound that is known of a tuple's length, else the length itself.
    pub(super) fn length_of(&self, n: Value) -> Value {
        match n.cast::<TypeVar>().and_then(|v| self.find(v)) {
            Some(at) if is_plain(self.bindings[at].lower) => self.bindings[at].lower,
            _ => n,
        }
    }

    pub(super) fn is_existential(&self, n: Value) -> bool {
        n.cast::<TypeVar>().and_then(|v| self.find(v)).is_some_and(|at| self.bindings[at].right)
    }

    pub(super) fn tuples(&mut self, x: Gc<DataType>, y: Gc<DataType>, param: Param) -> bool {
        let any = known().any.value();
        let (p, q) = (x.parameters.get(), y.parameters.get());
        let (left, left_rest) = split(p.items());
        let (right, right_rest) = split(q.items());
        let within = if param == Param::None { Param::Covariant } else { param };
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
                if let Some(n) = rest.count.get()
                    && let Some(n) = crate::object::unbox_int64(self.length_of(n))
                    && n != extra as i64
                {
                    return false;
                }
                if !left.iter().zip(right).all(|(&a, &b)| self.compare(a, b, within)) {
                    return false;
                }
                let element = rest.element.get().unwrap_or(any);
                // The element type occurs once per argument, for the diagonal rule too.
                let mut repeated = 0;
                let mut before = None;
                for &a in &left[right.len()..] {
                    repeated = if before == Some(a) { repeated + 1 } else { 0 };
                    before = Some(a);
                    if repeated > 1 && !has_free_typevars(a) && !may_choose(&self.bindings, element)
                    {
                        continue;
                    }
                    if !self.compare(a, element, within) {
                        return false;
                    }
                }
                match rest.count.get() {
                    Some(n) => self.equal_within(box_int64(extra as i64), n),
                    None => true,
                }
            }
            (Some(rest), None) => {
                // A variable number that stands for every number fits no fixed one.
                let Some(n) = rest.count.get() else { return false };
                if !self.is_existential(n) || left.len() > right.len() {
                    return false;
                }
                let extra = right.len() - left.len();
                if !self.equal_within(n, box_int64(extra as i64)) {
                    return false;
                }
                let element = rest.element.get().unwrap_or(any);
                (0..right.len()).all(|i| {
                    let a = left.get(i).copied().unwrap_or(element);
                    self.compare(a, right[i], within)
                })
            }
            (Some(l), Some(r)) => {
                let a = l.element.get().unwrap_or(any);
                let b = r.element.get().unwrap_or(any);
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
                // As if the elements occurred twice, for the diagonal rule.
                if !self.compare(a, b, within) || !self.compare(a, b, within) {
                    return false;
                }
                match (l.count.get(), r.count.get()) {
                    (_, None) => true,
                    (None, Some(m)) => {
                        if let Some(at) = m.cast::<TypeVar>().and_then(|v| self.find(v)) {
                            self.bindings[at].length = true;
                        }
                        self.equal_within(any, m)
                    }
                    (Some(n), Some(m)) => {
                        if left.len() == right.len() {
                            return self.equal_within(n, m);
                        }
                        // The lengths differ by a constant: some number, if it may be chosen.
                        self.is_existential(m) && !is_plain(self.length_of(m))
                    }
                }
            }
        }
    }
}
