# show: the text of values. This file: IOContext (the settings that travel with a stream), numbers,
# tuples, pairs, dictionaries, sets, modules, functions, structs without a method of their own, @show,
# printstyled, summary. Types are in show_types.jl, expressions in show_expr.jl, dump in dump.jl.

## IOContext

struct IOContext{IO_t<:IO} <: AbstractPipe
    io::IO_t
    dict::ImmutableDict{Symbol,Any}
    function IOContext{IO_t}(io::IO_t, dict::ImmutableDict{Symbol,Any}) where {IO_t<:IO}
        @assert !(IO_t <: IOContext) "Cannot create `IOContext` from another `IOContext`."
        return new(io, dict)
    end
end

unwrapcontext(io::IO) = io, get(io, :dict_of_context, ImmutableDict{Symbol,Any}())
unwrapcontext(io::IOContext) = io.io, io.dict

function IOContext(io::IO, dict::ImmutableDict)
    io0 = unwrapcontext(io)[1]
    return IOContext{typeof(io0)}(io0, dict)
end
convert(::Type{IOContext}, io::IOContext) = io
convert(::Type{IOContext}, io::IO) = IOContext(unwrapcontext(io)...)::IOContext
IOContext(io::IO) = convert(IOContext, io)
function IOContext(io::IO, KV::Pair)
    d = unwrapcontext(io)[2]
    return IOContext(io, ImmutableDict{Symbol,Any}(d, KV[1], KV[2]))
end
IOContext(io::IO, context::IO) = IOContext(unwrapcontext(io)[1], unwrapcontext(context)[2])
IOContext(io::IO, KV::Pair, KVs::Pair...) = IOContext(IOContext(io, KV), KVs...)

show(io::IO, ctx::IOContext) = (print(io, "IOContext("); show(io, ctx.io); print(io, ")"))

pipe_reader(io::IOContext) = io.io
pipe_writer(io::IOContext) = io.io
lock(io::IOContext) = lock(io.io)
unlock(io::IOContext) = unlock(io.io)
write(io::IOContext, byte::UInt8) = write(io.io, byte)
unsafe_write(io::IOContext, p::Ptr{UInt8}, nb::UInt) = unsafe_write(io.io, p, nb)

in(key_value::Pair, io::IOContext) = in(key_value, io.dict, ===)
in(key_value::Pair, io::IO) = false
haskey(io::IOContext, key) = haskey(io.dict, key)
haskey(io::IO, key) = false
getindex(io::IOContext, key) = getindex(io.dict, key)
getindex(io::IO, key) = throw(KeyError(key))
get(io::IOContext, key, default) = get(io.dict, key, default)
get(io::IO, key, default) = default
keys(io::IOContext) = keys(io.dict)
keys(io::IO) = keys(ImmutableDict{Symbol,Any}())

displaysize(io::IO) = displaysize()
displaysize() = (parse(Int, get(ENV, "LINES", "24")), parse(Int, get(ENV, "COLUMNS", "80")))::Tuple{Int,Int}
displaysize(io::IOContext) = haskey(io, :displaysize) ? io[:displaysize]::Tuple{Int,Int} : displaysize(io.io)

# Values that are on the way of being shown are in the context under :SHOWN_SET.
show_circular(io::IO, @nospecialize(x)) = false
function show_circular(io::IOContext, @nospecialize(x))
    d = 1
    for (k, v) in io.dict
        if k === :SHOWN_SET
            if v === x
                print(io, "#= circular reference @-$d =#")
                return true
            end
            d += 1
        end
    end
    return false
end

## any value

show(@nospecialize x) = show(stdout, x)
show(io::IO, @nospecialize(x)) = show_default(io, x)
show(io::IO, ::MIME"text/plain", x) = show(io, x)
show_default(io::IO, @nospecialize(x)) = _show_default(io, x)

const undef_ref_str = "#undef"

