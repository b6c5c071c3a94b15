//! Properties of characters and normal forms of text, under utf8proc's names and numbers.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_properties::{GeneralCategory as Cat, UnicodeGeneralCategory};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use super::runtime_calls;
use crate::object::{JuliaString, box_int64};

fn category(c: char) -> i32 {
    match c.general_category() {
        Cat::Unassigned => 0,
        Cat::UppercaseLetter => 1,
        Cat::LowercaseLetter => 2,
        Cat::TitlecaseLetter => 3,
        Cat::ModifierLetter => 4,
        Cat::OtherLetter => 5,
        Cat::NonspacingMark => 6,
        Cat::SpacingMark => 7,
        Cat::EnclosingMark => 8,
        Cat::DecimalNumber => 9,
        Cat::LetterNumber => 10,
        Cat::OtherNumber => 11,
        Cat::ConnectorPunctuation => 12,
        Cat::DashPunctuation => 13,
        Cat::OpenPunctuation => 14,
        Cat::ClosePunctuation => 15,
        Cat::InitialPunctuation => 16,
        Cat::FinalPunctuation => 17,
        Cat::OtherPunctuation => 18,
        Cat::MathSymbol => 19,
        Cat::CurrencySymbol => 20,
        Cat::ModifierSymbol => 21,
        Cat::OtherSymbol => 22,
        Cat::SpaceSeparator => 23,
        Cat::LineSeparator => 24,
        Cat::ParagraphSeparator => 25,
        Cat::Control => 26,
        Cat::Format => 27,
        Cat::Surrogate => 28,
        Cat::PrivateUse => 29,
    }
}

/// The one character that a mapping gives, or the character itself where it gives several.
fn single(mut mapped: impl Iterator<Item = char>, otherwise: u32) -> u32 {
    match (mapped.next(), mapped.next()) {
        (Some(c), None) => c as u32,
        _ => otherwise,
    }
}

/// Lower case of İ is i; in full it is two characters.
fn lower(code: u32) -> u32 {
    match code {
        0x130 => 0x69,
        _ => char::from_u32(code).map_or(code, |c| single(c.to_lowercase(), code)),
    }
}
/// Upper case of ß is ẞ; in full it is SS.
fn upper(code: u32) -> u32 {
    match code {
        0xdf => 0x1e9e,
        // Greek letters with an iota below have a simple mapping beside the full one.
        0x1f80..=0x1f87 | 0x1f90..=0x1f97 | 0x1fa0..=0x1fa7 => code + 8,
        0x1fb3 | 0x1fc3 | 0x1ff3 => code + 9,
        _ => char::from_u32(code).map_or(code, |c| single(c.to_uppercase(), code)),
    }
}
fn title(code: u32) -> u32 {
    match code {
        0x1c4..=0x1c6 => 0x1c5,
        0x1c7..=0x1c9 => 0x1c8,
        0x1ca..=0x1cc => 0x1cb,
        0x1f1..=0x1f3 => 0x1f2,
        // Georgian letters stay as they are in titles.
        0x10d0..=0x10fa | 0x10fd..=0x10ff => code,
        _ => upper(code),
    }
}

fn width(c: char) -> i32 {
    match category(c) {
        // Soft hyphens are seen; other controls and marks are not.
        _ if c as u32 == 0xad => 1,
        6 | 8 | 26 | 27 => 0,
        29 => 1,
        _ => c.width().unwrap_or(0) as i32,
    }
}

fn breaks_between(a: char, b: char) -> bool {
    let pair: String = [a, b].iter().collect();
    pair.graphemes(true).nth(1).is_some()
}
fn is_regional(c: char) -> bool {
    ('\u{1f1e6}'..='\u{1f1ff}').contains(&c)
}
/// Whether a joiner after a picture binds `c`, as it does pictures.
fn is_picture(c: char) -> bool {
    let text: String = ['\u{2764}', '\u{200d}', c].iter().collect();
    !c.is_ascii() && text.graphemes(true).nth(1).is_none() && breaks_between('\u{200d}', c)
}

/// Bits of the state that a run of characters leaves behind.
const ODD_REGIONALS: i32 = 1;
const PICTURE: i32 = 2;
const SEEN: i32 = 4;

