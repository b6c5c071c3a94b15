# Reads a JSON document, counts what is in it, and writes it again.
using Json

const DOCUMENT = """
{
  "name": "Gr\\u00fc\\u00dfe",
  "tags": ["a", "b\\n", "\\ud83d\\ude00"],
  "size": {"width": 640, "height": 480, "ratio": 1.3333333333333333},
  "layers": [
    {"id": 1, "visible": true, "opacity": 0.5, "parent": null},
    {"id": 2, "visible": false, "opacity": 1e0, "parent": 1}
  ]
}
"""

# How often each kind of value occurs.
function kinds(value, counts=Dict{String,Int}())
    name = value === nothing ? "null" : string(nameof(typeof(value)))
    counts[name] = get(counts, name, 0) + 1
    if value isa AbstractDict
        foreach(v -> kinds(v, counts), values(value))
    elseif value isa AbstractVector
        foreach(v -> kinds(v, counts), value)
    end
    return counts
end

function main(args)
    rounds = isempty(args) ? 1 : parse(Int, args[1])
    document = Json.parse(DOCUMENT)
    for i in 1:rounds
        push!(document["layers"], Dict("id" => i + 2, "visible" => isodd(i), "opacity" => 1 / i))
        document = Json.parse(Json.text(document))
    end
    Json.print(kinds(document); indent=2)
    println()
    println(length(Json.text(document)), " characters")
    try
        Json.parse("[1, 2,\n  oops]")
    catch e
        showerror(stdout, e)
        println()
    end
end

if abspath(PROGRAM_FILE) == @__FILE__
    main(ARGS)
end