function _show_default(io::IO, @nospecialize(x))
    t = typeof(x)
    show(io, t)
    print(io, '(')
    nf = nfields(x)
    nb = sizeof(x)::Int
    if nf != 0 || nb == 0
        if !show_circular(io, x)
            recur_io = IOContext(io, Pair{Symbol,Any}(:SHOWN_SET, x), Pair{Symbol,Any}(:typeinfo, Any))
            for i in 1:nf
                if !isdefined(x, i)
                    print(io, undef_ref_str)
                else
                    show(recur_io, getfield(x, i))
                end
                i < nf && print(io, ", ")
            end
        end
    else # primitive types: their bytes
        print(io, "0x")
        r = Ref{Any}(x)
        GC.@preserve r begin
            p = pointer_from_objref(r)
            q = unsafe_load(convert(Ptr{Ptr{UInt8}}, p))
            for i in (nb - 1):-1:0
                print(io, string(unsafe_load(q + i), base = 16, pad = 2))
            end
        end
    end
    print(io, ')')
end

## functions

# Whether `name` as it stands in `mod` is what a user of Base or Core sees under that name.
function is_exported_from_stdlib(name::Symbol, mod::Module)
    isdefined(mod, name) || return false
    value = getfield(mod, name)
    while !(mod === Base || mod === Core)
        parent = parentmodule(mod)
        (mod === Main || mod === parent || parent === Main) && return false
        mod = parent
    end
    return isexported(mod, name) && isdefined(mod, name) && getfield(mod, name) === value
end

function show_function(io::IO, f::Function, compact::Bool, fallback::Function = show_default)
    ft = typeof(f)
    mt = ft.name.mt
    if !isdefined(ft, :instance) && !startswith(string(ft.name.name), '#')
        # a struct that can be called
        fallback(io, f)
    elseif compact
        print(io, mt.name)
    elseif isdefined(mt, :module) && isdefined(mt.module, mt.name) && getfield(mt.module, mt.name) === f
        if is_exported_from_stdlib(mt.name, mt.module) || mt.module === Main
            show_sym(io, mt.name)
        else
            print(io, mt.module, ".")
            show_sym(io, mt.name)
        end
    else
        fallback(io, f)
    end
end

show(io::IO, f::Function) = show_function(io, f, get(io, :compact, false)::Bool)
print(io::IO, f::Function) = show_function(io, f, true)

function show(io::IO, f::Core.IntrinsicFunction)
    if !(get(io, :compact, false)::Bool)
        print(io, "Core.Intrinsics.")
    end
    print(io, nameof(f))
end
print(io::IO, f::Core.IntrinsicFunction) = print(io, nameof(f))

show(io::IO, ::MIME"text/plain", s::Splat) = show(io, s)
function show(io::IO, ::MIME"text/plain", f::Function)
    get(io, :compact, false)::Bool && return show(io, f)
    ft = typeof(f)
    name = ft.name.mt.name
    if isa(f, Core.IntrinsicFunction)
        print(io, f)
        print(io, " (intrinsic function #", bitcast(Int32, f), ")")
    elseif isa(f, Core.Builtin)
        print(io, name, " (built-in function)")
    else
        n = length(methods(f))
        m = n == 1 ? "method" : "methods"
        sname = string(name)
        isself = isdefined(ft.name.module, name) && f === getfield(ft.name.module, name)
        ns = (isself || '#' in sname) ? sname : string("(::", ft, ")")
        what = startswith(ns, '@') ? "macro" : "generic function"
        print(io, ns, " (", what, " with ", n, " ", m, ")")
    end
end

# Callables of Base that are structs.
function show(io::IO, c::ComposedFunction)
    c.outer isa ComposedFunction ? show(io, c.outer) : _showcomposed(io, c.outer)
    print(io, " ∘ ")
    _showcomposed(io, c.inner)