fn state_after(state: i32, c: char) -> i32 {
    let mut next = SEEN;
    if is_regional(c) && state & ODD_REGIONALS == 0 {
        next |= ODD_REGIONALS;
    }
    let continues = state & PICTURE != 0 && (c == '\u{200d}' || !breaks_between('a', c));
    if continues || is_picture(c) {
        next |= PICTURE;
    }
    next
}

/// Options of `utf8proc_map`.
mod option {
    pub const COMPAT: i32 = 4;
    pub const COMPOSE: i32 = 8;
    pub const DECOMPOSE: i32 = 16;
    pub const IGNORE: i32 = 32;
    pub const REJECTNA: i32 = 64;
    pub const NLF2LS: i32 = 128;
    pub const NLF2PS: i32 = 256;
    pub const STRIPCC: i32 = 512;
    pub const CASEFOLD: i32 = 1024;
    pub const LUMP: i32 = 4096;
    pub const STRIPMARK: i32 = 8192;
}

/// Characters that are not shown where they are not understood.
fn is_ignorable(c: char) -> bool {
    matches!(c as u32,
        0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f
        | 0x202a..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0
        | 0xfff0..=0xfff8 | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff)
}

/// Signs that look alike, as one.
fn lump(c: char) -> char {
    match category(c) {
        23 => ' ',
        13 => '-',
        _ => match c {
            '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{02c8}' => '\'',
            '\u{2212}' => '-',
            '\u{2044}' | '\u{2215}' => '/',
            '\u{2236}' => ':',
            '\u{2039}' | '\u{2329}' | '\u{3008}' => '<',
            '\u{203a}' | '\u{232a}' | '\u{3009}' => '>',
            '\u{2216}' => '\\',
            '\u{02c4}' | '\u{02c6}' | '\u{2038}' | '\u{2303}' => '^',
            '\u{02cd}' => '_',
            '\u{02cb}' => '`',
            '\u{2223}' => '|',
            '\u{223c}' => '~',
            c => c,
        },
    }
}

fn newlines(text: &str, to: char) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() == Some(&'\n') {
                    chars.next();
                }
                out.push(to);
            }
            '\n' | '\u{85}' => out.push(to),
            c => out.push(c),
        }
    }
    out
}

/// The mapped text, or utf8proc's error number.
fn map(text: &str, options: i32) -> Result<String, i64> {
    let on = |bit: i32| options & bit != 0;
    if on(option::REJECTNA) && text.chars().any(|c| category(c) == 0) {
        return Err(-4);
    }
    let mut text = match (on(option::NLF2LS), on(option::NLF2PS)) {
        (true, true) => newlines(text, '\n'),
        (true, false) => newlines(text, '\u{2028}'),
        (false, true) => newlines(text, '\u{2029}'),
        (false, false) => text.to_owned(),
    };
    if on(option::STRIPCC) {
        let converts = options & (option::NLF2LS | option::NLF2PS) != 0;
        text = text
            .chars()
            .filter_map(|c| match c {
                '\t' | '\u{b}' | '\u{c}' => Some(' '),
                '\n' | '\r' | '\u{85}' if !converts => Some(' '),
                c if category(c) == 26 && c != '\n' => None,
                c => Some(c),
            })
            .collect();
    }
    if on(option::IGNORE) {
        text.retain(|c| !is_ignorable(c));
    }
    if on(option::LUMP) {
        text = text.chars().map(lump).collect();
    }
    if on(option::CASEFOLD) {
        text = caseless::default_case_fold_str(&text);
    }
    let compat = on(option::COMPAT);
    if on(option::STRIPMARK) {
        let decomposed: String = if compat { text.nfkd().collect() } else { text.nfd().collect() };
        text = decomposed.chars().filter(|&c| !is_combining_mark(c)).collect();
    }
    Ok(match (on(option::COMPOSE), on(option::DECOMPOSE), compat) {
        (true, _, true) => text.nfkc().collect(),
        (true, _, false) => text.nfc().collect(),
        (false, true, true) => text.nfkd().collect(),
        (false, true, false) => text.nfd().collect(),
        (false, false, _) => text,
    })
}

