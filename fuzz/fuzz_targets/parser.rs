//! Source text: the parser gives a tree or an error with a place inside the text, in whatever way it is asked.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pkgimage_syntax::sexpr::sexpr;
use pkgimage_syntax::{Span, statement_spans};
use pkgimage_syntax::{
    parse_all, parse_atom, parse_statement, parse_until_error, render, source_text,
};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = source_text(data) else { return };
    match parse_all(text, "fuzz.jl") {
        Ok(node) => {
            let _ = sexpr(&node);
        }
        Err(error) => {
            let _ = render(&error, text, "fuzz.jl");
        }
    }
    let (node, _) = parse_until_error(text, "fuzz.jl", 1);
    let _ = sexpr(&node);
    for span in statement_spans(text).into_iter().filter(|span| *span != Span::NONE) {
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
    }
    let _ = parse_statement(text, 0, "fuzz.jl");
    let _ = parse_atom(text, 0, "fuzz.jl");
});