end
# An operator between operators needs parentheses.
function _showcomposed(io::IO, x)
    if x isa Function && isoperator(nameof_or_empty(x))
        print(io, '(')
        show(io, x)
        print(io, ')')
    elseif x isa ComposedFunction
        print(io, '(')
        show(io, x)
        print(io, ')')
    else
        show(io, x)
    end
end
_showcomposed(io::IO, f::ComposedFunction{typeof(!)}) = show(io, f)
nameof_or_empty(f::Function) = typeof(f).name.mt.name
show(io::IO, c::ComposedFunction{typeof(!)}) = (print(io, '!'); _showcomposed(io, c.inner))
print(io::IO, c::ComposedFunction) = show(io, c)

## scalars

show(io::IO, ::Nothing) = print(io, "nothing")
print(io::IO, ::Nothing) = (write(io, "nothing"); nothing)
show(io::IO, ::Missing) = print(io, "missing")
show(io::IO, ::UndefInitializer) = print(io, "UndefInitializer(): array initializer with undefined values")
show(io::IO, ::Core.TypeofBottom) = print(io, "Union{}")
show(io::IO, ::MIME"text/plain", ::Core.TypeofBottom) = print(io, "Union{}")
show(io::IO, b::Bool) = print(io, get(io, :typeinfo, Any) === Bool ? (b ? "1" : "0") : (b ? "true" : "false"))
print(io::IO, b::Bool) = (write(io, b ? "true" : "false"); nothing)
show(io::IO, n::Signed) = (write(io, string(n)); nothing)
show(io::IO, n::Unsigned) = print(io, "0x", string(n, pad = sizeof(n) << 1, base = 16))
print(io::IO, n::Unsigned) = print(io, string(n))
show(io::IO, p::Ptr) = print(io, typeof(p), " @0x$(string(UInt(p), base = 16, pad = Sys.WORD_SIZE >> 2))")
show(io::IO, p::Cstring) = print(io, "Cstring(", convert(Ptr{UInt8}, p), ")")
show(io::IO, tn::Core.TypeName) = show_type_name(io, tn)
show(io::IO, ::Colon) = print(io, "Colon()")
show(io::IO, m::Module) = print_fullname(io, m)
print(io::IO, m::Module) = print_fullname(io, m)
print_fullname(io::IO, m::Module) =
    m === Main || parentmodule(m) === m || m === Base || m === Core ? print(io, nameof(m)) :
    (print_fullname(io, parentmodule(m)); print(io, "."); show_sym(io, nameof(m)))

show(io::IO, sym::Symbol) = show_quoted_symbol(io, sym)


## pairs

# A pair that is told by its elements is `a => b`; others carry their type.
isdelimited(io::IO, x) = true
isdelimited(io::IO, x::Function) = !isoperator(nameof_or_empty(x))
isdelimited(io::IO, p::Pair) = !(has_tight_type(p) || get(io, :typeinfo, Any) == typeof(p))
has_tight_type(p::Pair) =
    typeof(p.first) == typeof(p).parameters[1] && typeof(p.second) == typeof(p).parameters[2]
function gettypeinfos(io::IO, p::Pair)
    typeinfo = get(io, :typeinfo, Any)
    return p isa typeinfo && typeinfo <: Pair ? (fieldtype(typeinfo, 1), fieldtype(typeinfo, 2)) : (Any, Any)
end

function show(io::IO, p::Pair)
    isdelimited(io, p) && return show_pair_typed(io, p)
    infos = gettypeinfos(io, p)
    for i in 1:2
        x = getfield(p, i)
        io_i = IOContext(io, :typeinfo => infos[i])
        delimited = isdelimited(io_i, x)
        delimited || print(io, "(")
        show(io_i, x)
        delimited || print(io, ")")
        i == 1 && print(io, get(io, :compact, false)::Bool ? "=>" : " => ")
    end
end
show_pair_typed(io::IO, p::Pair) = show_default(io, p)

## delimited lists

