//! Modules and bindings.

use super::runtime_calls;
use crate::arrays;
use crate::error;
use crate::known::known;
use crate::module::new_module;
use crate::object::{Array, BindingFlags, JuliaString, Module, Symbol};
use crate::value::{Gc, Value};

runtime_calls! {
    fn jl_module_name(m: Gc<Module>) -> Value { m.name.get().value() }
    fn jl_module_parent(m: Gc<Module>) -> Value { m.parent.get().unwrap_or(m).value() }
    /// Sorted names: exported ones, all of the module's own, or imported ones too.
    fn jl_module_names(m: Gc<Module>, all: i32, imported: i32) -> Value {
        let list = Gc::<Array>::new(known().vector_symbol, &[0]);
        for entry in m.entries() {
            let own = entry.owner.get() == Some(entry);
            let hidden = entry.name.get().as_str().starts_with('#');
            let deprecated = entry.has(BindingFlags::DEPRECATED);
            let wanted = entry.has(BindingFlags::EXPORTED)
                || (own && all != 0 && !deprecated)
                || (!own && imported != 0 && entry.has(BindingFlags::IMPORTED) && !deprecated);
            if wanted && (all != 0 || !hidden) {
                list.push_reference(entry.name.get().value());
            }
        }
        list.value()
    }
    fn jl_module_export_count(m: Gc<Module>) -> u64 { m.export_count.get() }
    fn jl_module_exports_p(m: Gc<Module>, name: Gc<Symbol>) -> i32 {
        m.own_entry(name).is_some_and(|b| b.has(BindingFlags::EXPORTED)) as i32
    }
    fn jl_binding_resolved_p(m: Gc<Module>, name: Gc<Symbol>) -> i32 {
        m.own_entry(name).is_some_and(|b| b.owner.get().is_some()) as i32
    }
    fn jl_boundp(m: Gc<Module>, name: Gc<Symbol>) -> i32 { m.get_global(name).is_some() as i32 }
    fn jl_is_const(m: Gc<Module>, name: Gc<Symbol>) -> i32 {
        m.lookup(name).is_some_and(|b| b.has(BindingFlags::CONST)) as i32
    }
    fn jl_is_imported(m: Gc<Module>, name: Gc<Symbol>) -> i32 {
        m.own_entry(name).is_some_and(|b| b.has(BindingFlags::IMPORTED)) as i32
    }
    fn jl_is_binding_deprecated(m: Gc<Module>, name: Gc<Symbol>) -> i32 {
        m.own_entry(name).is_some_and(|b| b.has(BindingFlags::DEPRECATED)) as i32
    }
    fn jl_deprecate_binding(m: Gc<Module>, name: Gc<Symbol>, on: i32) {
        let entry = m.entry(name);
        if on != 0 {
            entry.set(BindingFlags::DEPRECATED);
        }
    }
    /// The module that owns a name's value, or `nothing`.
    fn jl_get_module_of_binding(m: Gc<Module>, name: Gc<Symbol>) -> Value {
        m.lookup(name).map_or(known().nothing, |b| b.module.get().value())
    }
    fn jl_set_istopmod(m: Gc<Module>, _primary: u8) { m.is_top.set(1); }
    fn jl_module_usings(m: Gc<Module>) -> Value {
        let list: Vec<Value> = m.used_modules().map(|u| u.value()).collect();
        Gc::<Array>::vector_of_any(&list).value()
    }
    [throws] fn jl_module_export(m: Gc<Module>, name: Gc<Symbol>) {
        m.export(name);
        Ok(())
    }
    fn jl_module_using(m: Gc<Module>, other: Gc<Module>) { m.use_module(other); }
    fn jl_f_new_module(name: Gc<Symbol>, std: u8, core: u8) -> Value {
        let module = new_module(name, Some(known().main_module));
        if core != 0 {
            module.use_module(known().core_module);
            // It knows itself.
            let own = module.entry(name);
            own.owner.set(own, Some(own));
            own.value.set(own, Some(module.value()));
            own.set(crate::object::BindingFlags::CONST);
        }
        if std != 0 && let Some(base) = known().base_module.cast::<Module>() {
            module.use_module(base);
        }
        module.value()
    }
    fn jl_module_file(m: Gc<Module>) -> Value {
        JuliaString::new(m.file.get().bytes()).value()
    }
    fn jl_module_line(m: Gc<Module>) -> i64 { m.line.get() as i64 }
    fn jl_module_uuid_high(m: Gc<Module>) -> u64 { m.uuid_high.get() }
    fn jl_module_uuid_low(m: Gc<Module>) -> u64 { m.uuid_low.get() }
    fn jl_set_module_uuid(m: Gc<Module>, high: u64, low: u64) {
        m.uuid_high.set(high);
        m.uuid_low.set(low);
    }
    /// Announces that the module of a package is about to be defined at top level.
    fn jl_expect_package(name: Gc<JuliaString>, high: u64, low: u64) {
        crate::loading::expect(&name.text(), (high, low));
    }
    fn jl_unexpect_package() { crate::loading::unexpect(); }
    /// The root module of this name made last, or `nothing`.
    fn jl_created_package(name: Gc<Symbol>) -> Value {
        crate::loading::created(name).map_or(known().nothing, |m| m.value())
    }
    /// The package of that name as a module sees it, loaded if need be, or `nothing`.
    /// The preferences of a package, as `Base.get_preferences` reads them.
    fn jl_preferences(high: u64, low: u64) -> Value { crate::loading::preferences((high, low)) }
    [throws] fn jl_require_package(into: Gc<Module>, name: Gc<Symbol>) -> Value {
        Ok(crate::loading::provide(into, name)?.map_or(known().nothing, |m| m.value()))
    }
    fn jl_set_precompilable(on: i32) {
        if on == 0 {
            crate::loading::refuse_snapshot();
        }
    }
    /// Whether Base is being evaluated from its sources.
    fn jl_booting() -> i32 { crate::loading::is_booting() as i32 }
    /// The module depends on a file.
    fn jl_note_source(_m: Gc<Module>, path: Gc<JuliaString>) {
        crate::sources::note(&path.text());
    }
    [throws] fn jl_module_const(m: Gc<Module>, name: Gc<Symbol>, value: Value) {
        let binding = m.binding_for_write(name).map_err(error::Thrown::from)?;
        binding.declare_const().map_err(error::Thrown::from)?;
        crate::definitions::name(m, name);
        binding.assign(value).map_err(error::Thrown::from)
    }
    /// Address of the binding that holds a name's value; null if there is none.
    fn jl_binding_owner(m: Gc<Module>, name: Gc<Symbol>) -> usize {
        m.lookup(name).map_or(0, |b| b.address())
    }
    fn jl_module_globalref(m: Gc<Module>, name: Gc<Symbol>) -> Value {
        crate::object::GlobalRef::new(m, name).value()
    }
    fn jl_int32_vector(n: i64) -> Value { arrays::int32_vector(&vec![0; n.max(0) as usize]).value() }
}
