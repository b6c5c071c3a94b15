# show_code.jl: lowered and typed code, in its basic blocks.

# Where blocks begin.
function _block_starts(code::Vector{Any})
    starts = Int[1]
    for (i, statement) in enumerate(code)
        if statement isa Core.GotoNode
            push!(starts, statement.label, i + 1)
        elseif statement isa Core.GotoIfNot
            push!(starts, statement.dest, i + 1)
        elseif statement isa Core.ReturnNode
            push!(starts, i + 1)
        elseif statement isa Expr && statement.head === :enter
            push!(starts, statement.args[1]::Int, i + 1)
        elseif statement isa Expr && statement.head === :leave
            push!(starts, i + 1)
        end
    end
    return filter!(<=(length(code)), unique!(sort!(starts)))
end

# The values of statements that another one uses.
function _used_values(code::Vector{Any})
    used = Set{Int}()
    look(x) = nothing
    look(x::Core.SSAValue) = push!(used, x.id)
    look(x::Core.GotoIfNot) = look(x.cond)
    look(x::Core.ReturnNode) = isdefined(x, :val) && look(x.val)
    look(x::Expr) = foreach(look, x.args)
    foreach(look, code)
    return used
end

# Jumps go to blocks rather than to statements.
_with_blocks(x, block) = x
_with_blocks(x::Core.GotoNode, block) = string("goto #", block(x.label))
function _with_blocks(x::Expr, block)
    x.head === :enter || return x
    return string("\$(Expr(:enter, #", block(x.args[1]::Int), "))")
end

_slotnames(src) = String[string(s) for s in src.slotnames]

# What is written behind a statement: `::T`, in a color that says how well it is known.
function _show_code_type(io::IO, @nospecialize(t), warn::Bool)
    if !warn
        printstyled(io, "::", t; color=:cyan)
    elseif t isa Union && _is_small(t)
        printstyled(io, "::", t; color=:yellow, bold=true)
    elseif t isa Type && !isconcretetype(t) && t !== Union{}
        printstyled(io, "::", t; color=:red, bold=true)
    else
        printstyled(io, "::", t; color=:cyan)
    end
end
_is_small(t::Union) = (parts = uniontypes(t); length(parts) <= 4 && all(isconcretetype, parts))

"""
    Base.show_code(io, src; warn=false)

The statements of a `CodeInfo`, with their types where it was inferred. `warn`: what is not known well stands out.
"""
function show_code(io::IO, src::Core.CodeInfo; warn::Bool=false)
    code = src.code::Vector{Any}
    starts = _block_starts(code)
    used = _used_values(code)
    block(i) = searchsortedlast(starts, i)
    inner = IOContext(io, :SOURCE_SLOTNAMES => _slotnames(src))
    numbers = ndigits(length(starts))
    wide = isempty(used) ? 0 : ndigits(maximum(used)) + 4
    types = src.inferred ? src.ssavaluetypes : nothing
    for (i, statement) in enumerate(code)
        at = block(i)
        first = starts[at] == i
        last = i == length(code) || (at < length(starts) && starts[at + 1] == i + 1)
        gutter = first ? string(rpad(at, numbers), " ─ ") : string(last ? "└" : "│", last ? "─"^(numbers + 1) : " "^(numbers + 1), " ")
        printstyled(io, gutter; color=:light_black)
        print(io, i in used ? lpad(string("%", i, " = "), wide) : " "^wide)
        if statement isa Core.GotoIfNot
            print(io, "goto #", block(statement.dest), " if not ")
            show_unquoted(inner, statement.cond, 0, 0, 0)
        else
            shown = _with_blocks(statement, block)
            is_text = shown isa String
            typed = types !== nothing && i in used && !is_text
            infix = typed && shown isa Expr && shown.head === :call && _is_infix(shown)
            infix && print(io, "(")
            is_text ? print(io, shown) : show_unquoted(inner, shown, 0, 0, 0)
            infix && print(io, ")")
            typed && _show_code_type(io, types[i], warn)
        end
        println(io)
    end
end
_is_infix(call::Expr) =
    (f = call.args[1]; name = f isa GlobalRef ? f.name : f; name isa Symbol && isoperator(name) && length(call.args) > 2)

function show(io::IO, src::Core.CodeInfo)
    print(io, "CodeInfo(\n")
    show_code(io, src)
    print(io, ")")
end