function show_delim_array(io::IO, itr::Union{AbstractArray,SimpleVector}, op, delim, cl, delim_one,
                          i1 = first(LinearIndices(itr)), l = last(LinearIndices(itr)))
    print(io, op)
    if !show_circular(io, itr)
        recur_io = IOContext(io, :SHOWN_SET => itr)
        first = true
        i = i1
        if l >= i1
            while true
                if !isassigned(itr, i)
                    print(io, undef_ref_str)
                else
                    show(recur_io, itr[i])
                end
                i += 1
                if i > l
                    delim_one && first && print(io, delim)
                    break
                end
                first = false
                print(io, delim)
                print(io, ' ')
            end
        end
    end
    print(io, cl)
end
show_delim_array(io::IO, itr::SimpleVector, op, delim, cl, delim_one) =
    show_delim_array(io, itr, op, delim, cl, delim_one, 1, length(itr))

function show_delim_array(io::IO, itr, op, delim, cl, delim_one, i1 = 1, n = typemax(Int))
    print(io, op)
    if !show_circular(io, itr)
        recur_io = IOContext(io, :SHOWN_SET => itr)
        typeinfo = get(io, :typeinfo, Any)
        elementwise = itr isa Tuple && itr isa typeinfo && typeinfo isa DataType && typeinfo <: Tuple
        y = iterate(itr)
        k = 1
        while k < i1 && y !== nothing
            y = iterate(itr, y[2])
            k += 1
        end
        first = true
        count = 0
        while y !== nothing
            x = y[1]
            y = iterate(itr, y[2])
            show(elementwise ? IOContext(recur_io, :typeinfo => fieldtype(typeinfo, k)) : recur_io, x)
            k += 1
            count += 1
            if y === nothing || count >= n
                delim_one && first && print(io, delim)
                break
            end
            first = false
            print(io, delim)
            print(io, ' ')
        end
    end
    print(io, cl)
end

show(io::IO, t::Tuple) = show_delim_array(io, t, '(', ',', ')', true)
show(io::IO, v::SimpleVector) = show_delim_array(io, v, "svec(", ',', ')', false)

function show(io::IO, t::NamedTuple)
    n = nfields(t)
    for i in 1:n
        # fields whose type says more than their value are shown with the type
        if typeof(getfield(t, i)) !== fieldtype(typeof(t), i)
            show(io, typeof(t))
            print(io, "(")
            show(io, Tuple(t))
            print(io, ")")
            return
        end
    end
    n == 0 && return print(io, "NamedTuple()")
    typeinfo = get(io, :typeinfo, Any)
    known = t isa typeinfo && typeinfo isa DataType && typeinfo <: NamedTuple
    print(io, "(")
    for i in 1:n
        show_sym(io, fieldname(typeof(t), i))
        print(io, " = ")
        show(IOContext(io, :typeinfo => known ? fieldtype(typeinfo, i) : Any), getfield(t, i))
        if n == 1
            print(io, ",")
        elseif i < n
            print(io, ", ")
        end
    end
    print(io, ")")
end

## dictionaries and sets

summary(x) = sprint(summary, x)
summary(io::IO, x) = print(io, typeof(x))
summary(io::IO, t::Tuple) = print(io, typeof(t))
summary(io::IO, s::AbstractString) = print(io, ncodeunits(s), "-codeunit ", typeof(s))

showarg(io::IO, @nospecialize(x::Type), toplevel) = print(io, "::Type{", x, "}")
function showarg(io::IO, @nospecialize(x), toplevel)
    toplevel || print(io, "::")
    print(io, typeof(x))
end

function summary(io::IO, t::AbstractSet)
    n = length(t)
    showarg(io, t, true)
    print(io, " with ", n, n == 1 ? " element" : " elements")
end
function show(io::IO, t::AbstractDict{K,V}) where {K,V}
    recur_io = IOContext(io, :SHOWN_SET => t, :typeinfo => eltype(t))
    limit = get(io, :limit, false)::Bool
    # the type in full where there are no entries to tell it
    print(io, typeinfo_prefix(io, t)[1])
    print(io, '(')
    if !isempty(t) && !show_circular(io, t)
        first = true
        n = 0
        for pair in t
            first || print(io, ", ")
            first = false
            show(recur_io, pair)
            n += 1
            if limit && n >= 10
                print(io, "…")
                break
            end
        end
    end
    print(io, ')')
