# docs/Docs.jl: the module `Docs`: docstrings are kept in a table of the module they were written in.

module Docs

import Base: getindex, setindex!, show, print, ==, hash
export doc, hasdoc

# ---- what is documented ------------------------------------------------------------------------------------

"""
    Binding

A name of a module.
"""
struct Binding
    mod::Module
    var::Symbol

    function Binding(m::Module, v::Symbol)
        # The module that owns the binding, so that every alias finds the same docs.
        m = Base.binding_module(m, v)
        return new(m, v)
    end
end
bindingexpr(x) = Expr(:call, Binding, splitexpr(x)...)
defined(b::Binding) = isdefined(b.mod, b.var)
resolve(b::Binding) = getfield(b.mod, b.var)
show(io::IO, b::Binding) = b.mod === Main ? print(io, b.var) : print(io, b.mod, '.', b.var)
aliasof(b::Binding) = defined(b) ? (a = aliasof(resolve(b), b); defined(a) ? a : b) : b
aliasof(d::DataType, b) = Binding(d.name.module, d.name.name)
aliasof(λ::Function, b) = (m = typeof(λ).name.mt; Binding(m.module, m.name))
aliasof(m::Module, b) = Binding(m, nameof(m))
aliasof(other, b) = b
Binding(m::Module, v::Expr) = Binding(Core.eval(m, v.args[1]), v.args[2].value)

# ---- the tables -----------------------------------------------------------------------------------------------

const modules = Module[]
const META = gensym(:meta)

function initmeta(m::Module)
    if !isdefined(m, META)
        Core.eval(m, :(const $META = $(IdDict{Any,Any}())))
        push!(modules, m)
    end
    return nothing
end

"""
    meta(m::Module)

The table of a module's docs.
"""
function meta(m::Module; autoinit::Bool=true)
    if !isdefined(m, META)
        autoinit || return nothing
        initmeta(m)
    end
    return getglobal(m, META)::IdDict{Any,Any}
end

"""
    DocStr

A docstring with what is known about it.
"""
mutable struct DocStr
    text::Core.SimpleVector
    object::Union{Nothing,Any}
    data::Dict{Symbol,Any}
end
function docstr(binding::Binding, @nospecialize(text), data::Dict{Symbol,Any})
    data[:binding] = binding
    return DocStr(Core.svec(text), nothing, data)
end

"""
    Docs.formatdoc(buffer::IO, d::DocStr, part)

Writes one part of a docstring; packages have methods for parts of their own.
"""
@noinline formatdoc(buffer, d::DocStr, part) = print(buffer, part)
function show(io::IO, d::DocStr)
    buffer = IOBuffer()
    for part in d.text
        Base.invokelatest(formatdoc, buffer, d, part)
    end
    write(io, take!(buffer))
    return
end

"""
    MultiDoc

All docstrings of a name, by signature.
"""
mutable struct MultiDoc
    order::Vector{Any}
    docs::IdDict{Any,Any}
    MultiDoc() = new(Any[], IdDict{Any,Any}())
end

function doc!(mod::Module, binding::Binding, @nospecialize(text), @nospecialize(sig), data::Dict{Symbol,Any})
    m = get!(MultiDoc, meta(mod), binding)::MultiDoc
    key = sig
    haskey(m.docs, key) || push!(m.order, key)
    m.docs[key] = text isa DocStr ? text : docstr(binding, text, data)
    return binding
end
==(a::Binding, b::Binding) = a.mod === b.mod && a.var === b.var
hash(b::Binding, h::UInt) = hash(b.mod, hash(b.var, h))

# Tables are by identity: one Binding object per name.
const _bindings = Dict{Tuple{Module,Symbol},Binding}()
_unique(b::Binding) = get!(() -> b, _bindings, (b.mod, b.var))

# ---- what `@doc` does -------------------------------------------------------------------------------------------

# The name of a definition, and what tells its methods apart.
unwrap_signature(@nospecialize x) = x
function unwrap_signature(x::Expr)
    while x.head === :where || (x.head === :(::) && length(x.args) == 2)
        x = x.args[1]
        x isa Expr || return x
    end
    return x
