//! `.relr.dyn`: the words of an image that hold addresses within it, packed.
//!
//! The standard encoding: an even entry is the address of a word; each odd entry after it is a bitmap
//! of the 63 words that follow. All addresses are those for the preferred base.

/// Packs ascending addresses of aligned words.
pub fn encode(words: &[u64]) -> Vec<u8> {
    let mut entries: Vec<u64> = vec![];
    let mut rest = words.iter().copied().peekable();
    while let Some(start) = rest.next() {
        entries.push(start);
        let mut next = start + 8;
        loop {
            let mut bitmap = 0u64;
            while let Some(word) = rest.peek().copied() {
                let bit = word.wrapping_sub(next) / 8;
                if bit >= 63 {
                    break;
                }
                bitmap |= 1 << bit;
                rest.next();
            }
            if bitmap == 0 {
                break;
            }
            entries.push(bitmap << 1 | 1);
            next += 63 * 8;
        }
    }
    entries.iter().flat_map(|entry| entry.to_le_bytes()).collect()
}

/// The addresses in a packed list. Entries that make no sense give addresses that make none either:
/// the caller checks that they are within the image.
pub fn decode(bytes: &[u8]) -> impl Iterator<Item = u64> + '_ {
    let mut next = 0u64;
    let (entries, _) = bytes.as_chunks::<8>();
    entries.iter().flat_map(move |entry| {
        let entry = u64::from_le_bytes(*entry);
        let (base, bits) = if entry & 1 == 0 {
            next = entry.wrapping_add(8);
            (entry, 1)
        } else {
            let base = next;
            next = next.wrapping_add(63 * 8);
            (base, entry >> 1)
        };
        (0..63).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| base.wrapping_add(8 * bit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let lists: [&[u64]; 6] = [
            &[],
            &[0x1000],
            &[0x1000, 0x1008, 0x1010],
            &[0x1000, 0x1000 + 63 * 8, 0x1000 + 64 * 8, 0x1000 + 126 * 8, 0x1000 + 127 * 8],
            &[0x1000, 0x9000, 0x9010, 0x8000_0000],
            &[0x10, 0x18, 0x10 + 62 * 8, 0x10 + 63 * 8 + 0x4000],
        ];
        for words in lists {
            let bytes = encode(words);
            assert_eq!(decode(&bytes).collect::<Vec<_>>(), words);
        }
        let dense: Vec<u64> = (0..10_000).map(|i| 0x4000 + 8 * i).collect();
        assert!(encode(&dense).len() < 1400);
        assert_eq!(decode(&encode(&dense)).collect::<Vec<_>>(), dense);
    }
}
