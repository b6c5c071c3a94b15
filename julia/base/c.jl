# c.jl: calling C: `@ccall`, `@cfunction`, C strings.

import Core.Intrinsics: cglobal

"""
    @cfunction(callable, ReturnType, (ArgumentTypes...,)) -> Ptr{Cvoid}

A C function pointer for a Julia function.
"""
macro cfunction(f, rt, at)
    if !(isa(rt, Expr) || isa(rt, Symbol) || isa(rt, Type))
        throw(ArgumentError("@cfunction return type must be a type"))
    end
    if !(isa(at, Expr) && at.head === :tuple)
        throw(ArgumentError("@cfunction argument types must be a literal tuple"))
    end
    at = Expr(:call, GlobalRef(Core, :svec), map(esc, at.args)...)
    if isa(f, Expr) && f.head === :$
        fptr = f.args[1]
        typ = CFunction
    else
        fptr = QuoteNode(f)
        typ = Ptr{Cvoid}
    end
    cfun = Expr(:cfunction, typ, isa(fptr, QuoteNode) ? fptr : esc(fptr), esc(rt), at, QuoteNode(:ccall))
    return cfun
end

mutable struct CFunction <: Ref{Cvoid}
    ptr::Ptr{Cvoid}
    f::Any
    _1::Ptr{Cvoid}
    _2::Ptr{Cvoid}
end
unsafe_convert(::Type{Ptr{Cvoid}}, cf::CFunction) = cf.ptr

"""
    @ccall library.function_name(argvalue1::argtype1, ...)::returntype

A `ccall` in the form of a call with annotated arguments.
"""
macro ccall(expr)
    return ccall_macro_lower(:ccall, ccall_macro_parse(expr)...)
end

# The parts of the call: (function, return type, argument types, arguments, number of fixed arguments).
function ccall_macro_parse(expr::Expr)
    if !(expr.head === :(::))
        throw(ArgumentError("@ccall needs a function signature with a return type"))
    end
    rettype = expr.args[2]
    call = expr.args[1]
    if !(isa(call, Expr) && call.head === :call)
        throw(ArgumentError("@ccall has to take a function call"))
    end
    func = let f = call.args[1]
        if isa(f, Expr)
            if f.head === :.
                Expr(:tuple, f.args[2], f.args[1]) # (name, library)
            elseif f.head === :$
                f
            else
                throw(ArgumentError("@ccall function name must be a symbol, a `.` node (e.g. `libc.printf`) or an interpolated function pointer (with `\$`)"))
            end
        elseif f isa QuoteNode
            f
        else
            QuoteNode(f)
        end
    end
    # Variadic arguments stand after a semicolon.
    varargs = nothing
    argstart = 2
    if length(call.args) >= 2
        a = call.args[2]
        if a isa Expr && a.head === :parameters
            varargs = a.args
            argstart = 3
        end
    end
    args = Any[]
    types = Any[]
    function pusharg!(arg)
        if !(isa(arg, Expr) && arg.head === :(::))
            throw(ArgumentError("args in @ccall need type annotations. '$arg' doesn't have one."))
        end
        push!(args, arg.args[1])
        push!(types, arg.args[2])
    end
    for i in argstart:length(call.args)
        pusharg!(call.args[i])
    end
    nreq = 0
    if varargs !== nothing
        if length(args) == 0
            throw(ArgumentError("C ABI prohibits vararg without one required argument"))
        end
        nreq = length(args)
        for a in varargs
            pusharg!(a)
        end
    end
    return func, rettype, types, args, nreq
end

function ccall_macro_lower(convention, func, rettype, types, args, nreq)
    statements = Any[]
    # An interpolated function is a pointer.
    if isa(func, Expr) && func.head === :$
        check = quote
            func = $(esc(func.args[1]))
            if !isa(func, Ptr{Cvoid})
                name = $(QuoteNode(func.args[1]))
                throw(ArgumentError("interpolated function `$name` was not a Ptr{Cvoid}, but $(typeof(func))"))
            end
        end
        push!(statements, check)
        target = :func
    else
        target = esc(func)
    end
    return Expr(:block, statements...,
                Expr(:call, :ccall, target, esc(rettype), Expr(:tuple, map(esc, types)...), map(esc, args)...))
end

# ---- C strings ------------------------------------------------------------------------------------------------------

containsnul(p::Ptr, len) = C_NULL != ccall(:memchr, Ptr{Cchar}, (Ptr{Cchar}, Cint, Csize_t), p, 0, len)
containsnul(s::String) = containsnul(unsafe_convert(Ptr{Cchar}, s), sizeof(s))

unsafe_convert(::Type{Cstring}, s::Union{String,AbstractVector{UInt8}}) = _checked_cstring(s)
function _checked_cstring(s)
    p = unsafe_convert(Ptr{Cchar}, s)
    containsnul(p, sizeof(s)) &&
        throw(ArgumentError("embedded NULs are not allowed in C strings: $(sprint(show, s))"))
    return bitcast(Cstring, p)
end
unsafe_convert(::Type{Cstring}, s::Symbol) = bitcast(Cstring, unsafe_convert(Ptr{Cchar}, s))
unsafe_convert(::Type{Cstring}, s::Ptr) = bitcast(Cstring, s)
cconvert(::Type{Cstring}, s::String) = s
cconvert(::Type{Cstring}, s::AbstractString) = cconvert(Cstring, String(s)::String)
cconvert(::Type{Cstring}, s::Symbol) = s
cconvert(::Type{Cstring}, s::Ptr) = s
convert(::Type{Cstring}, p::Union{Ptr{Int8},Ptr{UInt8},Ptr{Cvoid}}) = bitcast(Cstring, p)
convert(::Type{Ptr{T}}, p::Cstring) where {T<:Union{Int8,UInt8,Cvoid}} = bitcast(Ptr{T}, p)
Cstring(p::Union{Ptr{Int8},Ptr{UInt8},Ptr{Cvoid}}) = bitcast(Cstring, p)
pointer(p::Cstring) = convert(Ptr{Cchar}, p)
==(x::Ptr, y::Cstring) = x == convert(Ptr{Cvoid}, y)
==(x::Cstring, y::Ptr) = convert(Ptr{Cvoid}, x) == y
unsafe_string(s::Cstring) = unsafe_string(convert(Ptr{UInt8}, s))

"""
    disable_sigint(f::Function)

Run `f` without interruption by Ctrl-C.
"""
function disable_sigint(f::Function)
    sigatomic_begin()
    try
        return f()
    finally
        sigatomic_end()
    end
end

"""
    reenable_sigint(f::Function)

Run `f` with interruption by Ctrl-C, within `disable_sigint`.
"""
function reenable_sigint(f::Function)
    sigatomic_end()
    try
        return f()
    finally
        sigatomic_begin()
    end
end
sigatomic_begin() = ccall(:jl_sigatomic_begin, Cvoid, ())
sigatomic_end() = ccall(:jl_sigatomic_end, Cvoid, ())

"""
    Base.exit_on_sigint(on::Bool)

Whether Ctrl-C ends the process, as it does in scripts, or throws an `InterruptException`, as in the REPL.
"""
exit_on_sigint(on::Bool) = ccall(:jl_exit_on_sigint, Cvoid, (Cint,), on)

# The order of bytes in the network and in memory.
const ENDIAN_BOM = reinterpret(UInt32, 0x04030201)
ntoh(x) = bswap(x)
hton(x) = bswap(x)
ltoh(x) = x
htol(x) = x
