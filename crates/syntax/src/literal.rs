//! Text of literals to values: numbers, and the escapes of strings and characters.

use crate::ast::{Literal, ModuleRef, Node, Span, Sym};
use crate::token::Kind;

/// Why a literal has no value, and which bytes of it are at fault.
pub struct LiteralError {
    pub message: &'static str,
    /// Range of bytes within the text that was given.
    pub range: (usize, usize),
}

/// A literal too wide for the machine: Julia makes it a call of a macro of `Core`.
fn wide_integer(name: &str, digits: &str, span: Span) -> Node {
    let text = Literal::String(digits.as_bytes().into());
    let args = vec![
        Node::GlobalRef(ModuleRef::Core, Sym::new(name)),
        Node::nothing(),
        Node::Literal(text),
    ];
    Node::expr_at("macrocall", args, span)
}

/// The value of a number of this kind.
pub fn number(kind: Kind, text: &str, span: Span) -> Result<Node, LiteralError> {
    let digits: String =
        text.chars().filter(|&c| c != '_').map(|c| if c == '−' { '-' } else { c }).collect();
    match kind {
        Kind::Integer => Ok(decimal(&digits, span)),
        Kind::HexInt => Ok(radix(&digits, 16, 4, span)),
        Kind::BinInt => Ok(radix(&digits, 2, 1, span)),
        Kind::OctInt => Ok(octal(&digits, span)),
        Kind::Float32 => {
            let value: f32 = digits.replacen('f', "e", 1).parse().unwrap_or(f32::INFINITY);
            finite(value.is_finite(), Literal::Float32(value), text)
        }
        _ => {
            let value = match hex_float(&digits) {
                Some(value) => value,
                None => digits.parse().unwrap_or(f64::INFINITY),
            };
            finite(value.is_finite(), Literal::Float64(value), text)
        }
    }
}

fn finite(finite: bool, value: Literal, text: &str) -> Result<Node, LiteralError> {
    if finite {
        return Ok(Node::Literal(value));
    }
    let message = "overflow in floating point literal";
    Err(LiteralError { message, range: (0, text.len()) })
}

fn decimal(digits: &str, span: Span) -> Node {
    if let Ok(value) = digits.parse::<i64>() {
        return Node::Literal(Literal::Int64(value));
    }
    let name = if digits.parse::<i128>().is_ok() { "@int128_str" } else { "@big_str" };
    wide_integer(name, digits, span)
}

/// A hexadecimal or binary literal: the number of its digits decides how wide it is.
fn radix(digits: &str, base: u32, bits_per_digit: usize, span: Span) -> Node {
    let plain = digits.strip_prefix('+').unwrap_or(digits);
    let plain = plain.get(2..).unwrap_or("");
    let bits = plain.len() * bits_per_digit;
    match (u64::from_str_radix(plain, base), bits) {
        (Ok(v), 0..=8) => Node::Literal(Literal::UInt8(v as u8)),
        (Ok(v), 9..=16) => Node::Literal(Literal::UInt16(v as u16)),
        (Ok(v), 17..=32) => Node::Literal(Literal::UInt32(v as u32)),
        (Ok(v), 33..=64) => Node::Literal(Literal::UInt64(v)),
        _ if bits <= 128 => wide_integer("@uint128_str", digits, span),
        _ => wide_integer("@big_str", digits, span),
    }
}

fn octal(digits: &str, span: Span) -> Node {
    let plain = digits.strip_prefix('+').unwrap_or(digits);
    let plain = plain.get(2..).unwrap_or("");
    let n = plain.len();
    match u64::from_str_radix(plain, 8) {
        Ok(v) if n <= 3 && v <= u8::MAX.into() => Node::Literal(Literal::UInt8(v as u8)),
        Ok(v) if n <= 6 && v <= u16::MAX.into() => Node::Literal(Literal::UInt16(v as u16)),
        Ok(v) if n <= 11 && v <= u32::MAX.into() => Node::Literal(Literal::UInt32(v as u32)),
        Ok(v) if n <= 22 => Node::Literal(Literal::UInt64(v)),
        _ if n <= 43 && u128::from_str_radix(plain, 8).is_ok() => {
            wide_integer("@uint128_str", digits, span)
        }
        _ => wide_integer("@big_str", digits, span),
    }
}

