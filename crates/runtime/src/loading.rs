//! Packages: which root modules are loaded, and `require`.
//!
//! What a name means in a module and where the package comes from (an image, a source) is decided by
//! the [`Provider`] that the runner installs; `Base.require` asks it. Base's loading code evaluates
//! sources and keeps the tables that Julia code can see. Here is what the two share: which package's
//! module is about to be defined, and which root modules were.

use std::cell::{Cell, RefCell};

use crate::error::{self, Result};
use crate::gc::RootVec;
use crate::interpreter::apply_in_world;
use crate::known::known;
use crate::object::{Module, Symbol};
use crate::value::{Gc, Value};
use crate::world;

/// Finds a package for a module that names it, and loads it if need be; none if the module may not
/// load a package of that name.
pub type Provider = fn(Gc<Module>, Gc<Symbol>) -> Result<Option<Gc<Module>>>;

/// Gives the preferences of the package with a uuid, as a value that Base makes a `Dict` from.
pub type Preferences = fn((u64, u64)) -> Value;

/// A package whose top-level module is expected to be defined now.
struct Expected {
    name: String,
    uuid: (u64, u64),
}

thread_local! {
    static PROVIDER: Cell<Option<Provider>> = const { Cell::new(None) };
    static PREFERENCES: Cell<Option<Preferences>> = const { Cell::new(None) };
    /// Packages that are being evaluated, outermost first.
    static EXPECTED: RefCell<Vec<Expected>> = const { RefCell::new(Vec::new()) };
    /// Root modules made by [`expect`]ed definitions, newest last.
    static CREATED: RefCell<Option<RootVec>> = const { RefCell::new(None) };
    /// Packages that said `__precompile__(false)`.
    static REFUSED: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// Whether Base is being evaluated from its sources.
    static BOOTING: Cell<bool> = const { Cell::new(false) };
}

/// Installs what finds packages.
pub fn install(provider: Provider) {
    PROVIDER.set(Some(provider));
}

/// Installs what knows preferences.
pub fn install_preferences(preferences: Preferences) {
    PREFERENCES.set(Some(preferences));
}

/// The preferences of a package; `nothing` if nobody knows any.
pub(crate) fn preferences(uuid: (u64, u64)) -> Value {
    PREFERENCES.get().map_or(known().nothing, |preferences| preferences(uuid))
}

/// Asks the provider.
pub(crate) fn provide(into: Gc<Module>, name: Gc<Symbol>) -> Result<Option<Gc<Module>>> {
    match PROVIDER.get() {
        Some(provider) => provider(into, name),
        None => Ok(None),
    }
}

/// Says whether Base is being evaluated; its files then come from the runtime.
pub(crate) fn set_booting(on: bool) {
    BOOTING.set(on);
}

/// Whether Base is being evaluated.
pub(crate) fn is_booting() -> bool {
    BOOTING.get()
}

/// `__precompile__(false)` in the package that is being evaluated.
pub(crate) fn refuse_snapshot() {
    let name = EXPECTED.with_borrow(|list| list.last().map(|e| e.name.clone()));
    REFUSED.with_borrow_mut(|list| list.extend(name));
}

/// Whether a package said `__precompile__(false)`.
pub fn refuses_snapshot(name: &str) -> bool {
    REFUSED.with_borrow(|list| list.iter().any(|n| n == name))
}

/// Announces that the next `module name` at top level of Main or Base's loading is a package.
pub fn expect(name: &str, uuid: (u64, u64)) {
    EXPECTED.with_borrow_mut(|list| list.push(Expected { name: name.to_owned(), uuid }));
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
    outermost && EXPECTED.with_borrow(|list| list.last().is_some_and(|e| e.name == name))
}

/// A module object was made by a definition.
pub(crate) fn module_created(module: Gc<Module>) {
    if module.parent.get() != Some(module) {
        return;
    }
    EXPECTED.with_borrow(|list| {
        if let Some(expected) = list.last().filter(|e| e.name == module.name.get().as_str()) {
            module.uuid_high.set(expected.uuid.0);
            module.uuid_low.set(expected.uuid.1);
        }
    });
    CREATED.with_borrow_mut(|list| {
        list.get_or_insert_with(RootVec::new).push(module.value());
    });
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

/// The root module of a package that is being evaluated, if its definition has begun.
pub fn created_by(uuid: (u64, u64)) -> Option<Gc<Module>> {
    CREATED.with_borrow(|list| {
        let modules = list.as_ref()?.as_slice().iter().rev().map(|v| v.cast_unchecked::<Module>());
        modules.into_iter().find(|m| (m.uuid_high.get(), m.uuid_low.get()) == uuid)
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