end
function namify(@nospecialize x)
    x = x isa Expr ? unwrap_signature(x) : x
    if x isa Expr
        if x.head === :macro
            n = namify(x.args[1])
            return n isa Symbol ? Symbol('@', n) : Expr(:., n.args[1], QuoteNode(Symbol('@', n.args[2].value)))
        elseif x.head in (:struct,)
            return namify(x.args[2])
        elseif x.head === :primitive || x.head === :abstract
            return namify(x.args[1])
        elseif x.head === :module
            return x.args[2]
        elseif x.head in (:function, :(=), :call, :curly, :const, :global, :<:, :(::), :local)
            return isempty(x.args) ? nothing : namify(x.args[1])
        elseif x.head === :.
            return x
        elseif x.head === :macrocall
            return x.args[1]
        elseif x.head === :escape
            return namify(x.args[1])
        end
        return nothing
    end
    return x isa QuoteNode ? x.value : x
end

splitexpr(x::Symbol) = Expr(:macrocall, Symbol("@__MODULE__"), nothing), quot(x)
function splitexpr(x::Expr)
    isexpr(x, :.) && return x.args[1], x.args[2]
    error("Invalid @var syntax `$x`.")
end
quot(x) = Expr(:quote, x)
isexpr(@nospecialize(x), head) = x isa Expr && x.head === head

# A macro's expansion marks what it documents.
function finddoc(λ, def::Expr)
    if isexpr(def, :block) && length(def.args) == 2 && isexpr(def.args[1], :meta) && def.args[1].args == Any[:doc]
        def.args = Any[λ(def.args[2])]
        def.head = :block
        return true
    end
    found = false
    for each in def.args
        found |= finddoc(λ, each)
    end
    return found
end
finddoc(λ, @nospecialize def) = false

function docexpr(source, mod, str, name, @nospecialize(sig), fields=Any[])
    file = source isa LineNumberNode && source.file !== nothing ? String(source.file) : ""
    line = source isa LineNumberNode ? source.line : 0
    binding = name isa Symbol ? Expr(:call, GlobalRef(Docs, :Binding), mod, quot(name)) :
              Expr(:call, GlobalRef(Docs, :Binding), name.args[1], name.args[2])
    return Expr(:call, GlobalRef(Docs, :doc!), mod, Expr(:call, GlobalRef(Docs, :_unique), binding), str, quot(sig),
                Expr(:call, GlobalRef(Docs, :_docdata), mod, file, line, fields...))
end
_docdata(mod::Module, file::String, line::Int, fields::Pair{Symbol}...) =
    Dict{Symbol,Any}(:module => mod, :path => file, :linenumber => line, :fields => Dict{Symbol,Any}(fields...))

# The docstrings within a struct: each is of the field after it.
function fielddocs(@nospecialize x)
    isexpr(x, :struct) || return Any[]
    found = Any[]
    text = nothing
    for each in x.args[3].args
        each isa LineNumberNode && continue
        if each isa String || isexpr(each, :string)
            text = each
        else
            name = isexpr(each, :const) || isexpr(each, :(=)) ? namify(each.args[1]) : namify(each)
            text !== nothing && name isa Symbol && !isexpr(each, :function) &&
                push!(found, Expr(:call, GlobalRef(Base, :(=>)), quot(name), text))
            text = nothing
        end
    end
    return found
end

# `@doc "text" definition`
function docm(source::LineNumberNode, mod::Module, @nospecialize(str), @nospecialize(ex), define::Bool=true)
    x = ex
    # A block around one definition.
    while isexpr(x, :block) && count(a -> !(a isa LineNumberNode), x.args) == 1
        x = x.args[findfirst(a -> !(a isa LineNumberNode), x.args)]
    end
    if isexpr(x, :macrocall) && !(x.args[1] isa Symbol && x.args[1] === Symbol("@doc"))
        # Document a macro itself (`@foo`), or what its expansion marks.
        if length(x.args) == 2 && !define
            return Expr(:escape, docexpr(source, mod, str, x.args[1], nothing))
        end
        expanded = macroexpand(mod, x)
        if expanded isa Expr
            ok = finddoc(def -> docm_inner(source, mod, str, def), expanded)
            ok && return Expr(:escape, expanded)
        end
        length(x.args) == 2 && x.args[1] isa Symbol && return Expr(:escape, docexpr(source, mod, str, x.args[1], nothing))
        return Expr(:escape, docm_inner(source, mod, str, expanded))
    end
    return Expr(:escape, docm_inner(source, mod, str, x, define))
end
docm(source::LineNumberNode, mod::Module, @nospecialize(ex)) = Expr(:escape, Expr(:call, GlobalRef(Docs, :_lookup), mod, quot(ex)))

