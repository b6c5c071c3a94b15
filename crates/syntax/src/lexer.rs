//! Source text to tokens.
//!
//! The lexer is asked for one token at a time and owns no text. It keeps the little state that
//! Julia's lexical grammar needs: the kind of the last token (`'` after an operand is adjoint, else
//! it opens a character) and the stack of strings that are open (`"a $(f("b")) c"`).

use crate::token::{BadToken, Kind, Token};
use crate::unicode::{
    is_id_continue, is_id_start, is_invisible, is_never_id, is_op_suffix, is_space,
};

/// A string, command or character whose end has not been seen yet.
struct OpenString {
    triple: bool,
    raw: bool,
    delimiter: char,
    /// Depth of parentheses inside of an interpolation; zero: in the text of the string.
    parens: u32,
}

/// Nesting of the formatting characters of bidirectional text.
#[derive(Default, PartialEq, Clone, Copy)]
struct Bidi {
    embeddings: i32,
    isolates: i32,
}

impl Bidi {
    fn update(&mut self, c: char) {
        match c {
            '\n' => *self = Bidi::default(),
            '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' => self.embeddings += 1,
            '\u{202C}' => self.embeddings -= 1,
            '\u{2066}'..='\u{2068}' => self.isolates += 1,
            '\u{2069}' => self.isolates -= 1,
            _ => {}
        }
    }
}

/// The state of the lexer over one source text.
pub struct Lexer<'s> {
    text: &'s str,
    pos: usize,
    start: usize,
    last: Kind,
    strings: Vec<OpenString>,
    dotted: bool,
    spaced: bool,
}

/// May this character begin an operator?
fn is_operator_start(c: char) -> bool {
    matches!(
        c,
        '=' | '+'
            | '-'
            | '*'
            | '/'
            | '|'
            | '^'
            | '%'
            | '<'
            | '>'
            | '\\'
            | '&'
            | ':'
            | '~'
            | '$'
            | '?'
            | '!'
            | '\''
            | '.'
    ) || Kind::of_unicode_operator(c).is_some()
}

/// May this character begin an operator that takes a broadcasting dot?
fn is_dottable_start(c: char) -> bool {
    !matches!(c, '?' | '$' | ':' | '\'') && is_operator_start(c)
}

/// Do operators of this kind take suffixes?
fn takes_suffix(kind: Kind) -> bool {
    kind.is_operator()
        && !kind.is_assignment()
        && !matches!(
            kind,
            Kind::Splat
                | Kind::Question
                | Kind::Subtype
                | Kind::Supertype
                | Kind::AndAnd
                | Kind::OrOr
                | Kind::In
                | Kind::Isa
                | Kind::Colon
                | Kind::DotDot
                | Kind::Dollar
                | Kind::Declare
                | Kind::Where
                | Kind::Dot
                | Kind::Not
                | Kind::Lambda
                | Kind::NotSign
                | Kind::Radical
        )
}

