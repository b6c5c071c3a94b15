//! What the names of operators mean, one at a time: for printing expressions and for reflection.
//!
//! A name is an operator if it is a single operator token. The precedences are the numbers that
//! `Base.operator_precedence` gives.

use crate::lexer::Lexer;
use crate::token::{Kind, Level, Token};

fn token(name: &str) -> Option<Token> {
    if name.is_empty() || name.starts_with('\'') {
        return None;
    }
    let token = Lexer::new(name, 0).next_token();
    (token.start == 0 && token.end as usize == name.len()).then_some(token)
}

/// Is this the name of an operator? Words such as `in` are not, though they are written infix.
pub fn is_operator(name: &str) -> bool {
    name == "'"
        || token(name).is_some_and(|t| {
            t.kind.is_operator()
                && !t.kind.is_word_operator()
                && !matches!(t.kind, Kind::Bad(_) | Kind::Splat)
        })
}

/// Can it stand before one operand?
pub fn is_unary(name: &str) -> bool {
    token(name).is_some_and(|t| t.is_unary() || t.kind.is_syntactic_unary())
}

/// Can it stand before one operand and between two?
pub fn is_unary_and_binary(name: &str) -> bool {
    token(name).is_some_and(|t| t.is_unary_and_binary())
}

/// Is it syntax, and no function?
pub fn is_syntactic(name: &str) -> bool {
    token(name).is_some_and(|t| t.kind.is_syntactic_operator() || t.kind == Kind::Declare)
}

/// How strongly it binds between two operands, from 1; 0 if it does not stand there.
pub fn precedence(name: &str) -> i32 {
    let Some(token) = token(name) else { return 0 };
    if let Some(level) = token.kind.level() {
        return match level {
            Level::Pair => 2,
            Level::Conditional => 3,
            Level::Arrow => 4,
            Level::Or => 5,
            Level::And => 6,
            Level::Comparison => 7,
            Level::PipeLeft => 8,
            Level::PipeRight => 9,
            Level::Range => 10,
            Level::Plus => 11,
            Level::Times => 12,
            Level::Rational => 13,
            Level::Shift => 14,
        };
    }
    match token.kind {
        kind if kind.is_assignment() => 1,
        Kind::Power => 15,
        Kind::Declare | Kind::Lambda => 16,
        Kind::Dot => 17,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precedences_ascend() {
        let table = [
            ("=", 1),
            ("+=", 1),
            ("~", 1),
            ("=>", 2),
            ("-->", 4),
            ("||", 5),
            ("&&", 6),
            ("==", 7),
            (".<", 7),
            ("in", 7),
            ("<:", 7),
            ("<|", 8),
            ("|>", 9),
            (":", 10),
            ("+", 11),
            ("*", 12),
            ("//", 13),
            ("<<", 14),
            ("^", 15),
            ("::", 16),
            (".", 17),
            ("!", 0),
            ("a", 0),
            ("", 0),
        ];
        for (name, expected) in table {
            assert_eq!(precedence(name), expected, "{name}");
        }
    }

    #[test]
    fn names_of_operators() {
        for name in ["+", ".+", "==", "∈", "!", "=", ":", "'", "::", "&&", "->"] {
            assert!(is_operator(name), "{name}");
        }
        for name in ["a", "in", "isa", "where", "", "+ +", "1", "end"] {
            assert!(!is_operator(name), "{name}");
        }
        assert!(is_unary("-") && is_unary("!") && !is_unary("*"));
        assert!(is_unary_and_binary("-") && !is_unary_and_binary("!"));
        assert!(is_syntactic("&&") && is_syntactic("=") && !is_syntactic("+"));
    }
}