function docm_inner(source, mod, @nospecialize(str), @nospecialize(x), define::Bool=true)
    if isexpr(x, :escape)
        return docm_inner(source, mod, str, x.args[1], define)
    end
    if isexpr(x, :module)
        # At the end of the module, where the text may use what it defines, and among its own docstrings.
        name = x.args[2]
        d = docexpr(source, name, str, Expr(:., mod, QuoteNode(name)), nothing)
        return Expr(:toplevel, Expr(:module, x.args[1], name, Expr(:block, x.args[3].args..., d)))
    end
    if isexpr(x, :tuple)
        # Several names of one text.
        return Expr(:block, Any[docexpr(source, mod, str, namify(a), nothing) for a in x.args]...)
    end
    name = namify(x)
    if !(name isa Symbol || isexpr(name, :.))
        return define ? x : nothing
    end
    sig = signature(x)
    d = docexpr(source, mod, str, name, sig, fielddocs(x))
    # A name or a call on its own defines nothing.
    if x isa Symbol || isexpr(x, :.) || x isa QuoteNode || isexpr(x, :call) || isexpr(x, :where) || isexpr(x, :(::)) || !define
        return d
    end
    return Expr(:block, x, d)
end
# Methods of a function have docs of their own, by the text of their signature.
function signature(@nospecialize x)
    if x isa Expr && (x.head === :function || x.head === :(=) || x.head === :macro) && length(x.args) >= 1
        return signature(x.args[1])
    elseif x isa Expr && (x.head === :call || x.head === :where || x.head === :(::))
        return Symbol(string(x))
    end
    return nothing
end

# ---- looking up -------------------------------------------------------------------------------------------------

_lookup(mod::Module, x::Symbol) = doc(Binding(mod, x))
function _lookup(mod::Module, @nospecialize x)
    if isexpr(x, :.)
        return doc(Binding(Core.eval(mod, x.args[1]), x.args[2].value))
    elseif isexpr(x, :macrocall)
        return _lookup(mod, x.args[1])
    elseif isexpr(x, :call)
        return _lookup(mod, x.args[1])
    end
    return doc(Core.eval(mod, x))
end

"""
    Docs.doc(binding)

The docstrings of a name as one text, which is a `Markdown.MD`.
"""
function doc(b::Binding)
    found = docs(b)
    isempty(found) && return parsed("No documentation found.\n\nBinding `$b` $(defined(b) ? "exists" : "does not exist").")
    return parsed(join(Any[sprint(show, d) for d in found], "\n\n"))
end

# Docstrings are Markdown, which is loaded after Base.
const MARKDOWN = Base.PkgId(Base.UUID("d6f4376e-aef5-505a-96c1-9c027394607a"), "Markdown")
function parsed(text)
    markdown = Base.maybe_root_module(MARKDOWN)
    markdown === nothing && return Text(text)
    return Base.invokelatest(markdown.parse, text)
end
doc(@nospecialize object) = doc(aliasof(object, Binding(Main, :ans)))

function docs(b::Binding)
    results = DocStr[]
    for c in unique(Binding[b, aliasof(b)]), m in modules
        table = meta(m; autoinit=false)
        table === nothing && continue
        multi = get(table, _unique(c), nothing)
        multi === nothing && continue
        for key in multi.order
            push!(results, multi.docs[key])
        end
    end
    return results
end
getdoc(@nospecialize(x), @nospecialize(sig)) = getdoc(x)
getdoc(@nospecialize(x)) = nothing

"""
    Docs.hasdoc(mod::Module, sym::Symbol)::Bool

Whether a name has a docstring.
"""
hasdoc(mod::Module, sym::Symbol) = !isempty(docs(Binding(mod, sym)))
hasdoc(b::Binding) = !isempty(docs(b))

"""
    HTML(s)
    Text(s)

A text that shows itself as HTML, or as it is.
"""
mutable struct HTML{T}
    content::T
end
mutable struct Text{T}
    content::T
end
print(io::IO, h::Union{HTML,Text}) = print(io, h.content)
show(io::IO, h::HTML) = print(io, "HTML{", typeof(h.content), "}(", repr(h.content), ")")
show(io::IO, ::MIME"text/html", h::HTML) = print(io, h.content)
show(io::IO, t::Text) = print(io, t.content)
==(t1::T, t2::T) where {T<:Union{HTML,Text}} = t1.content == t2.content
hash(t::T, h::UInt) where {T<:Union{HTML,Text}} = hash(T, hash(t.content, h))

macro html_str(s)
    return :(HTML($s))
end
macro text_str(s)
    return :(Text($s))
end

# `@doc` from now on.
Core.atdoc!(docm)

end # module Docs

import .Docs: Text, HTML, @html_str, @text_str
