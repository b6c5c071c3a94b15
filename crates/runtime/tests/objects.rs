//! The first objects: types are unique, layouts are Julia's, collections keep what is reachable.

use pkgimage_runtime::debug::describe;
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{Array, DataType, JuliaString, box_float64, box_int64};
use pkgimage_runtime::symbol::symbol;
use pkgimage_runtime::types::{apply_type, make_tuple_type, union_of};
use pkgimage_runtime::value::{Gc, Value};
use pkgimage_runtime::{arrays, fields, gc, with_test_runtime};

#[test]
fn symbols_and_types_are_unique() {
    with_test_runtime(|| {
        assert_eq!(symbol("abc"), symbol("abc"));
        let k = known();
        let one = apply_type(k.array.value(), &[k.int64.value(), box_int64(2)]).unwrap();
        let two = apply_type(k.array.value(), &[k.int64.value(), box_int64(2)]).unwrap();
        assert_eq!(one, two);
        assert_eq!(describe(one), "Array{Int64, 2}");
        let pair = make_tuple_type(&[k.int64.value(), k.float64.value()]);
        assert_eq!(pair.cast::<DataType>().unwrap().size(), 16);
        assert!(pair.cast::<DataType>().unwrap().is_bits());
        let union = union_of(&[k.nothing_type.value(), k.int64.value(), k.nothing_type.value()]);
        assert_eq!(describe(union), "Union{Nothing, Int64}");
    });
}

#[test]
fn tuples_hold_plain_data_inline() {
    with_test_runtime(|| {
        let t = fields::new_tuple(&[box_int64(7), box_float64(2.5), known().nothing]);
        assert_eq!(t.datatype().size(), 16);
        assert_eq!(describe(fields::get_nth(t, 0).unwrap()), "7");
        assert_eq!(describe(fields::get_nth(t, 1).unwrap()), "2.5");
        assert_eq!(fields::get_nth(t, 2), Some(known().nothing));
        assert_eq!(fields::get_nth(t, 3), None);
    });
}

#[test]
fn collections_keep_what_is_reachable() {
    with_test_runtime(|| {
        let list = gc::RootVec::of(&[Gc::<Array>::vector_of_any(&[]).value()]);
        let array: Gc<Array> = list.as_slice()[0].cast().unwrap();
        for i in 0..10_000 {
            let text = JuliaString::new(format!("string {i}").as_bytes()).value();
            array.push_reference(text);
            JuliaString::new(&[b'x'; 300]);
        }
        let before = gc::live_bytes();
        gc::collect();
        assert!(gc::live_bytes() < before, "garbage was freed");
        for i in 0..10_000 {
            let s: Gc<JuliaString> = array.reference(i).unwrap().cast().unwrap();
            assert_eq!(s.text(), format!("string {i}"));
        }
        let big: Value = Gc::<Array>::new(known().vector_uint8, &[5 << 20]).value();
        arrays::grow_end(big.cast().unwrap(), 100);
        assert_eq!(big.cast::<Array>().unwrap().len(), (5 << 20) + 100);
    });
}
