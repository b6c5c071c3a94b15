"""
    REPL

Read, evaluate, print. The runner has the line editor and reads; what happens with a line is decided here.
"""
module REPL

using Markdown
import Base.Multimedia: display

include("recompile.jl")
include("session.jl")
include("evaluate.jl")
include("piped.jl")
include("help.jl")
include("shell.jl")
include("latex_symbols.jl")
include("completions.jl")
include("precompile.jl")

end
