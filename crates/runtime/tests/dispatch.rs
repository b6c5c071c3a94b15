//! Method tables: which method a call reaches, worlds, specializations and invalidation.

use pkgimage_runtime::dispatch::image_edges::{self, IndexBuilder};
use pkgimage_runtime::dispatch::{self, Lookup};
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{
    DataType, Method, MethodInstance, SimpleVector, TypeVar, UnionAll, box_float64, box_int64,
};
use pkgimage_runtime::symbol::symbol;
use pkgimage_runtime::types::{NewType, apply_type, finish_type, make_tuple_type, new_type};
use pkgimage_runtime::value::{Gc, Value};
use pkgimage_runtime::{gc, with_test_runtime, world};

/// A new function of this name.
fn function(name: &str) -> Value {
    let ty = new_type(NewType {
        name: symbol(&format!("#{name}")),
        module: known().main_module,
        parameters: &[],
        super_type: Some(known().function),
        field_names: &[],
        is_abstract: false,
        is_mutable: false,
        uninitialized: 0,
    });
    finish_type(ty, &[]);
    ty.instance.get().unwrap()
}

fn add(f: Value, signature: Value) -> Gc<Method> {
    let method = gc::allocate_struct::<Method>();
    method.name.set(method, symbol("f"));
    method.module.set(method, known().main_module);
    method.file.set(method, symbol("none"));
    method.signature.set(method, signature);
    method.sparam_names.set(method, SimpleVector::undefined(0));
    method.specializations.set(method, SimpleVector::undefined(0));
    let table = dispatch::method_table_for_signature(signature).unwrap();
    assert_eq!(table, dispatch::table_of_function(f));
    dispatch::add_method(table, method);
    method
}

fn simple(f: Value, types: &[Value]) -> Gc<Method> {
    let mut list = vec![f.datatype().value()];
    list.extend_from_slice(types);
    add(f, make_tuple_type(&list))
}

fn reached(args: &[Value]) -> Option<Gc<Method>> {
    let instance: Gc<MethodInstance> = dispatch::lookup(args, world::current())?;
    instance.def.get().cast()
}

#[test]
fn calls_reach_the_most_specific_method() {
    with_test_runtime(|| {
        let k = known();
        let f = function("f");
        let general = simple(f, &[k.any.value()]);
        assert_eq!(reached(&[f, box_int64(1)]), Some(general));
        let integer = simple(f, &[k.integer.value()]);
        assert_eq!(reached(&[f, box_int64(1)]), Some(integer));
        assert_eq!(reached(&[f, box_float64(1.0)]), Some(general));
        let old = world::current();
        let int = simple(f, &[k.int64.value()]);
        assert_eq!(reached(&[f, box_int64(1)]), Some(int));
        let then = dispatch::lookup(&[f, box_int64(1)], old).unwrap();
        assert_eq!(then.def.get(), integer.value());
        let again = simple(f, &[k.int64.value()]);
        assert_eq!(reached(&[f, box_int64(1)]), Some(again));
        assert_eq!(int.deleted_world.get() + 1, again.primary_world.get());
        assert_eq!(reached(&[f]), None);
        assert_eq!(dispatch::lookup_slow(&[f], world::current()), Lookup::Missing);
    });
}

#[test]
fn static_parameters_are_found() {
    with_test_runtime(|| {
        let k = known();
        let g = function("g");
        let t = TypeVar::new(symbol("T"), k.bottom, k.any.value());
        let vector = apply_type(k.array.value(), &[t.value(), box_int64(1)]).unwrap();
        let signature =
            UnionAll::new(t, make_tuple_type(&[g.datatype().value(), vector, t.value()]));
        add(g, signature.value());
        let array = Gc::<pkgimage_runtime::object::Array>::vector_of_any(&[]).value();
        let instance = dispatch::lookup(&[g, array, box_int64(1)], world::current()).unwrap();
        assert_eq!(instance.sparam_values.get().items(), &[k.any.value()]);
        let again = dispatch::lookup(&[g, array, box_int64(2)], world::current()).unwrap();
        assert_eq!(instance, again);
    });
}