/// The value of `0x1.8p3` and its like, rounded to nearest, ties to even.
fn hex_float(text: &str) -> Option<f64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let body = text.strip_prefix("0x")?;
    let (mantissa, exponent) = body.split_once(['p', 'P'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // Exponents beyond the range of any mantissa are as good as infinite.
    let exponent: i64 = exponent.parse().unwrap_or(if exponent.starts_with('-') {
        i64::MIN / 4
    } else {
        i64::MAX / 4
    });
    let mut bits: u64 = 0;
    let mut shift: i64 = 0;
    let mut sticky = false;
    for (i, c) in whole.chars().chain(fraction.chars()).enumerate() {
        let digit = u64::from(c.to_digit(16)?);
        let after_point = i >= whole.len();
        if bits >> 59 == 0 {
            bits = bits << 4 | digit;
            shift -= if after_point { 4 } else { 0 };
        } else {
            sticky |= digit != 0;
            shift += if after_point { 0 } else { 4 };
        }
    }
    if bits == 0 {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    // value = bits * 2^(exponent + shift); the bits below the lowest are in `sticky`.
    let top = 63 - i64::from(bits.leading_zeros());
    let scale = exponent.saturating_add(shift);
    let magnitude = top.saturating_add(scale);
    let value = if magnitude > 1023 {
        f64::INFINITY
    } else if magnitude < -1076 {
        0.0
    } else {
        // Exponent of the last kept bit.
        let unit = (magnitude - 52).max(-1074);
        let drop = unit - scale;
        let kept = if drop <= 0 {
            bits << (-drop).min(63)
        } else if drop > 63 {
            0
        } else {
            let kept = bits >> drop;
            let rest = bits & ((1 << drop) - 1);
            let half = 1u64 << (drop - 1);
            let up = rest > half || (rest == half && (sticky || kept & 1 == 1));
            kept + u64::from(up)
        };
        // Exact: kept has at most 54 bits and the result is representable.
        let low = unit.max(-1000);
        kept as f64 * 2f64.powi(low as i32) * 2f64.powi((unit - low) as i32)
    };
    Some(if negative { -value } else { value })
}

/// The bytes that raw text means: only backslashes before the quote are special.
pub fn unescape_raw(text: &str, is_cmd: bool) -> Vec<u8> {
    let delimiter = if is_cmd { b'`' } else { b'"' };
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&b) = bytes.get(i) {
        if b == b'\r' {
            // Line ends are one line feed, however they are written.
            out.push(b'\n');
            i += if bytes.get(i + 1) == Some(&b'\n') { 2 } else { 1 };
        } else if b == b'\\' {
            let run = bytes[i..].iter().take_while(|&&b| b == b'\\').count();
            let next = bytes.get(i + run);
            let quoted = next.is_none_or(|&b| b == delimiter);
            out.resize(out.len() + if quoted { run / 2 } else { run }, b'\\');
            i += run;
            if let Some(&b) = bytes.get(i) {
                out.push(b);
                i += 1;
            }
        } else {
            out.push(b);
            i += 1;
        }
    }
    out
}

/// The bytes that text with escapes means.
pub fn unescape(text: &str) -> Result<Vec<u8>, LiteralError> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&b) = bytes.get(i) {
        i += 1;
        if b == b'\r' {
            out.push(b'\n');
            i += usize::from(bytes.get(i) == Some(&b'\n'));
            continue;
        }
        if b != b'\\' {
            out.push(b);
            continue;
        }
        let start = i - 1;
        let error = |message, end: usize| Err(LiteralError { message, range: (start, end) });
        let Some(&c) = bytes.get(i) else { return error("invalid escape sequence", i) };
        i += 1;
        let plain = match c {
            b'x' | b'u' | b'U' => {
                let most = match c {
                    b'x' => 2,
                    b'u' => 4,
                    _ => 8,
                };
                let end = bytes.len().min(i + most);
                let digits = bytes[i..end].iter().take_while(|b| b.is_ascii_hexdigit()).count();
                let value = bytes[i..i + digits]
                    .iter()
                    .fold(0u32, |n, &b| n << 4 | (b as char).to_digit(16).unwrap_or(0));
                i += digits;
                if digits == 0 || value > 0x10FFFF {
                    let message = if c == b'x' {
                        "invalid hex escape sequence"
                    } else {
                        "invalid unicode escape sequence"
                    };
                    return error(message, i);
                }
                if c == b'x' {
                    out.push(value as u8);
                } else {
                    push_code_point(&mut out, value);
                }
                continue;
            }
            b'0'..=b'7' => {
                let end = bytes.len().min(i + 2);
                let digits = bytes[i..end].iter().take_while(|b| (b'0'..=b'7').contains(b)).count();
                let value = bytes[i - 1..i + digits]
                    .iter()
                    .fold(0u32, |n, &b| n << 3 | u32::from(b - b'0'));
                i += digits;
                match u8::try_from(value) {
                    Ok(byte) => byte,
                    Err(_) => return error("invalid octal escape sequence", i),
                }
            }
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'e' => 0x1B,
            b'b' => 0x08,
            b'f' => 0x0C,
            b'v' => 0x0B,
            b'a' => 0x07,
            b'\\' | b'\'' | b'"' | b'$' | b'`' => c,
            _ => {
                let length = text[i - 1..].chars().next().map_or(1, char::len_utf8);
                return error("invalid escape sequence", i - 1 + length);
            }
        };
        out.push(plain);
    }
    Ok(out)
}