runtime_calls! {
    fn utf8proc_category(code: u32) -> i32 {
        match char::from_u32(code) {
            Some(c) => category(c),
            None if (0xd800..0xe000).contains(&code) => 28,
            None => 0,
        }
    }
    fn utf8proc_charwidth(code: u32) -> i32 { char::from_u32(code).map_or(0, width) }
    fn utf8proc_tolower(code: u32) -> u32 { lower(code) }
    fn utf8proc_toupper(code: u32) -> u32 { upper(code) }
    fn utf8proc_totitle(code: u32) -> u32 { title(code) }
    fn utf8proc_islower(code: u32) -> i32 {
        char::from_u32(code).is_some_and(char::is_lowercase) as i32
    }
    fn utf8proc_isupper(code: u32) -> i32 {
        char::from_u32(code).is_some_and(|c| c.is_uppercase() && category(c) != 3) as i32
    }
    fn utf8proc_errmsg(code: isize) -> usize {
        let text: &'static std::ffi::CStr = match code {
            -1 => c"Memory for processing UTF-8 data could not be allocated.",
            -2 => c"UTF-8 string is too long to be processed.",
            -3 => c"Invalid UTF-8 string",
            -4 => c"Unassigned Unicode code point found in UTF-8 string.",
            -5 => c"Invalid options for UTF-8 processing chosen.",
            _ => c"An unknown error occurred while processing UTF-8 data.",
        };
        text.as_ptr() as usize
    }
    fn utf8proc_grapheme_break(a: u32, b: u32) -> u8 {
        match (char::from_u32(a), char::from_u32(b)) {
            (Some(a), Some(b)) => breaks_between(a, b) as u8,
            _ => 1,
        }
    }
    /// As above, for the second of two neighbours in a run; the state is what came before.
    fn utf8proc_grapheme_break_stateful(a: u32, b: u32, state: *mut i32) -> u8 {
        let (Some(a), Some(b)) = (char::from_u32(a), char::from_u32(b)) else { return 1 };
        // SAFETY: the caller passes a reference to its state.
        let before = unsafe { *state };
        let at = if before & SEEN == 0 { state_after(0, a) } else { before };
        let together = (is_regional(a) && is_regional(b) && at & ODD_REGIONALS != 0)
            || (a == '\u{200d}' && at & PICTURE != 0 && is_picture(b));
        let apart = is_regional(a) && is_regional(b) && at & ODD_REGIONALS == 0;
        let breaks = !together && (apart || breaks_between(a, b));
        // SAFETY: as above.
        unsafe { *state = state_after(if breaks { 0 } else { at }, b) };
        breaks as u8
    }
    /// The text in the form that the options ask for, or the number of an error.
    fn jl_utf8proc_map(p: *const u8, n: usize, options: i32) -> crate::value::Value {
        // SAFETY: the caller passes the bytes of a string.
        let bytes = unsafe { std::slice::from_raw_parts(p, n) };
        match std::str::from_utf8(bytes).map_err(|_| -3).and_then(|t| map(t, options)) {
            Ok(text) => JuliaString::new(text.as_bytes()).value(),
            Err(code) => box_int64(code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_forms() {
        assert_eq!(map("e\u{301}", option::COMPOSE), Ok("é".into()));
        assert_eq!(map("ﬁ²", option::COMPOSE | option::COMPAT), Ok("fi2".into()));
        assert_eq!(map("Äéñ", option::COMPOSE | option::STRIPMARK), Ok("Aen".into()));
        assert_eq!(map("STRASSE ß", option::COMPOSE | option::CASEFOLD), Ok("strasse ss".into()));
        assert_eq!(map("a\u{200b}b", option::COMPOSE | option::IGNORE), Ok("ab".into()));
        assert_eq!(map("\u{378}", option::REJECTNA), Err(-4));
    }

    #[test]
    fn cases() {
        assert_eq!(upper('ß' as u32), 'ẞ' as u32);
        assert_eq!(upper('ǆ' as u32), 'Ǆ' as u32);
        assert_eq!(title('ǆ' as u32), 'ǅ' as u32);
        assert_eq!(lower('İ' as u32), 'i' as u32);
    }
}