end

function _truncate_at_width_or_chars(ignore_ansi::Bool, str::AbstractString, width::Int, rpad::Bool = false, chars::AbstractString = "\r\n", truncmark::AbstractString = "…")
    truncwidth = textwidth(truncmark)
    (width <= 0 || width < truncwidth) && return ""
    wid = 0
    truncidx = 0
    lastidx = 0
    for (idx, c) in pairs(str)
        lastidx = idx
        wid += textwidth(c)
        truncidx == 0 && wid > width - truncwidth && (truncidx = idx)
        (wid > width || c in chars) && break
    end
    lastidx != 0 && str[lastidx] in chars && (lastidx = prevind(str, lastidx))
    cut = lastidx < lastindex(str) || wid > width
    if cut
        truncidx == 0 && (truncidx = nextind(str, lastidx))
        head = SubString(str, 1, prevind(str, truncidx))
        out = string(head, truncmark)
        return rpad ? Base.rpad(out, width) : out
    end
    return rpad ? Base.rpad(str, width) : str
end

function show(io::IO, ::MIME"text/plain", t::AbstractDict{K,V}) where {K,V}
    isempty(t) && return show(io, t)
    recur_io = IOContext(io, :SHOWN_SET => t)
    limit = get(io, :limit, false)::Bool
    haskey(io, :compact) || (recur_io = IOContext(recur_io, :compact => true))
    recur_io_k = IOContext(recur_io, :typeinfo => keytype(t))
    recur_io_v = IOContext(recur_io, :typeinfo => valtype(t))

    summary(io, t)
    print(io, ":")
    show_circular(io, t) && return
    rows = cols = typemax(Int)
    keywidth = 0
    ks = String[]
    vs = String[]
    if limit
        sz = displaysize(io)
        rows, cols = sz[1] - 3, sz[2]
        rows < 2 && (print(io, " …"); return)
        cols < 12 && (cols = 12)
        cols -= 6 # "  " and " => "
        rows -= 1
        valwidth = 0
        for (i, (k, v)) in enumerate(t)
            i > rows && break
            push!(ks, sprint(show, k, context = recur_io_k, sizehint = 0))
            push!(vs, sprint(show, v, context = recur_io_v, sizehint = 0))
            keywidth = clamp(textwidth(ks[i]), keywidth, cols)
            valwidth = clamp(textwidth(vs[i]), valwidth, cols)
        end
        if keywidth > max(div(cols, 2), cols - valwidth)
            keywidth = max(cld(cols, 3), cols - valwidth)
        end
    end

    for (i, (k, v)) in enumerate(t)
        print(io, "\n  ")
        if i == rows < length(t)
            print(io, rpad("⋮", keywidth), " => ⋮")
            break
        end
        if limit
            print(io, rpad(_truncate_at_width_or_chars(false, ks[i], keywidth, false, "\r\n"), keywidth))
            print(io, " => ")
            print(io, _truncate_at_width_or_chars(false, vs[i], cols - keywidth, false, "\r\n"))
        else
            show(recur_io_k, k)
            print(io, " => ")
            show(recur_io_v, v)
        end
    end
end