/// UTF-8 of this code point; surrogates, which Julia admits here, in the same manner.
fn push_code_point(out: &mut Vec<u8>, value: u32) {
    match char::from_u32(value) {
        Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend_from_slice(&[
            0xE0 | (value >> 12) as u8,
            0x80 | (value >> 6 & 0x3F) as u8,
            0x80 | (value & 0x3F) as u8,
        ]),
    }
}

/// The `Char` of which these are the bytes, or nothing if they are not one character.
///
/// Julia reads a character from any bytes: the leading ones of the first byte say how many bytes
/// may follow it, and as many are taken as are continuation bytes.
pub fn char_of_bytes(bytes: &[u8]) -> Option<u32> {
    let (&first, rest) = bytes.split_first()?;
    let most = match first.leading_ones() {
        n @ 2..=4 => n as usize - 1,
        _ => 0,
    };
    if rest.len() > most || rest.iter().any(|b| b & 0xC0 != 0x80) {
        return None;
    }
    let mut value = u32::from(first) << 24;
    for (i, &b) in rest.iter().enumerate() {
        value |= u32::from(b) << (16 - 8 * i);
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_floats() {
        for (text, value) in [
            ("0x1p0", 1.0),
            ("0x1.8p3", 12.0),
            ("0x.8p1", 1.0),
            ("0x1.fffffffffffffp1023", f64::MAX),
            ("0x1p-1074", 5e-324),
            ("0x1.8p-1074", 1e-323),
            ("0x1p-1075", 0.0),
            ("0x1.00000000000008p0", 1.0),
            ("0x1.000000000000080001p0", 1.0 + f64::EPSILON),
            ("0x1p-1022", f64::MIN_POSITIVE),
            ("-0x1p1", -2.0),
            ("0x1p1024", f64::INFINITY),
            ("0x1.fffffffffffff8p1023", f64::INFINITY),
            ("0x10000000000000000000p-76", 1.0),
        ] {
            assert_eq!(hex_float(text), Some(value), "{text}");
        }
    }

    #[test]
    fn chars() {
        assert_eq!(char_of_bytes(b"a"), Some(0x61000000));
        assert_eq!(char_of_bytes("α".as_bytes()), Some(0xCEB10000));
        assert_eq!(char_of_bytes(b"\xff"), Some(0xFF000000));
        assert_eq!(char_of_bytes(b"ab"), None);
        assert_eq!(char_of_bytes(b"\xce"), Some(0xCE000000));
    }
}
