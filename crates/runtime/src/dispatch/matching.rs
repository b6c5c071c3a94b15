//! All methods that a call with given argument types may reach.
//!
//! Every method whose signature has a common subtype with the call's types is found, methods that
//! others hide are dropped, and the rest is ordered, most specific first. The answer holds for a
//! range of worlds, from which the validity of inferred code and of cache entries comes.

use super::{Lookup, index, method_table_for_signature};
use crate::object::{DataType, DataTypeFlags, Method, MethodTable, SimpleVector};
use crate::types::{
    has_intersection, intersect, intersect_with_env, more_specific, subtype, types_disjoint,
};
use crate::value::{Gc, Value};

/// A method that a call may reach.
#[derive(Clone, Copy, Debug)]
pub struct MethodMatch {
    /// The part of the call's types with which it is reached.
    pub spec_types: Value,
    /// Values of the static parameters; a `TypeVar` where not known.
    pub sparams: Gc<SimpleVector>,
    /// The method.
    pub method: Gc<Method>,
    /// Whether it accepts every call with these types.
    pub fully_covers: bool,
}

/// The methods that a call may reach.
#[derive(Clone, Debug)]
pub struct Matches {
    /// Most specific first.
    pub matches: Vec<MethodMatch>,
    /// First world in which this is the answer.
    pub min_world: u64,
    /// Last world in which this is the answer.
    pub max_world: u64,
    /// Whether some calls are ambiguous.
    pub ambiguous: bool,
}

/// The methods that a call with these types (a tuple type, the function's type first) may reach;
/// none if there are more than `limit` (unless that is negative) or no table is known.
pub fn matching_methods(signature: Value, limit: i32, world: u64) -> Option<Matches> {
    matching_methods_in(method_table_for_signature(signature)?, signature, limit, world)
}

/// As [`matching_methods`], without what only the intersection's upper bound says: whether exact
/// types match is a matter of subtyping.
pub fn reachable_methods(signature: Value, limit: i32, world: u64) -> Option<Matches> {
    let mut found = matching_methods(signature, limit, world)?;
    found.matches.retain(|m| {
        let exact = m.spec_types.cast::<DataType>();
        m.fully_covers
            || !exact.is_some_and(|d| d.has(DataTypeFlags::IS_DISPATCH_TUPLE))
            || subtype(m.spec_types, m.method.signature.get())
    });
    Some(found)
}

/// As [`matching_methods`], in a given table.
pub fn matching_methods_in(
    table: Gc<MethodTable>,
    signature: Value,
    limit: i32,
    world: u64,
) -> Option<Matches> {
    let mut result =
        Matches { matches: Vec::new(), min_world: 1, max_world: u64::MAX, ambiguous: false };
    for method in index::candidates(table, signature) {
        let (from, to) = (method.primary_world.get(), method.deleted_world.get());
        let Some(found) = intersect_with_env(signature, method.signature.get()) else { continue };
        if world < from {
            result.max_world = result.max_world.min(from - 1);
            continue;
        }
        if world > to {
            result.min_world = result.min_world.max(to + 1);
            continue;
        }
        result.min_world = result.min_world.max(from);
        result.max_world = result.max_world.min(to);
        result.matches.push(MethodMatch {
            spec_types: found.ty,
            sparams: SimpleVector::new(&found.sparams),
            method,
            fully_covers: found.covers,
        });
    }
    drop_hidden_by_covering(&mut result.matches);
    if limit >= 0 && result.matches.len() > UNORDERED_FACTOR * limit as usize {
        // Too many in any case that matters, and the comparison of all with all is dear.
        return None;
    }
    order(&mut result);
    if limit >= 0 && result.matches.len() > limit as usize {
        return None;
    }
    Some(result)
}

/// So many times more methods than are asked for are not compared with one another.
const UNORDERED_FACTOR: usize = 4;

/// Whether method `a` is strictly more specific than `b`.
fn precedes(a: &MethodMatch, b: &MethodMatch) -> bool {
    let (s, t) = (a.method.signature.get(), b.method.signature.get());
    more_specific(s, t) && !more_specific(t, s)
}

