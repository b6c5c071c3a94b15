//! Packages: which root modules are loaded, and `require`.
//!
//! What a name means in a module, and where its source is, is decided by Base's loading code in
//! Julia (`Base.require`); this keeps the table of loaded roots that it registers.

use std::cell::RefCell;

use crate::error::{self, Result};
use crate::gc::RootVec;
use crate::interpreter::apply_in_world;
use crate::known::known;
use crate::object::{Module, Symbol};
use crate::value::{Gc, Value};
use crate::world;

thread_local! {
    /// Names of packages whose top-level module is expected to be defined now.
    static EXPECTED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// Root modules made by [`expect`]ed definitions, newest last.
    static CREATED: RefCell<Option<RootVec>> = const { RefCell::new(None) };
}

/// Announces that the next `module name` at top level of Main or Base's loading is a package.
pub fn expect(name: &str) {
    EXPECTED.with_borrow_mut(|list| list.push(name.to_owned()));
}

/// Takes an announcement back.
pub fn unexpect() {
    EXPECTED.with_borrow_mut(|list| {
        list.pop();
    });
}

/// Whether a module definition is that of the package being loaded.
pub(crate) fn is_loading(parent: Gc<Module>, name: &str) -> bool {
    let outermost = parent.name.get().as_str() == "__toplevel__" || parent == known().main_module;
    outermost && EXPECTED.with_borrow(|list| list.last().is_some_and(|n| n == name))
}

/// A module object was made by a definition.
pub(crate) fn module_created(module: Gc<Module>) {
    if module.parent.get() == Some(module) {
        CREATED.with_borrow_mut(|list| {
            list.get_or_insert_with(RootVec::new).push(module.value());
        });
    }
}

/// The newest root module of this name made by a definition.
pub fn created(name: Gc<Symbol>) -> Option<Gc<Module>> {
    CREATED.with_borrow(|list| {
        let list = list.as_ref()?;
        list.as_slice()
            .iter()
            .rev()
            .map(|v| v.cast_unchecked::<Module>())
            .find(|m| m.name.get() == name)
    })
}

/// `Base.require(into, name)`: the root module of a package, loaded if need be.
pub fn require(into: Gc<Module>, name: Gc<Symbol>) -> Result<Gc<Module>> {
    let require = known().base_module.cast::<Module>().and_then(|b| b.global("require"));
    let Some(require) = require else {
        return Err(error::argument_error(&format!("Package {name} not found")));
    };
    let arguments: [Value; 3] = [require, into.value(), name.value()];
    let module = apply_in_world(&arguments, world::current())?;
    module.cast::<Module>().ok_or_else(|| error::type_error("require", known().module, module))
}
