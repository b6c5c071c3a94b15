//! Which characters may stand in identifiers and operators, and how names are normalized.
//!
//! The sets are Julia's own: general categories of Unicode plus hand-picked mathematical symbols.
//! The lexer asks the predicates; the parser normalizes every name it makes a symbol of.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_properties::{GeneralCategory as Cat, UnicodeGeneralCategory};

/// May this category or character begin an identifier? Only asked for characters from U+00A1 on.
fn starts_by_category(c: char, cat: Cat) -> bool {
    let u = c as u32;
    match cat {
        Cat::UppercaseLetter
        | Cat::LowercaseLetter
        | Cat::TitlecaseLetter
        | Cat::ModifierLetter
        | Cat::OtherLetter
        | Cat::LetterNumber
        | Cat::CurrencySymbol => return true,
        // Other symbols, but no arrows, no replacement characters, no notslash, no broken bar.
        Cat::OtherSymbol
            if !(0x2190..=0x21FF).contains(&u)
                && !matches!(u, 0xFFFC | 0xFFFD | 0x233F | 0x00A6) =>
        {
            return true;
        }
        _ => {}
    }
    matches!(u,
        // Mathematical symbols that are names: ∂ ∅ ∇ ∏ ∑ ∞ ∫ ⊤ ⊥ ⋀ ⋃ ♯ …
        0x2140..=0x2144 | 0x2200 | 0x2202..=0x2207 | 0x220E..=0x2211 | 0x221E | 0x221F
        | 0x222B..=0x2233 | 0x223F | 0x22A4 | 0x22A5 | 0x22BE | 0x22BF | 0x22C0..=0x22C3
        | 0x25F8..=0x25FF | 0x266F | 0x27C0 | 0x27C1 | 0x27D8 | 0x27D9 | 0x29B0..=0x29B4
        | 0x2A00..=0x2A06 | 0x2A09..=0x2A16 | 0x2A1B | 0x2A1C
        // Variants of nabla and of partial.
        | 0x1D6C1 | 0x1D6DB | 0x1D6FB | 0x1D715 | 0x1D735 | 0x1D74F | 0x1D76F | 0x1D789
        | 0x1D7A9 | 0x1D7C3
        // Super- and subscript + - = ( ).
        | 0x207A..=0x207E | 0x208A..=0x208E
        // Angles.
        | 0x2220..=0x2222 | 0x299B..=0x29AF
        // Other_ID_Start.
        | 0x2118 | 0x212E | 0x309B | 0x309C
        // Bold and double-struck digits.
        | 0x1D7CE..=0x1D7E1)
}

/// May this character begin an identifier?
pub fn is_id_start(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic() || c == '_';
    }
    (c as u32) >= 0xA1 && starts_by_category(c, c.general_category())
}

/// May this character continue an identifier?
pub fn is_id_continue(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_' || c == '!';
    }
    if (c as u32) < 0xA1 {
        return false;
    }
    let cat = c.general_category();
    starts_by_category(c, cat)
        || matches!(
            cat,
            Cat::NonspacingMark
                | Cat::SpacingMark
                | Cat::DecimalNumber
                | Cat::ConnectorPunctuation
                | Cat::ModifierSymbol
                | Cat::EnclosingMark
                | Cat::OtherNumber
        )
        || matches!(c as u32, 0x2032..=0x2037 | 0x2057)
}

/// A character that ends an interpolated name in a string without doubt: space, control,
/// punctuation of ASCII and Latin 1, brackets.
pub fn is_never_id(c: char) -> bool {
    let u = c as u32;
    let cat = c.general_category();
    let separator = matches!(
        cat,
        Cat::SpaceSeparator
            | Cat::LineSeparator
            | Cat::ParagraphSeparator
            | Cat::Control
            | Cat::Format
            | Cat::Surrogate
    );
    let punctuation = matches!(
        cat,
        Cat::DashPunctuation
            | Cat::OpenPunctuation
            | Cat::ClosePunctuation
            | Cat::InitialPunctuation
            | Cat::FinalPunctuation
            | Cat::OtherPunctuation
    );
    separator
        || (u < 0xFF && punctuation)
        || c == '`'
        || matches!(u,
            0x27E6..=0x27EF | 0x3008..=0x3011 | 0x3014..=0x301B | 0xFF08 | 0xFF09 | 0xFF3B | 0xFF3D)
}

/// Whitespace between tokens: Julia's `isspace`, and the byte order mark.
pub fn is_space(c: char) -> bool {
    match c {
        ' ' | '\t'..='\r' => true,
        _ if c.is_ascii() => false,
        '\u{85}' | '\u{feff}' => true,
        _ => c.general_category() == Cat::SpaceSeparator,
    }
}

/// Characters that take no room when shown; they are refused by name.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{2061}')
}

/// May this character follow an operator and be part of it (`+₁`, `→ᵢ`)?
pub fn is_op_suffix(c: char) -> bool {
    if (c as u32) < 0xA1 {
        return false;
    }
    matches!(
        c,
        '²' | '³' | '¹' | 'ʰ' | 'ʲ' | 'ʳ' | 'ʷ' | 'ʸ' | 'ˡ'..='ˣ' | 'ᴬ' | 'ᴮ' | 'ᴰ' | 'ᴱ'
        | 'ᴳ'..='ᴺ' | 'ᴼ' | 'ᴾ' | 'ᴿ' | 'ᵀ'..='ᵃ' | 'ᵇ' | 'ᵈ' | 'ᵉ' | 'ᵍ' | 'ᵏ' | 'ᵐ' | 'ᵒ'
        | 'ᵖ' | 'ᵗ' | 'ᵘ' | 'ᵛ' | 'ᵝ'..='ᵪ' | 'ᶜ' | 'ᶠ' | 'ᶥ' | 'ᶦ' | 'ᶫ' | 'ᶰ' | 'ᶸ' | 'ᶻ'
        | 'ᶿ' | '′'..='‷' | '⁗' | '⁰' | 'ⁱ' | '⁴'..='⁾' | 'ⁿ' | '₀'..='₎' | 'ₐ' | 'ₑ' | 'ₒ'
        | 'ₓ' | 'ₕ'..='ₜ' | 'ⱼ' | 'ⱽ' | 'ꜛ'..='ꜝ'
    ) || matches!(c.general_category(), Cat::NonspacingMark | Cat::SpacingMark | Cat::EnclosingMark)
}

/// Characters that Julia holds for the same as another one in names.
fn canonical(c: char) -> char {
    match c {
        'ɛ' => 'ε',
        'µ' => 'μ',
        '\u{b7}' | '\u{387}' => '⋅',
        '\u{2212}' => '-',
        'ℏ' => 'ħ',
        _ => c,
    }
}

/// The name that this text means: NFC, after Julia's own replacements.
pub fn normalize(text: &str) -> std::borrow::Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    let plain = text.chars().all(|c| canonical(c) == c);
    if plain && is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text.into();
    }
    text.chars().map(canonical).nfc().collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for c in "aZ_αβ∂∇∑𝟎℘€¢ħ⌘".chars() {
            assert!(is_id_start(c), "{c}");
        }
        for c in "1!²₁′+=∈→¦\u{a0}".chars() {
            assert!(!is_id_start(c), "{c}");
        }
        for c in "1!²₁′a\u{301}".chars() {
            assert!(is_id_continue(c), "{c}");
        }
        assert_eq!(normalize("e\u{301}"), "é");
        assert_eq!(normalize("ɛµ·\u{2212}"), "εμ⋅-");
    }
}