/// Drops what the most specific of the methods that accept every such call hides: most calls are of
/// exact types, where that leaves one.
fn drop_hidden_by_covering(matches: &mut Vec<MethodMatch>) {
    if matches.len() < 2 {
        return;
    }
    let mut covering = matches.iter().filter(|m| m.fully_covers).copied();
    let Some(mut best) = covering.next() else { return };
    for other in covering {
        if more_specific(other.method.signature.get(), best.method.signature.get()) {
            best = other;
        }
    }
    matches.retain(|m| m.method == best.method || !precedes(&best, m));
}

/// Whether all calls that reach `hidden` reach `by` instead.
fn hides(by: &MethodMatch, hidden: &MethodMatch, more: bool) -> bool {
    more && (by.fully_covers || subtype(hidden.spec_types, by.method.signature.get()))
}

/// Drops hidden methods, puts more specific ones first, and finds ambiguities.
fn order(result: &mut Matches) {
    let all = std::mem::take(&mut result.matches);
    let n = all.len();
    if n < 2 {
        result.matches = all;
        return;
    }
    // more[i][j]: method i is more specific than method j. That is of no interest where no call reaches both,
    // which is so of most pairs when somebody asks for all methods of a function.
    let signature = |i: usize| all[i].method.signature.get();
    let mut more = vec![vec![false; n]; n];
    let mut apart = vec![vec![false; n]; n];
    for i in 0..n {
        for j in i + 1..n {
            apart[i][j] = types_disjoint(signature(i), signature(j));
            if !apart[i][j] {
                more[i][j] = more_specific(signature(i), signature(j));
                more[j][i] = more_specific(signature(j), signature(i));
            }
        }
    }
    let mut left: Vec<usize> = (0..n)
        .filter(|&j| !(0..n).any(|i| more[i][j] && !more[j][i] && hides(&all[i], &all[j], true)))
        .collect();
    for (at, &i) in left.iter().enumerate() {
        for &j in &left[at + 1..] {
            // `left` is in order.
            if more[i][j] || more[j][i] || apart[i][j] {
                continue;
            }
            if !has_intersection(all[i].spec_types, all[j].spec_types) {
                continue;
            }
            let common = intersect(all[i].spec_types, all[j].spec_types);
            let settled = left.iter().any(|&s| {
                s != i
                    && s != j
                    && more[s][i]
                    && more[s][j]
                    && subtype(common, all[s].method.signature.get())
            });
            result.ambiguous |= !settled;
        }
    }
    // Repeatedly takes the first (in order of definition, the newest last) that none of the
    // remaining ones is more specific than; specificity is not transitive, so a cycle is broken
    // at its first member.
    while !left.is_empty() {
        let at = (0..left.len())
            .find(|&a| !left.iter().any(|&i| i != left[a] && more[i][left[a]] && !more[left[a]][i]))
            .unwrap_or(0);
        result.matches.push(all[left.remove(at)]);
    }
}

/// The method that a call with exactly these types reaches, with the worlds in which it does.
pub(super) fn most_specific(
    table: Gc<MethodTable>,
    types: Value,
    world: u64,
) -> Lookup<(MethodMatch, u64, u64)> {
    let Some(found) = matching_methods_in(table, types, -1, world) else { return Lookup::Missing };
    let mut covering = found.matches.iter().filter(|m| m.fully_covers);
    match (covering.next(), covering.next()) {
        (None, _) => Lookup::Missing,
        (Some(first), None) => {
            let stray = found.ambiguous
                && found
                    .matches
                    .iter()
                    .any(|m| m.method != first.method && subtype(types, m.method.signature.get()));
            if stray {
                return Lookup::Ambiguous;
            }
            Lookup::Found((*first, found.min_world, found.max_world))
        }
        (Some(first), Some(_)) => {
            let best = found.matches.iter().filter(|m| m.fully_covers).all(|m| {
                m.method == first.method
                    || more_specific(first.method.signature.get(), m.method.signature.get())
            });
            if best {
                Lookup::Found((*first, found.min_world, found.max_world))
            } else {
                Lookup::Ambiguous
            }
        }
    }
}
