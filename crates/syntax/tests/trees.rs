//! Tables of source and tree: every file of `tests/trees`, case by case.
//!
//! A case is its source, on as many lines as it takes, and then one line `=> tree` for each
//! statement, in the notation of `Meta.show_sexpr`; or one line `=> error LINE:COLUMN message`, or
//! `=> incomplete TAG LINE:COLUMN message` where more input is needed. Lines between cases that
//! begin with `##` are comments. `BLESS=1 cargo test -p pkgimage-syntax --test trees` writes what
//! the parser gives in place of what is there, to be read before it is committed.

use std::fmt::Write as _;
use std::path::Path;

use pkgimage_syntax::sexpr::sexpr;
use pkgimage_syntax::{Node, line_column, parse_all, parse_atom, parse_statement};

/// What the parser gives for a source, in the lines of a case.
fn outcome(source: &str) -> Vec<String> {
    match parse_all(source, "none") {
        Ok(Node::Expr(tree)) => {
            let statements = tree.args.iter().filter(|n| !matches!(n, Node::Line { .. }));
            statements.map(|n| format!("=> {}", sexpr(n))).collect()
        }
        Ok(_) => vec!["=> no toplevel".to_owned()],
        Err(error) => {
            let (line, column) = line_column(source, error.span.start as usize);
            let kind = match error.tag {
                Some(tag) => format!("incomplete {}", tag.name()),
                None => "error".to_owned(),
            };
            vec![format!("=> {kind} {line}:{column} {}", error.message)]
        }
    }
}

/// Checks one file; gives it anew with what the parser gives, and what differs.
fn run(text: &str) -> (String, Vec<String>) {
    let mut fresh = String::new();
    let mut failures = Vec::new();
    let mut lines = text.lines().peekable();
    let mut source: Vec<&str> = Vec::new();
    while let Some(line) = lines.next() {
        if source.is_empty() && (line.is_empty() || line.starts_with("##")) {
            let _ = writeln!(fresh, "{line}");
            continue;
        }
        if !line.starts_with("=> ") {
            source.push(line);
            if lines.peek().is_some() {
                continue;
            }
        }
        let mut expected = Vec::new();
        if line.starts_with("=> ") {
            expected.push(line.to_owned());
        }
        while let Some(more) = lines.next_if(|l| l.starts_with("=> ")) {
            expected.push(more.to_owned());
        }
        let joined = source.join("\n");
        let got = outcome(&joined);
        if got != expected {
            failures.push(format!(
                "{joined}\n  expected {}\n  got      {}",
                expected.join("\n           "),
                got.join("\n           ")
            ));
        }
        let _ = writeln!(fresh, "{joined}\n{}", got.join("\n"));
        source.clear();
    }
    (fresh, failures)
}

#[test]
fn trees() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trees");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of tables")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    assert!(files.len() > 5);
    let mut failed = false;
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a table");
        let (fresh, failures) = run(&text);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&file, fresh).expect("a table written");
            continue;
        }
        for failure in failures {
            failed = true;
            eprintln!("{}: {failure}\n", file.display());
        }
    }
    assert!(!failed, "BLESS=1 takes over what the parser gives");
}

/// Sources that cannot be written in a table as they are.
#[test]
fn characters_that_do_not_show() {
    for (source, expected) in [
        ("a\r\nb\r\n", "=> :a\n=> :b"),
        ("\u{feff}a", "=> :a"),
        ("a\u{a0}+\u{3000}b", "=> (:call, :+, :a, :b)"),
        ("[1\r\n2]", "=> (:vcat, 1, 2)"),
        ("# a\r\nb # c\r\n", "=> :b"),
        ("\"a\r\nb\rc\"", "=> \"a\\nb\\nc\""),
        ("raw\"a\r\nb\"", "=> (:macrocall, Symbol(\"@raw_str\"), (:line, 1), \"a\\nb\")"),
        ("\"\"\"\r\n  a\r\n  b\"\"\"", "=> \"a\\nb\""),
        ("\"\"\"\n\ta\n\tb\"\"\"", "=> \"a\\nb\""),
        ("\"\"\"\n\t a\n\tb\"\"\"", "=> \" a\\nb\""),
        ("\"a\\\r\n  b\"", "=> \"ab\""),
        ("\"\"\"\n  a  \n  \n  b\n  \"\"\"", "=> \"a  \\n\\nb\\n\""),
        ("a\u{200b}b", "=> error 1:2 invisible character '\\u200b'"),
        ("a\u{202e}b", "=> error 1:2 unknown unicode character '\\u202e'"),
        ("\"\u{202e}\"", "=> error 1:2 unbalanced bidirectional unicode formatting"),
        ("#= \u{202e} =# a", "=> error 1:1 unbalanced bidirectional unicode formatting"),
        ("\"\u{202e}a\u{202c}\"", "=> \"\\u{202e}a\\u{202c}\""),
        ("e\u{301}", "=> :é"),
        ("", ""),
        ("\n \n# a\n", ""),
    ] {
        assert_eq!(outcome(source).join("\n"), expected, "{source:?}");
    }
}

/// Every expression of a tree with the text of its place, in order of the tree.
fn places(node: &Node, source: &str, out: &mut Vec<String>) {
    match node {
        Node::Expr(e) => {
            let text = source.get(e.span.start as usize..e.span.end as usize).unwrap_or("?");
            out.push(format!("{}: {text}", e.head));
            e.args.iter().for_each(|a| places(a, source, out));
        }
        Node::Quote(value) => places(value, source, out),
        _ => {}
    }
}

