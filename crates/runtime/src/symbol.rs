//! The symbol table: one `Symbol` object per text.
//!
//! The table is an open-addressed hash table in a `SimpleVector` of the heap, so that Base's image
//! brings it along; symbols of other images are added when they are mapped.

use std::cell::Cell;

use crate::known::{known, update};
use crate::object::{SimpleVector, Symbol};
use crate::value::Gc;

struct Count(Cell<usize>);
// SAFETY: only the thread that runs Julia code touches it.
unsafe impl Sync for Count {}
static COUNT: Count = Count(Cell::new(0));

/// Hash of a text: FNV-1a, then mixed; the same in every process.
pub fn hash_text(text: &[u8]) -> u64 {
    let mut h = 0xcbf2_9ce4_8422_2325u64;
    for &b in text {
        h = (h ^ b as u64).wrapping_mul(0x0000_0100_0000_01b3);
    }
    h ^= h >> 32;
    h = h.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    h ^ (h >> 29)
}

fn slot_of(table: Gc<SimpleVector>, text: &[u8], hash: u64) -> (usize, Option<Gc<Symbol>>) {
    let mask = table.len() - 1;
    let mut at = hash as usize & mask;
    loop {
        match table.get(at) {
            None => return (at, None),
            Some(found) => {
                let symbol: Gc<Symbol> = found.cast_unchecked();
                if symbol.hash == hash && symbol.bytes() == text {
                    return (at, Some(symbol));
                }
            }
        }
        at = (at + 1) & mask;
    }
}

/// The symbol with this text.
pub fn symbol(text: &str) -> Gc<Symbol> {
    symbol_of_bytes(text.as_bytes())
}

/// The symbol with these bytes.
pub fn symbol_of_bytes(text: &[u8]) -> Gc<Symbol> {
    let hash = hash_text(text);
    let (at, found) = slot_of(known().symbol_table, text, hash);
    if let Some(symbol) = found {
        return symbol;
    }
    let symbol = Symbol::allocate(text, hash);
    insert_at(at, symbol);
    symbol
}

/// Adds a symbol of an image, or finds the one that is there already.
pub fn adopt(symbol: Gc<Symbol>) -> Gc<Symbol> {
    let (at, found) = slot_of(known().symbol_table, symbol.bytes(), symbol.hash);
    if let Some(there) = found {
        return there;
    }
    insert_at(at, symbol);
    symbol
}

fn insert_at(at: usize, symbol: Gc<Symbol>) {
    let table = known().symbol_table;
    table.set(at, Some(symbol.value()));
    COUNT.0.set(COUNT.0.get() + 1);
    if COUNT.0.get() * 2 > table.len() {
        let bigger = SimpleVector::undefined(table.len() * 2);
        for item in table.raw_items().iter().flatten() {
            let symbol: Gc<Symbol> = item.cast_unchecked();
            let (at, _) = slot_of(bigger, symbol.bytes(), symbol.hash);
            bigger.set(at, Some(*item));
        }
        update(|k| k.symbol_table = bigger);
    }
}

/// Makes the empty table.
pub(crate) fn init() {
    let table = SimpleVector::undefined(1 << 13);
    update(|k| k.symbol_table = table);
}

/// Says how many symbols the table that an image brought holds.
pub(crate) fn restore_count(count: usize) {
    COUNT.0.set(count);
}
