# What programs use of TOML: see base.jl. The recording beside this file says what native code the image of
# TOML holds, and what of Base it wants of Base's. Write it anew after a change with
#
#     cargo pkgimage record --project julia --workload TOML

using TOML

const TEXT = """
title = "a text"
number = 17
ratio = 1.5
wanted = true
day = 2020-02-29
moment = 2020-02-29T12:30:15
list = [1, 2, 3]
names = ["a", "b"]
mixed = [1, "a", [1.5]]
literal = 'a\\b'
inline = { a = 1, b = "x" }
dotted.key = 1
long = \"\"\"
two
lines\"\"\"

[table]
a = 0xff
b = 1_000
c = inf

[table.inner]
"quoted key" = -1.0e3

[[items]]
a = 1

[[items]]
a = 2
"""
let tables = TOML.parse(TEXT)
    (tables["title"], tables["table"]["inner"], tables["items"], TOML.parse(IOBuffer(TEXT)), TOML.tryparse(TEXT), TOML.tryparse("a ="), sprint(TOML.print, tables), sprint(io -> TOML.print(io, tables; sorted = true)), TOML.print(devnull, Dict("a" => Dict("b" => [1, 2]))))
    path = tempname()
    open(io -> TOML.print(io, tables), path, "w")
    (TOML.parsefile(path), TOML.tryparsefile(path))
    rm(path)
end
for text in ["a =", "a = 1\na = 2", "= 1", "a = [1", "a = \"x", "[a\n", "a = 1979-13-01"]
    try
        TOML.parse(text)
    catch e
        sprint(showerror, e)
    end
end
