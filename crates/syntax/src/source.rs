//! Places in a source text: bytes to lines and columns, and errors shown with their line.

use std::fmt::Write as _;

use crate::error::ParseError;

/// The lines of one source text.
pub struct SourceMap<'s> {
    text: &'s str,
    /// First byte of each line.
    starts: Vec<u32>,
}

impl<'s> SourceMap<'s> {
    /// Finds the lines of this text.
    pub fn new(text: &'s str) -> SourceMap<'s> {
        let ends = text.bytes().enumerate().filter(|&(_, b)| b == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(i, _)| i as u32 + 1)).collect();
        SourceMap { text, starts }
    }

    /// The line of this byte, from 1.
    pub fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start as usize <= offset)
    }

    /// Line and column of this byte, both from 1; the column counts characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = floor(self.text, offset);
        let line = self.line(offset);
        let start = self.start_of(line);
        (line, self.text[start..offset].chars().count() + 1)
    }

    /// The text of this line, without its end.
    pub fn line_text(&self, line: usize) -> &'s str {
        let rest = &self.text[self.start_of(line)..];
        rest.split('\n').next().unwrap_or("").trim_end_matches('\r')
    }

    fn start_of(&self, line: usize) -> usize {
        let index = line.saturating_sub(1).min(self.starts.len() - 1);
        self.starts[index] as usize
    }
}

/// The nearest character boundary at or before this byte, and within the text.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Line and column of this byte, both from 1; the column counts characters.
pub fn line_column(source: &str, offset: usize) -> (usize, usize) {
    SourceMap::new(source).line_column(offset)
}

/// The error as a user is to see it: message, place, the line, and a caret below.
pub fn render(error: &ParseError, source: &str, file: &str) -> String {
    let map = SourceMap::new(source);
    let start = floor(source, error.span.start as usize);
    let end = floor(source, error.span.end as usize).max(start);
    // A caret under a blank says nothing: go to what follows it.
    let start = end - source[start..end].trim_start().len();
    let (line, column) = map.line_column(start);
    let text = map.line_text(line);
    let before: String =
        text.chars().take(column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    let first_line = source[start..end].split('\n').next().unwrap_or("");
    let width = first_line.trim_end().chars().count().max(1);
    let number = line.to_string();
    let gutter = " ".repeat(number.len());
    let mut out = String::new();
    let _ = writeln!(out, "error: {}", error.message);
    let _ = writeln!(out, "{gutter}--> {file}:{line}:{column}");
    let _ = writeln!(out, "{gutter} |");
    let _ = writeln!(out, "{number} | {text}");
    let _ = writeln!(out, "{gutter} | {before}{}", "^".repeat(width));
    out
}

/// The text that Julia's own `Meta.ParseError` carries: place, source line, marker and message.
///
/// Parsing began at the byte `offset`, which stands on line `first_line`.
pub fn julia_message(
    error: &ParseError,
    source: &str,
    file: &str,
    offset: usize,
    first_line: usize,
) -> String {
    let offset = floor(source, offset);
    let text = &source[offset..];
    let map = SourceMap::new(text);
    let start = floor(text, (error.span.start as usize).saturating_sub(offset));
    let end = floor(text, (error.span.end as usize).saturating_sub(offset)).max(start);
    let (line, column) = map.line_column(start);
    let (last_line, last_column) = map.line_column(end.saturating_sub(1).max(start));
    let mut out = format!("ParseError:\n# Error @ {file}:{}:{column}\n", line + first_line - 1);
    if line > 1 {
        let _ = writeln!(out, "{}", map.line_text(line - 1));
    }
    // Whitespace as wide as what stands before the marked text, with a `#` in front.
    let before = map.line_text(line).chars().take(column - 1);
    let mut indent: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    if !indent.is_empty() {
        let rest = if indent.starts_with('\t') { 0 } else { 1 };
        indent = format!("#{}", &indent[rest..]);
    }
    if line == last_line {
        let _ = writeln!(out, "{}", map.line_text(line));
        let marker = match text[start..end].chars().count() {
            0 => "└".to_owned(),
            1 => "╙".to_owned(),
            n => format!("└{}┘", "─".repeat(n - 2)),
        };
        let _ = write!(out, "{indent}{marker} ── {}", error.message);
        return out;
    }
    let width = map.line_text(line).chars().count() + 1 - column;
    let _ = writeln!(out, "{indent}┌{}", "─".repeat(width.saturating_sub(1)));
    for n in line..=last_line {
        // Of a long stretch only the two lines at each end are shown.
        if last_line - line > 3 && n > line + 1 && n + 1 < last_line {
            if n == line + 2 {
                out.push_str("⋮\n");
            }
            continue;
        }
        let _ = writeln!(out, "{}", map.line_text(n));
    }
    let marker = match last_column {
        0 | 1 => "┘".to_owned(),
        n => format!("#{}┘", "─".repeat(n - 2)),
    };
    let _ = write!(out, "{marker} ── {}", error.message);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_all;

    fn error(source: &str) -> ParseError {
        parse_all(source, "none").expect_err("an error")
    }

    #[test]
    fn lines_and_columns() {
        let source = "aβ\nγ\r\n\nx";
        let places: Vec<_> = source.char_indices().map(|(i, _)| line_column(source, i)).collect();
        let expected = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1), (4, 1)];
        assert_eq!(places, expected);
        assert_eq!(line_column(source, 100), (4, 2));
        assert_eq!(line_column("", 0), (1, 1));
        assert_eq!(SourceMap::new(source).line_text(2), "γ");
    }

    #[test]
    fn rendering() {
        let source = "f(x) = 1\n\tg(α β)\n";
        let expected =
            "error: Expected `)` or `,`\n --> dir/a.jl:2:5\n  |\n2 | \tg(α β)\n  | \t   ^\n";
        assert_eq!(render(&error(source), source, "dir/a.jl"), expected);
        let source = "if x\n  y  z\nend";
        let expected = "error: Expected `end`\n --> a.jl:2:6\n  |\n2 |   y  z\n  |      ^\n";
        assert_eq!(render(&error(source), source, "a.jl"), expected);
        let source = "a   bc d # e";
        let expected = "error: extra tokens after end of expression\n --> a.jl:1:5\n  |\n\
                        1 | a   bc d # e\n  |     ^^^^\n";
        assert_eq!(render(&error(source), source, "a.jl"), expected);
    }

    #[test]
    fn the_words_of_julia() {
        for (source, expected) in [
            ("\"", "# Error @ none:1:2\n\"\n#└ ── unterminated string literal"),
            ("x + ", "# Error @ none:1:5\nx + \n#   └ ── premature end of input"),
            ("a -- b", "# Error @ none:1:3\na -- b\n# └┘ ── invalid operator"),
            ("a\nx = )", "# Error @ none:2:5\na\nx = )\n#   ╙ ── unexpected `)`"),
            ("+=", "# Error @ none:1:1\n+=\n└┘ ── invalid identifier"),
        ] {
            let message = julia_message(&error(source), source, "none", 0, 1);
            assert_eq!(message, format!("ParseError:\n{expected}"), "{source}");
        }
    }
}
