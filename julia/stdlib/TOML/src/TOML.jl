"""
TOML: reading and writing files of Tom's Obvious Minimal Language, version 1.0 (without offset date-times).
"""
module TOML

module Internals
using Dates
using Base: IdSet
include("errors.jl")
include("parser.jl")
include("values.jl")
module Printer
using Dates
include("print.jl")
end
end # module Internals

using .Internals: ParserError, Printer

"""
    Parser()

What reads a text. It may be used for one text after another.
"""
const Parser = Internals.Parser

readstring(f::AbstractString) = isfile(f) ? read(f, String) : error(repr(f), ": No such file")

"""
    parsefile(f::AbstractString) -> Dict{String,Any}

The table of a file; a [`ParserError`](@ref) is thrown where the file is no TOML. See [`tryparsefile`](@ref).
"""
parsefile(f::AbstractString) = Internals.parse(Parser(readstring(f); filepath=abspath(f)))
parsefile(p::Parser, f::AbstractString) = Internals.parse(Internals.reinit!(p, readstring(f); filepath=abspath(f)))

"""
    tryparsefile(f::AbstractString)

The table of a file, or the [`ParserError`](@ref).
"""
tryparsefile(f::AbstractString) = Internals.tryparse(Parser(readstring(f); filepath=abspath(f)))
tryparsefile(p::Parser, f::AbstractString) = Internals.tryparse(Internals.reinit!(p, readstring(f); filepath=abspath(f)))

"""
    parse(x::Union{AbstractString, IO}) -> Dict{String,Any}

The table of a text; a [`ParserError`](@ref) is thrown where it is no TOML. See [`tryparse`](@ref).
"""
parse(str::AbstractString) = Internals.parse(Parser(String(str)))
parse(p::Parser, str::AbstractString) = Internals.parse(Internals.reinit!(p, String(str)))
parse(io::IO) = parse(read(io, String))
parse(p::Parser, io::IO) = parse(p, read(io, String))

"""
    tryparse(x::Union{AbstractString, IO})

The table of a text, or the [`ParserError`](@ref).
"""
tryparse(str::AbstractString) = Internals.tryparse(Parser(String(str)))
tryparse(p::Parser, str::AbstractString) = Internals.tryparse(Internals.reinit!(p, String(str)))
tryparse(io::IO) = tryparse(read(io, String))
tryparse(p::Parser, io::IO) = tryparse(p, read(io, String))

"""
    print([to_toml::Function], io::IO [=stdout], data::AbstractDict; sorted=false, by=identity)

Write `data` as TOML. With `sorted`, the keys of tables are in order, by `by`. Values of types that TOML does not know
are given to `to_toml`, which returns one that it knows.
"""
const print = Printer.print

end # module TOML
