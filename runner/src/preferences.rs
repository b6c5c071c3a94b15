//! A package's preferences as Julia code gets them (`Base.get_preferences`): tables as names and values in
//! turn, arrays as vectors. They come from the job's environment.

use pkgimage_package::Uuid;
use pkgimage_runtime as runtime;
use runtime::known::known;
use runtime::object::{self, Array, SimpleVector};
use runtime::value::{Gc, Value};
use serde_json::Value as Json;

use crate::{julia, packages};

/// The preferences of the package with this uuid; `nothing` if it is not in the environment.
pub fn of((high, low): (u64, u64)) -> Value {
    match packages::preferences(Uuid::from_u64_pair(high, low)) {
        Some(preferences) => table(preferences.iter()),
        None => known().nothing,
    }
}

fn table<'a>(entries: impl Iterator<Item = (&'a String, &'a Json)>) -> Value {
    let words: Vec<Value> =
        entries.flat_map(|(name, content)| [julia::string(name), value(content)]).collect();
    SimpleVector::new(&words).value()
}

fn value(content: &Json) -> Value {
    match content {
        Json::Null => known().nothing,
        Json::Bool(true) => known().true_,
        Json::Bool(false) => known().false_,
        Json::Number(number) => match number.as_i64() {
            Some(whole) => object::new_bits(known().int64, whole),
            None => object::new_bits(known().float64, number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => julia::string(text),
        Json::Array(items) => {
            let items: Vec<Value> = items.iter().map(value).collect();
            Gc::<Array>::vector_of_any(&items).value()
        }
        Json::Object(entries) => table(entries.iter()),
    }
}