/// What a recording names has type variables of its own; dispatch may choose it all the same.
#[test]
fn specializations_with_other_variables_are_the_same() {
    with_test_runtime(|| {
        let k = known();
        let f = function("f");
        let method = simple(f, &[k.any.value(), k.array.value()]);
        method.nospecialize.set(0b10);
        let variable = |name: &str| TypeVar::new(symbol(name), k.bottom, k.any.value());
        let (t, u) = (variable("T0"), variable("T1"));
        let of_all = apply_type(k.type_.value(), &[t.value()]).unwrap();
        let of_all = UnionAll::new(t, of_all).value();
        let array = apply_type(k.array.value(), &[t.value(), u.value()]).unwrap();
        let array = UnionAll::new(t, UnionAll::new(u, array).value()).value();
        assert!(of_all != k.type_.value() && array != k.array.value());
        let types = make_tuple_type(&[f.datatype().value(), of_all, array]);
        let instance = dispatch::specialize(method, types, SimpleVector::undefined(0));
        assert!(dispatch::is_compilable(instance));
        let vector = apply_type(k.array.value(), &[t.value(), box_int64(1)]).unwrap();
        let other =
            make_tuple_type(&[f.datatype().value(), of_all, UnionAll::new(t, vector).value()]);
        let other = dispatch::specialize(method, other, SimpleVector::undefined(0));
        assert!(!dispatch::is_compilable(other));
    });
}

#[test]
fn constructors_stand_in_one_table() {
    with_test_runtime(|| {
        let k = known();
        let type_of = |t: Gc<DataType>| apply_type(k.type_.value(), &[t.value()]).unwrap();
        let table = k.type_method_table;
        assert_eq!(dispatch::table_of_function(k.int64.value()), table);
        let signature = make_tuple_type(&[type_of(k.int8), k.float64.value()]);
        let method = add(k.int8.value(), signature);
        assert_eq!(reached(&[k.int8.value(), box_float64(1.0)]), Some(method));
        assert_eq!(reached(&[k.int16.value(), box_float64(1.0)]), None);
    });
}

#[test]
fn an_edge_index_finds_those_who_rely_on_what_changed() {
    with_test_runtime(|| {
        let k = known();
        let (f, g) = (function("f"), function("g"));
        let general = simple(f, &[k.any.value()]);
        let integer = simple(f, &[k.integer.value()]);
        simple(g, &[k.any.value()]);
        let of_g = |argument| dispatch::lookup(&[g, argument], world::current()).unwrap();
        // `direct` makes the call, in the body of one without code; `indirect` relies on `direct`.
        let direct = of_g(box_int64(1));
        let in_place = of_g(box_float64(1.0));
        let indirect = of_g(k.true_);
        let other = of_g(f);
        let call = |ty: Value| make_tuple_type(&[f.datatype().value(), ty]);

        let mut builder = IndexBuilder::default();
        builder.lookup(call(k.int64.value()), vec![integer], true, in_place);
        builder.relies_on(direct, in_place);
        builder.relies_on(indirect, direct);
        builder.lookup(call(k.char.value()), vec![general], true, other);
        builder.reached(direct, direct.def.get().cast().unwrap());
        let index = builder.finish(&|instance| instance != in_place);
        image_edges::adopt(index, &[], 0..0);
        let outdated = |instance: Gc<MethodInstance>| instance.flags.get() != 0;
        let all = || [direct, indirect, other, in_place].map(outdated);

        // What is hidden by what was found, and what such calls cannot reach, changes nothing.
        simple(f, &[k.number.value()]);
        simple(f, &[k.symbol.value()]);
        assert_eq!(all(), [false; 4]);
        simple(f, &[k.int64.value()]);
        assert_eq!(all(), [true, true, false, false]);
        dispatch::delete_method(dispatch::table_of_function(f), general);
        assert_eq!(all(), [true, true, true, false]);
    });
}
