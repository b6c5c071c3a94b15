//! What `precompile` names while a package is evaluated for its image: roots besides its recording's.

use std::cell::RefCell;

use pkgimage_runtime as runtime;
use runtime::gc::RootVec;
use runtime::object::MethodInstance;
use runtime::value::Gc;

thread_local! {
    static NAMED: RefCell<Option<RootVec>> = const { RefCell::new(None) };
}

/// Begins to collect.
pub fn begin() {
    NAMED.set(Some(RootVec::new()));
    runtime::hooks::on_precompile(|instance| {
        NAMED.with_borrow_mut(|named| {
            if let Some(named) = named {
                named.push(instance.value());
            }
        });
    });
}

/// What was named, in order.
pub fn named() -> Vec<Gc<MethodInstance>> {
    NAMED.with_borrow(|named| {
        let named = named.iter().flat_map(|named| named.as_slice());
        named.map(|instance| instance.cast_unchecked()).collect()
    })
}
