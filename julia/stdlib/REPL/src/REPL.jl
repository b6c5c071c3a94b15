"""
    REPL

The names of Julia's REPL that packages use.
"""
module REPL

using Markdown

fielddoc(binding, field) = error("unsupported: REPL.fielddoc")

end
