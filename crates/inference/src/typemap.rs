//! A map whose keys are types, compared by `===`.

use std::collections::HashMap;

use pkgimage_runtime::types::{hash_of, types_egal};
use pkgimage_runtime::value::Value;

/// A map from types.
pub struct TypeMap<V> {
    buckets: HashMap<u32, Vec<(Value, V)>>,
}

impl<V> Default for TypeMap<V> {
    fn default() -> Self {
        TypeMap { buckets: HashMap::new() }
    }
}

impl<V> TypeMap<V> {
    /// What a type maps to.
    pub fn get(&self, key: Value) -> Option<&V> {
        let bucket = self.buckets.get(&hash_of(key))?;
        bucket.iter().find(|(k, _)| *k == key || types_egal(*k, key)).map(|(_, v)| v)
    }

    /// Adds an entry for a key that has none.
    pub fn insert(&mut self, key: Value, value: V) {
        self.buckets.entry(hash_of(key)).or_default().push((key, value));
    }
}