function show(io::IO, ::MIME"text/plain", t::Union{AbstractSet,KeySet,ValueIterator})
    isempty(t) && return show(io, t)
    recur_io = IOContext(io, :SHOWN_SET => t)
    limit = get(io, :limit, false)::Bool
    summary(io, t)
    # the views of a dictionary say which of its parts they are
    print(io, t isa KeySet ? ". Keys:" : t isa ValueIterator ? ". Values:" : ":")
    show_circular(io, t) && return
    rows = cols = typemax(Int)
    if limit
        sz = displaysize(io)
        rows, cols = sz[1] - 3, sz[2]
        rows < 2 && (print(io, " …"); return)
        cols < 4 && (cols = 4)
        cols -= 2
        rows -= 1
    end
    for (i, v) in enumerate(t)
        print(io, "\n  ")
        if i == rows < length(t)
            print(io, "⋮")
            break
        end
        if limit
            str = sprint(show, v, context = recur_io, sizehint = 0)
            print(io, _truncate_at_width_or_chars(false, str, cols, false, "\r\n"))
        else
            show(recur_io, v)
        end
    end
end

## ranges

show(io::IO, r::AbstractRange) = print(io, repr(first(r)), ':', repr(step(r)), ':', repr(last(r)))
show(io::IO, r::UnitRange) = print(io, repr(first(r)), ':', repr(last(r)))
show(io::IO, r::OneTo) = print(io, "Base.OneTo(", r.stop, ")")
function show(io::IO, r::StepRangeLen)
    if iszero(step(r))
        print(io, "StepRangeLen(", repr(first(r)), ", ", repr(step(r)), ", ", repr(length(r)), ")")
    else
        print(io, repr(first(r)), ':', repr(step(r)), ':', repr(last(r)))
    end
end
function show(io::IO, r::LinRange{T}) where {T}
    print(io, "LinRange{")
    show(io, T)
    print(io, "}(")
    ioc = IOContext(io, :typeinfo => T)
    show(ioc, first(r))
    print(io, ", ")
    show(ioc, last(r))
    print(io, ", ")
    show(io, length(r))
    print(io, ')')
end
show(io::IO, ::MIME"text/plain", r::AbstractRange) = show(io, r)
function show(io::IO, ::MIME"text/plain", r::LinRange)
    isempty(r) && return show(io, r)
    summary(io, r)
    println(io, ":")
    print(io, " ")
    join(io, (sprint(show, x, context = IOContext(io, :compact => true, :typeinfo => eltype(r))) for x in r), ", ")
end

## colours

const text_colors = Dict{Union{Symbol,Int},String}(
    :black => "\033[30m", :red => "\033[31m", :green => "\033[32m", :yellow => "\033[33m",
    :blue => "\033[34m", :magenta => "\033[35m", :cyan => "\033[36m", :white => "\033[37m",
    :light_black => "\033[90m", :light_red => "\033[91m", :light_green => "\033[92m",
    :light_yellow => "\033[93m", :light_blue => "\033[94m", :light_magenta => "\033[95m",
    :light_cyan => "\033[96m", :light_white => "\033[97m", :normal => "\033[0m", :default => "\033[39m",
    :bold => "\033[1m", :italic => "\033[3m", :underline => "\033[4m", :blink => "\033[5m",
    :reverse => "\033[7m", :hidden => "\033[8m", :nothing => "")
for i in 0:255
    text_colors[i] = "\033[38;5;$(i)m"
end
text_colors[:gray] = text_colors[:light_black]
text_colors[:grey] = text_colors[:light_black]

const disable_text_style = Dict{Symbol,String}(
    :bold => "\033[22m", :italic => "\033[23m", :underline => "\033[24m", :blink => "\033[25m",
    :reverse => "\033[27m", :hidden => "\033[28m", :normal => "", :default => "", :nothing => "")

# Colours end with the default colour, styles with their own end.
global have_color = nothing
global have_truecolor = nothing
default_color_warn = :yellow
default_color_error = :light_red
default_color_info = :cyan
default_color_debug = :blue
default_color_input = :normal
default_color_answer = :normal
color_normal = "\033[0m"
error_color() = repl_color("JULIA_ERROR_COLOR", default_color_error)
warn_color() = repl_color("JULIA_WARN_COLOR", default_color_warn)
info_color() = repl_color("JULIA_INFO_COLOR", default_color_info)
debug_color() = repl_color("JULIA_DEBUG_COLOR", default_color_debug)
stackframe_lineinfo_color() = repl_color("JULIA_STACKFRAME_LINEINFO_COLOR", :bold)
stackframe_function_color() = repl_color("JULIA_STACKFRAME_FUNCTION_COLOR", :bold)
function repl_color(key, default)
    env_str = get(ENV, key, "")
    c = tryparse(Int, env_str)
    c_conv = something(c, Symbol(env_str))
    return haskey(text_colors, c_conv) ? c_conv : default
