//! Text -> tokens.

/// What the parser sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A word: `iadd`, `v12`, `ext3`.
    Word(String),
    /// A number, with its sign.
    Int(Number),
    /// A quoted string, unescaped.
    Text(String),
    /// `x"…"`.
    Bytes(Vec<u8>),
    /// Punctuation.
    Punct(&'static str),
    /// The end of the text.
    End,
}

/// An integer of the text, before it is known what it has to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub negative: bool,
    pub magnitude: u128,
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Token::Word(word) => write!(f, "`{word}`"),
            Token::Int(n) => write!(f, "`{}{}`", if n.negative { "-" } else { "" }, n.magnitude),
            Token::Text(_) => f.write_str("a string"),
            Token::Bytes(_) => f.write_str("bytes"),
            Token::Punct(text) => write!(f, "`{text}`"),
            Token::End => f.write_str("the end of the text"),
        }
    }
}

/// A token and where it starts (line and column, from 1).
pub(super) type Placed = (Token, u32, u32);

const PUNCT: [&str; 9] = ["->", "(", ")", "{", "}", ",", ":", "=", "+"];

/// All tokens, the last being `End`; or what is wrong, and where.
pub(super) fn lex(text: &str) -> Result<Vec<Placed>, (String, u32, u32)> {
    let mut tokens = vec![];
    let (mut line, mut column) = (1, 1);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let start = (line, column);
        let fail = |message: &str| Err((message.to_owned(), start.0, start.1));
        let length = if c.is_whitespace() {
            c.len_utf8()
        } else if c == ';' {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(punct) = PUNCT.iter().find(|p| rest.starts_with(**p)) {
            tokens.push((Token::Punct(punct), line, column));
            punct.len()
        } else if c == '@' {
            tokens.push((Token::Punct("@"), line, column));
            1
        } else if c == '-' || c.is_ascii_digit() {
            let length = rest[1..]
                .find(|c: char| !c.is_ascii_alphanumeric())
                .map_or(rest.len(), |end| end + 1);
            let Some(number) = number(&rest[..length]) else { return fail("not a number") };
            tokens.push((Token::Int(number), line, column));
            length
        } else if let Some(body) = rest.strip_prefix("x\"") {
            let Some(end) = body.find('"') else { return fail("the bytes have no end") };
            let Some(bytes) = hex(&body[..end]) else {
                return fail("bytes are pairs of hexadecimal digits");
            };
            tokens.push((Token::Bytes(bytes), line, column));
            end + 3
        } else if c == '"' {
            let (text, length) = match string(rest) {
                Ok(found) => found,
                Err(message) => return fail(message),
            };
            tokens.push((Token::Text(text), line, column));
            length
        } else if c.is_ascii_alphabetic() || c == '_' {
            let length =
                rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            tokens.push((Token::Word(rest[..length].to_owned()), line, column));
            length
        } else {
            return fail(&format!("unexpected character {c:?}"));
        };
        for c in rest[..length].chars() {
            if c == '\n' {
                line += 1;
                column = 1;
            } else {
                column += 1;
            }
        }
        rest = &rest[length..];
    }
    tokens.push((Token::End, line, column));
    Ok(tokens)
}

fn number(text: &str) -> Option<Number> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let magnitude = match digits.strip_prefix("0x") {
        Some(digits) => u128::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    // `from_str_radix` would take a sign of its own.
    let plain = !digits.starts_with(['+', '-']) && !digits.starts_with("0x+");
    magnitude.ok().filter(|_| plain).map(|magnitude| Number { negative, magnitude })
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect())
}

/// The string at the start of `text`, and how long it is there.
fn string(text: &str) -> Result<(String, usize), &'static str> {
    let mut result = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((result, at + 1)),
            '\n' => return Err("the string has no end"),
            '\\' => match chars.next() {
                Some((_, c @ ('"' | '\\'))) => result.push(c),
                Some((_, 'u')) => {
                    let mut code = String::new();
                    if !matches!(chars.next(), Some((_, '{'))) {
                        return Err("an escape is \\\", \\\\ or \\u{hex}");
                    }
                    loop {
                        match chars.next() {
                            Some((_, '}')) => break,
                            Some((_, c)) if c.is_ascii_hexdigit() && code.len() < 6 => code.push(c),
                            _ => return Err("an escape is \\\", \\\\ or \\u{hex}"),
                        }
                    }
                    let c = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
                    result.push(c.ok_or("no such character")?);
                }
                _ => return Err("an escape is \\\", \\\\ or \\u{hex}"),
            },
            c => result.push(c),
        }
    }
    Err("the string has no end")
}
