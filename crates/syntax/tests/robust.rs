//! The parser neither panics nor overflows its stack, whatever it is given.

use pkgimage_syntax::{Node, ParseError, parse_all, parse_atom, parse_statement, render, sexpr};
use proptest::prelude::*;

/// Pieces that texts are made of at random: every kind of token, and combinations that matter.
const PIECES: &[&str] = &[
    " ",
    "\n",
    "\t",
    ";",
    ",",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "\"\"\"",
    "`",
    "```",
    "'",
    "$",
    "@",
    ".",
    "..",
    "...",
    ":",
    "::",
    "=",
    "==",
    "=>",
    "->",
    "-->",
    "<--",
    "?",
    "!",
    "~",
    "+",
    "-",
    "*",
    "/",
    "//",
    "\\",
    "^",
    "|",
    "||",
    "&",
    "&&",
    "<",
    "<:",
    ">:",
    ">>",
    "|>",
    "<|",
    ".+",
    ".=",
    ".&&",
    ".'",
    "+=",
    "++",
    "--",
    "**",
    "√",
    "¬",
    "±",
    "→",
    "∈",
    "₁",
    "α",
    "\u{200b}",
    "\u{feff}",
    "#",
    "#=",
    "=#",
    "\\\n",
    "\r\n",
    "0",
    "1",
    "2.5",
    "1e3",
    "1f0",
    "0x1f",
    "0b1",
    "0x1p3",
    "1_0",
    "x",
    "y",
    "f",
    "f(",
    "var\"a\"",
    "r\"a\"i",
    "'c'",
    "\"s\"",
    "@m ",
    "@m(",
    "@.",
    "$(",
    "begin",
    "end",
    "if ",
    "else",
    "elseif ",
    "for ",
    "in ",
    "isa ",
    "where ",
    "while ",
    "let ",
    "do ",
    "function ",
    "macro ",
    "quote ",
    "try ",
    "catch ",
    "finally ",
    "struct ",
    "mutable ",
    "abstract ",
    "primitive ",
    "type ",
    "module ",
    "import ",
    "using ",
    "export ",
    "as ",
    "return ",
    "break",
    "continue",
    "const ",
    "global ",
    "local ",
    "outer ",
    "true",
    "false",
    "doc",
    "public ",
];

/// Ordinary code, to be mutilated.
const SNIPPETS: &[&str] = &[
    "function f(x::T, y=1; k...) where {T<:Real}\n    x = [a b; c d]\n    return x.y[end]'\nend\n",
    "for (i, x) in enumerate(xs), j = 1:2:n\n    i == j ? continue : break\nend\n",
    "\"\"\"\n    doc $(x + 1)\n    more\n\"\"\"\nmutable struct A{T} <: B\n    const x::T\n    y\nend\n",
    "@testset \"name $x\" for x in [1 -2 3]\n    @test f.(x) .+ 1 ≈ 2x atol=1e-3\nend\n",
    "try\n    g(x) do y\n        y^2\n    end\ncatch e\n    rethrow()\nfinally\n    close(io)\nend\n",
    "import A.B: c, @d\nusing ..E, F\nexport +, @x\nmodule M end\n",
    "let a = 1, b\n    if a < b <= c && !d\n        :(x + $y)\n    elseif q\n        quote z end\n    end\nend\n",
    "[x for x in 1:10 if x > 2]; (; a=1, b); {1, 2}; T[1;;2]; r\"a\\\"b\"x; `cmd $a`; 'α'; 0x1.8p3\n",
];

/// Every place of a tree lies within the text, at characters.
fn check_spans(node: &Node, source: &str) {
    match node {
        Node::Expr(e) => {
            let (start, end) = (e.span.start as usize, e.span.end as usize);
            assert!(source.get(start..end).is_some(), "span {start}..{end} of {}", e.head);
            e.args.iter().for_each(|a| check_spans(a, source));
        }
        Node::Quote(value) => check_spans(value, source),
        _ => {}
    }
}

fn check_error(error: &ParseError, source: &str) {
    assert!(!error.message.is_empty());
    assert!(error.span.start <= error.span.end && error.span.end as usize <= source.len());
    assert_eq!(error.incomplete, error.tag.is_some());
    assert!(render(error, source, "file.jl").contains("file.jl:"));
    pkgimage_syntax::julia_message(error, source, "none", 0, 1);
}