end

with_output_color(@nospecialize(f::Function), color::Union{Int,Symbol}, io::IO, args...; bold::Bool = false,
                  italic::Bool = false, underline::Bool = false, blink::Bool = false,
                  reverse::Bool = false, hidden::Bool = false) =
    _with_output_color(f, color, io, args, bold, italic, underline, blink, reverse, hidden)

function _with_output_color(f, color, io::IO, args, bold, italic, underline, blink, reverse, hidden)
    buf = IOBuffer()
    iscolor = get(io, :color, false)::Bool
    try
        f(IOContext(buf, io), args...)
    finally
        str = String(take!(buf))
        if !iscolor
            print(io, str)
        else
            # the colour may itself be a style
            styles = ((bold && color !== :bold, :bold), (italic && color !== :italic, :italic),
                      (underline && color !== :underline, :underline), (blink && color !== :blink, :blink),
                      (reverse && color !== :reverse, :reverse), (hidden && color !== :hidden, :hidden))
            before = get(text_colors, color, text_colors[:default])
            after = get(disable_text_style, color, text_colors[:default])
            for (on, style) in styles
                if on
                    before = string(before, text_colors[style])
                    after = string(disable_text_style[style], after)
                end
            end
            # each line has its colours to itself
            first = true
            for line in eachsplit(str, '\n')
                first || print(io, '\n')
                first = false
                isempty(line) && continue
                print(io, before, line, after)
            end
        end
    end
end

printstyled(io::IO, msg...; bold::Bool = false, italic::Bool = false, underline::Bool = false,
            blink::Bool = false, reverse::Bool = false, hidden::Bool = false, color::Union{Int,Symbol} = :normal) =
    with_output_color(print, color, io, msg...; bold, italic, underline, blink, reverse, hidden)
printstyled(msg...; bold::Bool = false, italic::Bool = false, underline::Bool = false,
            blink::Bool = false, reverse::Bool = false, hidden::Bool = false, color::Union{Int,Symbol} = :normal) =
    printstyled(stdout, msg...; bold, italic, underline, blink, reverse, hidden, color)

## @show

macro show(exs...)
    blk = Expr(:block)
    for ex in exs
        push!(blk.args, :(println($(sprint(show_unquoted, ex) * " = "),
                                  repr(begin local value = $(esc(ex)) end))))
    end
    isempty(exs) || push!(blk.args, :value)
    return blk
end

include("show_types.jl")
include("show_expr.jl")
include("show_code.jl")
include("dump.jl")

## odds and ends

show(io::IO, x::Task) = print(io, "Task (", _task_state(x), ") @0x", string(convert(UInt, pointer_from_objref(x)), base = 16, pad = Sys.WORD_SIZE >> 2))
_task_state(t::Task) = string(t.state)

show(io::IO, li::Core.MethodInstance) = show_mi(io, li)
function show_mi(io::IO, l::Core.MethodInstance)
    def = l.def
    if isa(def, Method)
        print(io, "MethodInstance for ")
        show_tuple_as_call(io, def.name, l.specTypes)
    else
        print(io, "Toplevel MethodInstance thunk")
    end
end
# A call of these types, for what the runner prints.
_call_text(name::Symbol, types) = sprint(io -> show_tuple_as_call(io, name, types))
show(io::IO, ci::Core.CodeInstance) = print(io, "CodeInstance for ", ci.def)
# A value in the text of an error, not at length.
limitrepr(x) = repr(x, context=:limit => true)