impl<'s> Lexer<'s> {
    /// A lexer that begins at this byte of the text.
    pub fn new(text: &'s str, offset: usize) -> Lexer<'s> {
        Lexer {
            text,
            pos: offset,
            start: offset,
            last: Kind::EndOfInput,
            strings: Vec::new(),
            dotted: false,
            spaced: false,
        }
    }

    fn rest(&self) -> &'s str {
        self.text.get(self.pos..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn peek_at(&self, n: usize) -> Option<char> {
        self.rest().chars().nth(n)
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.pos += c.len_utf8();
        Some(c)
    }

    fn accept(&mut self, expected: char) -> bool {
        if self.peek() == Some(expected) {
            self.pos += expected.len_utf8();
            return true;
        }
        false
    }

    fn accept_while(&mut self, accepted: impl Fn(char) -> bool) -> bool {
        let before = self.pos;
        while self.peek().is_some_and(&accepted) {
            self.bump();
        }
        self.pos != before
    }

    fn emit(&mut self, kind: Kind) -> Token {
        let suffixed = takes_suffix(kind) && self.accept_while(is_op_suffix);
        self.emit_plain(kind, suffixed)
    }

    fn emit_plain(&mut self, kind: Kind, suffixed: bool) -> Token {
        let blank = kind.is_blank() || kind == Kind::Newline;
        let token = Token {
            kind,
            start: self.start as u32,
            end: self.pos as u32,
            dotted: self.dotted,
            suffixed,
            // Blank text counts as preceded by space.
            spaced: self.spaced || blank,
        };
        self.dotted = false;
        self.spaced = blank;
        self.last = kind;
        token
    }

    /// The next token. At the end of the text: `EndOfInput`, again and again.
    pub fn next_token(&mut self) -> Token {
        self.start = self.pos;
        if self.strings.is_empty() { self.code_token() } else { self.string_token() }
    }

    fn code_token(&mut self) -> Token {
        let Some(c) = self.bump() else {
            return self.emit_plain(Kind::EndOfInput, false);
        };
        self.code_token_from(c)
    }

    /// A token of code that begins with `c`, which has been consumed.
    fn code_token_from(&mut self, c: char) -> Token {
        match c {
            _ if is_space(c) => self.whitespace(c),
            '[' => self.emit(Kind::LeftBracket),
            ']' => self.emit(Kind::RightBracket),
            '{' => self.emit(Kind::LeftBrace),
            '}' => self.emit(Kind::RightBrace),
            '(' => self.emit(Kind::LeftParen),
            ')' => self.emit(Kind::RightParen),
            ';' => self.emit(Kind::Semicolon),
            ',' => self.emit(Kind::Comma),
            '@' => self.emit(Kind::At),
            '?' => self.emit(Kind::Question),
            '~' => self.emit(Kind::Tilde),
            '#' => self.comment(),
            '\'' => self.prime(),
            '"' => self.double_quote(),
            '`' => self.backtick(),
            '.' => self.dot(),
            _ if is_id_start(c) => self.identifier(),
            '0'..='9' => self.number(Kind::Integer, c == '0'),
            _ => self.operator(c),
        }
    }

    fn operator(&mut self, c: char) -> Token {
        let kind = match c {
            '=' if self.accept('=') => {
                self.accept('=');
                Kind::Comparison
            }
            '=' if self.accept('>') => Kind::Pair,
            '=' => Kind::Equal,
            '!' if self.accept('=') => {
                self.accept('=');
                Kind::Comparison
            }
            '!' => Kind::Not,
            ':' if self.accept(':') => Kind::Declare,
            ':' if self.accept('=') => Kind::OpAssign,
            ':' => Kind::Colon,
            '<' => self.less(),
            '>' => self.greater(),
            '|' if self.accept('=') => Kind::OpAssign,
            '|' if self.accept('>') => Kind::PipeRight,
            '|' if self.accept('|') => Kind::OrOr,
            '|' => Kind::PlusOp,
            '&' if self.accept('&') => Kind::AndAnd,
            '&' if self.accept('=') => Kind::OpAssign,
            '&' => Kind::Ampersand,
            '+' if self.accept('+') => Kind::PlusPlus,
            '+' if self.accept('=') => Kind::OpAssign,
            '+' => Kind::Plus,
            '-' if self.accept('-') => {
                if self.accept('>') {
                    Kind::LongArrow
                } else {
                    Kind::Bad(BadToken::Operator)
                }
            }
            '-' if !self.dotted && self.accept('>') => Kind::Lambda,
            '-' | '−' if self.accept('=') => Kind::OpAssign,
            '-' | '−' => Kind::Minus,
            '*' if self.accept('*') => Kind::Bad(BadToken::DoubleStar),
            '*' if self.accept('=') => Kind::OpAssign,
            '*' => Kind::Star,
            '/' if self.accept('/') => {
                if self.accept('=') {
                    Kind::OpAssign
                } else {
                    Kind::Rational
                }
            }
            '/' | '\\' | '%' | '^' | '÷' | '⊻' | '$' if self.accept('=') => Kind::OpAssign,
            '/' | '\\' | '%' | '÷' => Kind::TimesOp,
            '⊻' => Kind::PlusOp,
            '^' => Kind::Power,
            '$' => Kind::Dollar,
            _ => match Kind::of_unicode_operator(c) {
                Some(kind) => kind,
                None if is_invisible(c) => Kind::Bad(BadToken::InvisibleCharacter),
                None => Kind::Bad(BadToken::UnknownCharacter),
            },
        };
        self.emit(kind)
    }

    fn less(&mut self) -> Kind {
        if self.accept('<') {
            if self.accept('=') { Kind::OpAssign } else { Kind::Shift }
        } else if self.accept('=') {
            Kind::Comparison
        } else if self.accept(':') {
            Kind::Subtype
        } else if self.accept('|') {
            Kind::PipeLeft
        } else if self.rest().starts_with("--") {
            self.pos += 2;
            if self.accept('-') {
                Kind::Bad(BadToken::Operator)
            } else {
                self.accept('>');
                Kind::Arrow
            }
        } else {
            Kind::Comparison
        }
    }

    fn greater(&mut self) -> Kind {
        if self.accept('>') {
            self.accept('>');
            if self.accept('=') { Kind::OpAssign } else { Kind::Shift }
        } else if self.accept('=') {
            Kind::Comparison
        } else if self.accept(':') {
            Kind::Supertype
        } else {
            Kind::Comparison
        }
    }

    fn dot(&mut self) -> Token {
        if self.accept('.') {
            if self.accept('.') {
                return self.emit(Kind::Splat);
            }
            if self.peek().is_some_and(is_dottable_start) {
                self.bump();
                return self.emit(Kind::Bad(BadToken::Operator));
            }
            return self.emit(Kind::DotDot);
        }
        match self.peek() {
            Some('0'..='9') => self.number(Kind::Float, false),
            Some(c) if is_dottable_start(c) => {
                self.dotted = true;
                self.bump();
                if c == '~' { self.emit(Kind::Tilde) } else { self.operator(c) }
            }
            _ => self.emit(Kind::Dot),
        }
    }

    fn whitespace(&mut self, first: char) -> Token {
        let mut kind = Kind::Whitespace;
        let mut c = first;
        loop {
            if c == '\n' {
                kind = Kind::Newline;
            }
            let Some(next) = self.peek() else { break };
            let line_end = next == '\n' || (next == '\r' && self.peek_at(1) == Some('\n'));
            if !is_space(next) || (kind == Kind::Newline && line_end) {
                break;
            }
            self.bump();
            c = next;
        }
        self.emit_plain(kind, false)
    }

    fn comment(&mut self) -> Token {
        if self.peek() != Some('=') {
            let end = self.rest().find('\n').unwrap_or(self.rest().len());
            let end = if self.rest()[..end].ends_with('\r') && self.pos + end < self.text.len() {
                end - 1
            } else {
                end
            };
            self.pos += end;
            return self.emit_plain(Kind::Comment, false);
        }
        self.bump();
        let mut depth = 1;
        let mut bidi = Bidi::default();
        while let Some(c) = self.bump() {
            bidi.update(c);
            if c == '#' && self.accept('=') {
                depth += 1;
            } else if c == '=' && self.accept('#') {
                depth -= 1;
                if depth == 0 {
                    let kind = if bidi == Bidi::default() {
                        Kind::Comment
                    } else {
                        Kind::Bad(BadToken::BidirectionalFormatting)
                    };
                    return self.emit_plain(kind, false);
                }
            }
        }
        self.emit_plain(Kind::Bad(BadToken::UnterminatedComment), false)
    }

    fn identifier(&mut self) -> Token {
        while let Some(c) = self.peek() {
            if (c == '!' && self.peek_at(1) == Some('=')) || !is_id_continue(c) {
                break;
            }
            self.bump();
        }
        let kind = Kind::of_word(&self.text[self.start..self.pos]);
        self.emit_plain(kind, false)
    }

    /// Digits with single underscores between them.
    fn digits(&mut self, is_digit: fn(char) -> bool) -> bool {
        let before = self.pos;
        while let Some(c) = self.peek() {
            if is_digit(c) || (c == '_' && self.peek_at(1).is_some_and(is_digit)) {
                self.bump();
            } else {
                break;
            }
        }
        self.pos != before
    }

    fn bad_number(&mut self) -> Token {
        self.emit(Kind::Bad(BadToken::NumericConstant))
    }

    /// A number; its first digit (for `.5`: its dot) has been consumed.
    fn number(&mut self, mut kind: Kind, zero: bool) -> Token {
        let decimal = |c: char| c.is_ascii_digit();
        let after_first = self.pos;
        self.digits(decimal);
        let (next, after) = (self.peek(), self.peek_at(1));
        let exponent = |c: Option<char>, d: Option<char>| {
            matches!(c, Some('e' | 'E' | 'f')) && matches!(d, Some('0'..='9' | '+' | '-' | '−'))
        };
        if next == Some('.') {
            if after == Some('.') {
                return self.emit(kind);
            }
            if kind == Kind::Float {
                self.bump();
                return self.bad_number();
            }
            if after.is_some_and(is_dottable_start) {
                self.bump();
                return self.emit(Kind::Bad(BadToken::AmbiguousDot));
            }
            self.bump();
            kind = Kind::Float;
            if self.accept('_') {
                return self.bad_number();
            }
            let fraction = self.digits(decimal);
            let (next, after) = (self.peek(), self.peek_at(1));
            if exponent(next, after) {
                return self.exponent(next);
            }
            if next == Some('.') && after != Some('.') && !after.is_some_and(is_dottable_start) {
                self.bump();
                return self.bad_number();
            }
            if !fraction
                && next.is_some_and(|c| {
                    is_id_start(c) || matches!(c, '(' | '[' | '{' | '@' | '`' | '"')
                })
            {
                return self.emit(Kind::Bad(BadToken::NumberTimesAfterDot));
            }
        } else if exponent(next, after) {
            return self.exponent(next);
        } else if zero && self.pos == after_first && matches!(next, Some('x' | 'b' | 'o')) {
            return self.prefixed_number(next);
        }
        self.emit(kind)
    }

    fn exponent(&mut self, letter: Option<char>) -> Token {
        let kind = if letter == Some('f') { Kind::Float32 } else { Kind::Float };
        self.bump();
        if matches!(self.peek(), Some('+' | '-' | '−')) {
            self.bump();
        }
        if !self.accept_while(|c| c.is_ascii_digit()) {
            return self.bad_number();
        }
        let after = self.peek_at(1);
        if self.peek() == Some('.') && !after.is_some_and(is_dottable_start) {
            self.bump();
            return self.bad_number();
        }
        self.emit(kind)
    }

    /// `0x…`, `0b…`, `0o…`; the zero has been consumed.
    fn prefixed_number(&mut self, letter: Option<char>) -> Token {
        self.bump();
        let mut integer = true;
        let (mut kind, mut digits);
        if letter == Some('x') {
            kind = Kind::HexInt;
            digits = self.digits(|c| c.is_ascii_hexdigit());
            if self.peek() == Some('.') && self.peek_at(1) != Some('.') {
                self.bump();
                digits |= self.digits(|c| c.is_ascii_hexdigit());
                integer = false;
            }
            if self.accept('p') || self.accept('P') {
                kind = Kind::Float;
                if matches!(self.peek(), Some('+' | '-' | '−')) {
                    self.bump();
                }
                if !self.digits(|c| c.is_ascii_digit()) || !digits {
                    return self.bad_number();
                }
            } else if !integer {
                return self.emit(Kind::Bad(BadToken::HexFloatWithoutP));
            }
        } else if letter == Some('b') {
            kind = Kind::BinInt;
            digits = self.digits(|c| matches!(c, '0' | '1'));
        } else {
            kind = Kind::OctInt;
            digits = self.digits(|c| matches!(c, '0'..='7'));
        }
        let word = |c: char| c.is_ascii_digit() || is_id_start(c);
        if integer && (!digits || self.peek().is_some_and(word)) {
            self.accept_while(word);
            return self.bad_number();
        }
        self.emit(kind)
    }

    fn prime(&mut self) -> Token {
        let adjoint = matches!(
            self.last,
            Kind::Identifier
                | Kind::Dot
                | Kind::RightParen
                | Kind::RightBracket
                | Kind::RightBrace
                | Kind::Prime
                | Kind::End
        ) || self.last.is_contextual_keyword()
            || self.last.is_word_operator()
            || self.last.is_literal();
        if adjoint {
            return self.emit(Kind::Prime);
        }
        self.strings.push(OpenString { triple: false, raw: true, delimiter: '\'', parens: 0 });
        self.emit_plain(Kind::Prime, false)
    }

    fn double_quote(&mut self) -> Token {
        // Directly after a name it is a string macro, whose text is raw.
        let raw = self.last == Kind::Identifier
            || self.last.is_contextual_keyword()
            || self.last.is_word_operator();
        let triple = self.rest().starts_with("\"\"");
        self.strings.push(OpenString { triple, raw, delimiter: '"', parens: 0 });
        if triple {
            self.pos += 2;
            return self.emit(Kind::TripleQuote);
        }
        self.emit(Kind::DoubleQuote)
    }

    fn backtick(&mut self) -> Token {
        let triple = self.rest().starts_with("``");
        self.strings.push(OpenString { triple, raw: true, delimiter: '`', parens: 0 });
        if triple {
            self.pos += 2;
            return self.emit(Kind::TripleBacktick);
        }
        self.emit(Kind::Backtick)
    }

    fn terminates(&self, delimiter: char, triple: bool) -> bool {
        let n = if triple { 3 } else { 1 };
        let rest = self.rest().as_bytes();
        rest.len() >= n && rest[..n].iter().all(|&b| b == delimiter as u8)
    }

    /// A token inside of an open string: text of it, its end, or code of an interpolation.
    fn string_token(&mut self) -> Token {
        let next = self.peek();
        let after_dollar = self.last == Kind::Dollar;
        let Some(state) = self.strings.last_mut() else { return self.code_token() };
        let (triple, raw, delimiter) = (state.triple, state.raw, state.delimiter);
        if state.parens > 0 {
            match next {
                Some('(') => state.parens += 1,
                Some(')') => state.parens -= 1,
                _ => {}
            }
            return self.code_token();
        }
        if after_dollar {
            if next == Some('(') {
                state.parens += 1;
                return self.code_token();
            }
            if next.is_some_and(is_id_start) {
                self.bump();
                return self.identifier();
            }
        } else if self.last == Kind::Identifier
            && next.is_some_and(|c| !is_operator_start(c) && !is_never_id(c))
        {
            self.bump();
            return self.emit(Kind::Bad(BadToken::InterpolationTerminator));
        }
        let Some(next) = next else { return self.emit_plain(Kind::EndOfInput, false) };
        if !raw && next == '$' {
            self.bump();
            return self.emit(Kind::Dollar);
        }
        if !raw && next == '\\' && matches!(self.peek_at(1), Some('\r' | '\n')) {
            self.bump();
            if self.bump() == Some('\r') {
                self.accept('\n');
            }
            self.accept_while(|c| c == ' ' || c == '\t');
            return self.emit_plain(Kind::Whitespace, false);
        }
        if next == delimiter && self.terminates(delimiter, triple) {
            if delimiter == '\'' && self.last == Kind::Prime && self.peek_at(1) == Some('\'') {
                self.bump();
                return self.emit_plain(Kind::CharChunk, false);
            }
            self.strings.pop();
            self.pos += if triple { 3 } else { 1 };
            let kind = match (delimiter, triple) {
                ('"', false) => Kind::DoubleQuote,
                ('"', true) => Kind::TripleQuote,
                ('`', false) => Kind::Backtick,
                ('`', true) => Kind::TripleBacktick,
                _ => Kind::Prime,
            };
            return self.emit_plain(kind, false);
        }
        self.string_chunk(triple, raw, delimiter)
    }

    /// The longest run of string text; in triple-quoted strings at most one line of it.
    fn string_chunk(&mut self, triple: bool, raw: bool, delimiter: char) -> Token {
        let mut bidi = Bidi::default();
        while let Some(c) = self.peek() {
            if (!raw && c == '$') || (c == delimiter && self.terminates(delimiter, triple)) {
                break;
            }
            if triple && (c == '\n' || c == '\r') {
                self.bump();
                if c == '\n' || self.accept('\n') {
                    bidi = Bidi::default();
                }
                break;
            }
            if !raw && c == '\\' && matches!(self.peek_at(1), Some('\r' | '\n')) {
                if self.peek_at(1) == Some('\n') || self.peek_at(2) == Some('\n') {
                    bidi = Bidi::default();
                }
                break;
            }
            self.bump();
            let mut seen = c;
            if c == '\\' && raw {
                // The quote can be escaped by an odd number of backslashes.
                let mut n = 1;
                while self.accept('\\') {
                    n += 1;
                }
                if n % 2 == 1 {
                    self.accept(delimiter);
                }
            } else if c == '\\' {
                match self.bump() {
                    Some(escaped) => seen = escaped,
                    None => break,
                }
            }
            bidi.update(seen);
        }
        let kind = match delimiter {
            '\'' => Kind::CharChunk,
            _ if bidi != Bidi::default() => Kind::Bad(BadToken::BidirectionalFormatting),
            '"' => Kind::StringChunk,
            _ => Kind::CmdChunk,
        };
        self.emit_plain(kind, false)
    }
}