fn check(source: &str) {
    match parse_all(source, "none") {
        Ok(tree) => {
            check_spans(&tree, source);
            sexpr::sexpr(&tree);
        }
        Err(error) => check_error(&error, source),
    }
    // Statement by statement, to the end or the first error.
    let mut offset = 0;
    while offset < source.len() {
        match parse_statement(source, offset, "none") {
            Ok((Some(_), next)) => {
                assert!(next > offset, "no progress at {offset}");
                offset = next;
            }
            Ok((None, next)) => {
                assert_eq!(next, source.len());
                break;
            }
            Err(error) => {
                check_error(&error, source);
                break;
            }
        }
    }
    if let Err(error) = parse_atom(source, 0, "none") {
        check_error(&error, source);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn token_soup(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        check(&pieces.concat());
    }

    #[test]
    fn any_text(text in "\\PC{0,60}") {
        check(&text);
    }

    #[test]
    fn mutilated(
        snippet in prop::sample::select(SNIPPETS),
        cut in any::<prop::sample::Index>(),
        length in 0usize..6,
        piece in prop::sample::select(PIECES),
    ) {
        let chars: Vec<char> = snippet.chars().collect();
        let at = cut.index(chars.len());
        let mut text: String = chars[..at].iter().collect();
        text.push_str(piece);
        text.extend(&chars[(at + length).min(chars.len())..]);
        check(&text);
    }
}

/// Runs on a stack as small as that of a task.
fn on_small_stack(body: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(body);
    thread.expect("a thread").join().expect("no panic");
}

#[test]
fn deep_nesting_is_an_error() {
    on_small_stack(|| {
        let n = 20_000;
        for (open, middle, close) in [
            ("(", "x", ")"),
            ("[", "x", "]"),
            ("{", "x", "}"),
            ("f(", "x", ")"),
            ("a[", "1", "]"),
            ("!", "x", ""),
            ("-", "x", ""),
            ("$", "x", ""),
            ("&", "x", ""),
            (":(", "x", ")"),
            ("<: ", "x", ""),
            ("x^", "x", ""),
            ("x = ", "x", ""),
            ("x => ", "x", ""),
            ("x && ", "x", ""),
            ("x ? y : ", "x", ""),
            ("x -> ", "x", ""),
            ("x → ", "x", ""),
            ("x <| ", "x", ""),
            ("@m ", "x", ""),
            ("@m(", "x", ")"),
            ("begin ", "x", " end"),
            ("if x ", "x", " end"),
            ("if x y else", "if x end", " end"),
            ("module A\n", "x", "\nend"),
            ("let ", "x = 1 ", " end"),
            ("for i in ", "x", ""),
            ("\"$(", "x", ")\""),
            ("x::", "T", ""),
            ("return ", "x", ""),
            ("function (", "x", ") end"),
            ("T where ", "S", ""),
            ("[x for x in ", "x", "]"),
            ("(x; ", "x", ")"),
            ("f() do\n", "x", "\nend"),
            ("struct A\n", "x", "\nend"),
            ("try\n", "x", "\nfinally\nend"),
            ("quote\n", "x", "\nend"),
        ] {
            let source = open.repeat(n) + middle + &close.repeat(n);
            if let Ok(tree) = parse_all(&source, "none") {
                panic!("{open} parsed: {:.100}", sexpr::sexpr(&tree));
            }
            check(&source);
        }
        // Trees that grow to the left.
        for (first, rest) in [
            ("x", "-x"),
            ("x", "()"),
            ("x", "[1]"),
            ("x", "'"),
            ("x", ".y"),
            ("x", "::T"),
            ("x", " where T"),
            ("x", ":y:z"),
            ("x", " |> y"),
            ("x", "{T}"),
            ("if x y ", "elseif x y "),
            ("f(x", ";x"),
            ("[x", ";;x"),
        ] {
            check(&(first.to_owned() + &rest.repeat(n)));
        }
    });
}

#[test]
fn moderate_nesting_parses() {
    on_small_stack(|| {
        let n = 300;
        for (open, middle, close) in [
            ("(", "x", ")"),
            ("f(", "x", ")"),
            ("[", "x", "]"),
            ("if x ", "x", " end"),
            ("x ? y : ", "x", ""),
            ("x && ", "x", ""),
            ("begin ", "x", " end"),
        ] {
            let source = open.repeat(n) + middle + &close.repeat(n);
            assert!(parse_all(&source, "none").is_ok(), "{open}");
        }
    });
}
