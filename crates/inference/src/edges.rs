//! What typed code relies on: keeping edges few, and their form as objects.
//!
//! In a code instance the edges are a `SimpleVector` of `SimpleVector`s, the first item of which is a
//! symbol that says which kind follows; see [`to_object`].

use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{Binding, Method, MethodInstance, SimpleVector, Symbol, box_bool};
use pkgimage_runtime::symbol::symbol;
use pkgimage_runtime::types::types_egal;
use pkgimage_runtime::value::{Gc, Value};

use crate::typed::Edge;

fn same(a: &Edge, b: &Edge) -> bool {
    match (a, b) {
        (
            Edge::Lookup { signature: s, methods: m, instances: i, covers: c },
            Edge::Lookup { signature: t, methods: n, instances: j, covers: d },
        ) => c == d && m == n && i == j && (s == t || types_egal(*s, *t)),
        (
            Edge::Invoke { signature: s, instance: i },
            Edge::Invoke { signature: t, instance: j },
        ) => i == j && (s == t || types_egal(*s, *t)),
        (Edge::Binding { binding: x, .. }, Edge::Binding { binding: y, .. }) => x == y,
        (Edge::Generated(x), Edge::Generated(y)) | (Edge::Inlined(x), Edge::Inlined(y)) => x == y,
        _ => false,
    }
}

/// What tells most edges apart at once.
fn mark(edge: &Edge) -> usize {
    match edge {
        Edge::Lookup { signature, .. } | Edge::Invoke { signature, .. } => {
            pkgimage_runtime::types::hash_of(*signature) as usize
        }
        Edge::Binding { binding, .. } => binding.address(),
        Edge::Generated(i) | Edge::Inlined(i) => i.address(),
    }
}

/// The edges, each once, in order of first appearance.
pub fn without_repeats(edges: Vec<Edge>) -> Vec<Edge> {
    let mut seen: std::collections::HashMap<usize, Vec<usize>> = std::collections::HashMap::new();
    let mut out: Vec<Edge> = Vec::with_capacity(edges.len());
    for edge in edges {
        let bucket = seen.entry(mark(&edge)).or_default();
        if bucket.iter().any(|&i| same(&out[i], &edge)) {
            continue;
        }
        bucket.push(out.len());
        out.push(edge);
    }
    out
}

fn vector<T: Into<Value> + Copy>(items: &[T]) -> Value {
    let items: Vec<Value> = items.iter().map(|&i| i.into()).collect();
    SimpleVector::new(&items).value()
}

/// The edges as an object.
pub fn to_object(edges: &[Edge]) -> Gc<SimpleVector> {
    let list: Vec<Value> = edges
        .iter()
        .map(|edge| {
            let items = match edge {
                Edge::Lookup { signature, methods, instances, covers } => vec![
                    symbol("lookup").value(),
                    *signature,
                    vector(methods),
                    vector(instances),
                    box_bool(*covers),
                ],
                Edge::Invoke { signature, instance } => {
                    vec![symbol("invoke").value(), *signature, instance.value()]
                }
                Edge::Binding { binding, value } => {
                    vec![symbol("binding").value(), binding.value(), *value]
                }
                Edge::Generated(i) => vec![symbol("generated").value(), i.value()],
                Edge::Inlined(i) => vec![symbol("inlined").value(), i.value()],
            };
            SimpleVector::new(&items).value()
        })
        .collect();
    SimpleVector::new(&list)
}

/// The edges that an object holds.
pub fn from_object(object: Gc<SimpleVector>) -> Vec<Edge> {
    object.raw_items().iter().flatten().filter_map(|e| one(e.cast()?)).collect()
}

fn one(e: Gc<SimpleVector>) -> Option<Edge> {
    let kind = e.get(0)?.cast::<Symbol>()?.to_string();
    Some(match kind.as_str() {
        "lookup" => Edge::Lookup {
            signature: e.get(1)?,
            methods: items::<Method>(e.get(2)?)?,
            instances: items::<MethodInstance>(e.get(3)?)?,
            covers: e.get(4)? == known().true_,
        },
        "invoke" => Edge::Invoke { signature: e.get(1)?, instance: e.get(2)?.cast()? },
        "binding" => Edge::Binding { binding: e.get(1)?.cast::<Binding>()?, value: e.get(2)? },
        "generated" => Edge::Generated(e.get(1)?.cast()?),
        "inlined" => Edge::Inlined(e.get(1)?.cast()?),
        _ => return None,
    })
}

fn items<T: pkgimage_runtime::value::HeapType>(list: Value) -> Option<Vec<Gc<T>>> {
    list.cast::<SimpleVector>()?.raw_items().iter().flatten().map(|v| v.cast::<T>()).collect()
}