#[test]
fn spans() {
    for (source, expected) in [
        (
            "f(x,  y + 1 ; k = 2)",
            &["call: f(x,  y + 1 ; k = 2)", "parameters: ; k = 2", "kw: k = 2", "call: y + 1"][..],
        ),
        ("(a + b) * c.d'", &["call: (a + b) * c.d'", "call: a + b", "': c.d'", ".: c.d"]),
        (
            "g() = ( a;  b - c )",
            &["=: g() = ( a;  b - c )", "call: g()", "block: ( a;  b - c )", "call: b - c"],
        ),
        ("if a # b\n  c()\n\nend # d", &["if: if a # b\n  c()\n\nend", "block: c()", "call: c()"]),
        ("\"x $(y + 1)\"", &["string: \"x $(y + 1)\"", "call: y + 1"]),
        (
            "@m [1 2; 3 4] -> x",
            &[
                "macrocall: @m [1 2; 3 4] -> x",
                "->: [1 2; 3 4] -> x",
                "vcat: [1 2; 3 4]",
                "row: 1 2",
                "row: 3 4",
                "block: x",
            ],
        ),
        (
            "[x for x in 1:2 if x]",
            &[
                "comprehension: [x for x in 1:2 if x]",
                "generator: x for x in 1:2 if x",
                "filter: x in 1:2 if x",
                "=: x in 1:2",
                "call: 1:2",
            ],
        ),
        (" x\n  .y", &[]),
    ] {
        let Ok((Some(tree), _)) = parse_statement(source, 0, "none") else {
            panic!("{source} does not parse")
        };
        let mut got = Vec::new();
        places(&tree, source, &mut got);
        assert_eq!(got, expected, "{source}");
    }
}

#[test]
fn statement_by_statement() {
    let source = "a = 1 # b\n\n\"doc\"\nf(x) = x\nc; d\n# e\n";
    let mut offset = 0;
    let mut got = Vec::new();
    loop {
        let (node, next) = parse_statement(source, offset, "none").expect("a statement");
        got.push((node.map(|n| sexpr(&n)), next));
        if got.last().is_some_and(|(node, _)| node.is_none()) {
            break;
        }
        offset = next;
    }
    let doc = "(:macrocall, GlobalRef(Core, Symbol(\"@doc\")), (:line, 1), \"doc\", \
               (:(=), (:call, :f, :x), (:block, (:line, 2), :x)))";
    let expected = [
        (Some("(:(=), :a, 1)".to_owned()), 11),
        (Some(doc.to_owned()), 26),
        (Some("(:toplevel, :c, :d)".to_owned()), 35),
        (None, 35),
    ];
    assert_eq!(got, expected);
}

#[test]
fn atoms() {
    for (source, offset, expected, next) in [
        ("a + b", 0, ":a", 1),
        ("a + b", 1, ":+", 3),
        (" (a + b) c", 0, "(:call, :+, :a, :b)", 8),
        ("[1] [2]", 3, "(:vect, 2)", 7),
        (":a.b", 0, "QuoteNode(:a)", 2),
        ("\"a$b\" c", 0, "(:string, \"a\", :b)", 5),
    ] {
        let (node, end) = parse_atom(source, offset, "none").expect("an atom");
        assert_eq!((node.map(|n| sexpr(&n)), end), (Some(expected.to_owned()), next), "{source}");
    }
    assert_eq!(parse_atom(" # a", 0, "none").expect("nothing"), (None, 4));
    assert!(parse_atom("α", 1, "none").is_err());
}

#[test]
fn lines_can_begin_anywhere() {
    let (node, _) =
        pkgimage_syntax::parse_statement_from_line("\n@m", 0, "f.jl", 7).expect("a tree");
    assert_eq!(
        node.map(|n| sexpr(&n)),
        Some("(:macrocall, Symbol(\"@m\"), (:line, 8))".to_owned())
    );
    let tree = parse_all("a", "f.jl").expect("a tree");
    let line = tree.as_expr().and_then(|e| e.args.first().cloned());
    assert_eq!(line, Some(Node::Line { line: 1, file: Some("f.jl".into()) }));
}

#[test]
fn what_stands_before_an_error() {
    let (tree, error) = pkgimage_syntax::parse_until_error("a\nb\nx = )\nc", "none", 1);
    assert_eq!(sexpr(&tree), "(:toplevel, (:line, 1), :a, (:line, 2), :b, (:line, 3))");
    assert_eq!(error.map(|e| e.message), Some("unexpected `)`".to_owned()));
    let (tree, error) = pkgimage_syntax::parse_until_error("a", "none", 1);
    assert_eq!((sexpr(&tree).as_str(), error), ("(:toplevel, (:line, 1), :a)", None));
}

#[test]
fn bytes_that_are_no_text() {
    assert_eq!(pkgimage_syntax::source_text("α".as_bytes()), Ok("α"));
    let error = pkgimage_syntax::source_text(b"a\xffb").expect_err("an error");
    assert_eq!((error.span.start, error.span.end), (1, 2));
    assert_eq!(error.message, "invalid UTF-8 sequence \"\\xff\"");
}
