//! Results as code instances: making them, reading them, and the backedges that invalidate them.

use pkgimage_checks::Check;
use pkgimage_runtime::dispatch::{
    self,
    invalidation_log::{Cause, because},
};
use pkgimage_runtime::gc;
use pkgimage_runtime::object::{
    Array, Binding, CodeInstance, MethodInstance, SimpleVector, Symbol, box_int64, unbox_int64,
};
use pkgimage_runtime::symbol::symbol;
use pkgimage_runtime::value::{Gc, Value};

use crate::edges;
use crate::effects::Effects;
use crate::engine::{Answer, Summary};
use crate::lattice::Lattice;
use crate::typed::Edge;

/// Where the inlined cost begins in a code instance's effect bits; zero stands for none.
const COST_SHIFT: u32 = 8;

/// The code instance that is valid in a world.
pub fn valid_code(instance: Gc<MethodInstance>, world: u64) -> Option<Gc<CodeInstance>> {
    let mut at = instance.cache.get();
    while let Some(code) = at {
        if code.min_world.get() <= world && world <= code.max_world.get() {
            return Some(code);
        }
        at = code.next.get();
    }
    None
}

/// What is known of a result, as a code instance says.
pub fn result_of(code: Gc<CodeInstance>) -> Lattice {
    code.return_const
        .get()
        .and_then(|v| v.cast::<SimpleVector>())
        .and_then(decode)
        .unwrap_or_else(|| Lattice::of_type(code.return_type.get()))
}

/// What a code instance relies on.
pub fn edges_of(code: Gc<CodeInstance>) -> Vec<Edge> {
    edges::from_object(code.edges.get())
}

/// Adds something that a code instance relies on, such as an inlined body.
pub fn add_edges(code: Gc<CodeInstance>, more: Vec<Edge>) {
    let mut all = edges_of(code);
    all.extend(more);
    let all = edges::without_repeats(all);
    code.edges.set(code, edges::to_object(&all));
    add_backedges(code.def.get(), &all);
}

pub(crate) fn summary_of(code: Gc<CodeInstance>) -> Summary {
    let bits = code.effects.get();
    let cost = bits >> COST_SHIFT;
    Summary {
        result: result_of(code),
        effects: Effects::from_bits(bits),
        inlined_cost: (cost > 0).then(|| cost - 1),
        min_world: code.min_world.get(),
        max_world: code.max_world.get(),
    }
}

/// Keeps a result as a code instance, and registers with what it relies on.
pub(crate) fn keep(instance: Gc<MethodInstance>, answer: &Answer, world: u64) {
    let summary = &answer.summary;
    if valid_code(instance, world).is_some() || summary.min_world > summary.max_world {
        return;
    }
    let edges = answer.typed.as_ref().map_or(&[][..], |t| &t.edges);
    let code = gc::allocate_struct::<CodeInstance>();
    code.def.set(code, instance);
    code.next.set(code, instance.cache.get());
    code.min_world.set(summary.min_world);
    code.max_world.set(summary.max_world);
    code.return_type.set(code, summary.result.widen());
    code.return_const.set(code, encode(&summary.result).map(|v| v.value()));
    code.edges.set(code, edges::to_object(edges));
    let cost = summary.inlined_cost.map_or(0, |c| c.min(1 << 20) + 1);
    code.effects.set(summary.effects.bits() | cost << COST_SHIFT);
    instance.cache.set(instance, Some(code));
    if summary.max_world == u64::MAX {
        add_backedges(instance, edges);
    }
}

/// Registers a specialization with what its code relies on, to be told when that changes.
pub fn add_backedges(caller: Gc<MethodInstance>, edges: &[Edge]) {
    for edge in edges {
        match edge {
            Edge::Lookup { signature, instances, covers, .. } => {
                for &callee in instances {
                    dispatch::add_backedge(callee, caller);
                }
                if !covers && let Some(table) = dispatch::method_table_for_signature(*signature) {
                    dispatch::add_table_backedge(table, *signature, caller);
                }
            }
            Edge::Invoke { instance, .. } | Edge::Inlined(instance) => {
                dispatch::add_backedge(*instance, caller);
            }
            Edge::Binding { binding, .. } => add_binding_backedge(*binding, caller),
            Edge::Generated(_) => {}
        }
    }
}

/// Whether a constant with this value cannot be redefined: types, functions, and modules.
pub fn is_settled(value: Value) -> bool {
    pkgimage_runtime::object::is_type(value)
        || value.is::<pkgimage_runtime::object::Module>()
        || value.datatype().instance.get() == Some(value)
}

fn add_binding_backedge(binding: Gc<Binding>, caller: Gc<MethodInstance>) {
    if binding.value.get().is_some_and(is_settled) {
        return;
    }
    let list: Gc<Array> = match binding.backedges.get() {
        Some(list) => list.cast_unchecked(),
        None => {
            let list = Gc::<Array>::vector_of_any(&[]);
            binding.backedges.set(binding, Some(list.value()));
            list
        }
    };
    if !list.references().contains(&Some(caller.value())) {
        list.push_reference(caller.value());
    }
}

/// A constant gets another value after this world: drops the code that relied on it.
pub fn binding_redefined(binding: Gc<Binding>, last: u64) {
    let mut callers = dispatch::image_edges::callers_of_binding(binding);
    if let Some(list) = binding.backedges.get()
        && !Check::Constants.is_left_out()
    {
        binding.backedges.set(binding, None);
        let list: Gc<Array> = list.cast_unchecked();
        callers.extend(list.references().iter().flatten().map(|v| v.cast_unchecked()));
    }
    because(Cause::Redefined(binding), || dispatch::invalidate_instances(callers, last));
}

/// What is known of a result beyond its type, as an object; none if that is nothing.
fn encode(l: &Lattice) -> Option<Gc<SimpleVector>> {
    let items = match l {
        Lattice::Bottom | Lattice::Type(_) => return None,
        Lattice::Const(v) => vec![symbol("const").value(), *v],
        Lattice::Partial(ty, fields) => {
            let mut items = vec![symbol("partial").value(), *ty];
            items.extend(fields.iter().map(encode_part));
            items
        }
        Lattice::Conditional { slot, then, otherwise } => vec![
            symbol("conditional").value(),
            box_int64(i64::from(*slot)),
            encode_part(then),
            encode_part(otherwise),
        ],
    };
    Some(SimpleVector::new(&items))
}

/// A part is a type, or again an encoded vector.
fn encode_part(l: &Lattice) -> Value {
    encode(l).map_or_else(|| l.widen(), |v| v.value())
}

fn decode(v: Gc<SimpleVector>) -> Option<Lattice> {
    let kind = v.get(0)?.cast::<Symbol>()?.to_string();
    Some(match kind.as_str() {
        "const" => Lattice::Const(v.get(1)?),
        "partial" => {
            let parts: Option<Vec<Lattice>> =
                v.raw_items().iter().skip(2).map(|p| decode_part((*p)?)).collect();
            Lattice::Partial(v.get(1)?, std::rc::Rc::new(parts?))
        }
        "conditional" => Lattice::Conditional {
            slot: unbox_int64(v.get(1)?)? as u32,
            then: std::rc::Rc::new(decode_part(v.get(2)?)?),
            otherwise: std::rc::Rc::new(decode_part(v.get(3)?)?),
        },
        _ => return None,
    })
}

fn decode_part(v: Value) -> Option<Lattice> {
    match v.cast::<SimpleVector>() {
        Some(inner) => decode(inner),
        None => Some(Lattice::of_type(v)),
    }
}
