//! Global variables: constants are their value, others what is declared of them.

use pkgimage_runtime::fields;
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{Binding, BindingFlags, Module, Symbol};
use pkgimage_runtime::value::{Gc, Value};

use crate::arguments::Called;
use crate::effects::Effects;
use crate::emit::names::payload;
use crate::lattice::Lattice;
use crate::typed::Edge;

/// The constant binding that a name resolves to.
fn constant(binding: Gc<Binding>) -> Option<(Lattice, Edge)> {
    if !binding.has(BindingFlags::CONST) {
        return None;
    }
    let value = binding.value.get().filter(|value| !holds_address(*value))?;
    Some((Lattice::Const(value), Edge::Binding { binding, value }))
}

/// Whether a value holds an address of this process: no constant of code that outlives it.
pub fn holds_address(value: Value) -> bool {
    let ty = value.datatype();
    if ty.name.get() == known().pointer_name {
        return payload(value).iter().any(|byte| *byte != 0);
    }
    // What is mutable is referred to, not copied.
    !ty.is_mutable()
        && (0..ty.field_count()).any(|i| fields::get_nth(value, i).is_some_and(holds_address))
}

/// Reading a global.
pub fn read(module: Gc<Module>, name: Gc<Symbol>) -> Called {
    let reads = Effects { consistent: false, ..Effects::THROWS };
    let Some(binding) = module.lookup(name) else {
        return Called::returning(Lattice::any(), reads);
    };
    if let Some((value, edge)) = constant(binding) {
        let mut called = Called::returning(value, Effects::TOTAL);
        called.edges.push(edge);
        return called;
    }
    let declared = binding.declared_type.get().map_or_else(Lattice::any, Lattice::of_type);
    // What has a value keeps having one.
    let nothrow = binding.value.get().is_some();
    Called::returning(declared, Effects { nothrow, ..reads })
}

/// `isdefined(module, name)`.
pub fn is_defined(module: Gc<Module>, name: Gc<Symbol>) -> Called {
    let reads = Effects { consistent: false, ..Effects::TOTAL };
    match module.lookup(name).and_then(constant) {
        Some((_, edge)) => {
            let mut called = Called::returning(Lattice::constant_bool(true), Effects::TOTAL);
            called.edges.push(edge);
            called
        }
        None => Called::returning(Lattice::bool(), reads),
    }
}

/// The declared type of a global.
pub fn declared_type(module: Gc<Module>, name: Gc<Symbol>) -> Called {
    let reads = Effects { consistent: false, ..Effects::TOTAL };
    let declared = module.lookup(name).and_then(|b| b.declared_type.get());
    match declared {
        Some(t) => Called::returning(Lattice::Const(t), Effects::TOTAL),
        None => Called::returning(Lattice::Type(known().type_.value()), reads),
    }
}
