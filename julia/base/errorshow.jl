# showerror: the text of exceptions, and of the stack traces below them.

showerror(io::IO, @nospecialize(ex)) = show(io, ex)

## the exceptions of Core and Base

show_index(io::IO, @nospecialize(x)) = show(io, x)
show_index(io::IO, x::Slice) = show_index(io, x.indices)
show_index(io::IO, x::LogicalIndex) = summary(io, x.mask)
show_index(io::IO, x::OneTo) = print(io, "1:", x.stop)
show_index(io::IO, x::Colon) = print(io, ':')

function showerror(io::IO, ex::BoundsError)
    print(io, "BoundsError")
    if isdefined(ex, :a)
        print(io, ": attempt to access ")
        summary(io, ex.a)
        if isdefined(ex, :i)
            print(io, " at index [")
            if ex.i isa AbstractRange
                print(io, ex.i)
            elseif ex.i isa AbstractString
                show(io, ex.i)
            else
                for (i, x) in enumerate(ex.i)
                    i > 1 && print(io, ", ")
                    show_index(io, x)
                end
            end
            print(io, ']')
        end
    end
    Experimental.show_error_hints(io, ex)
end

function showerror(io::IO, ex::TypeError)
    print(io, "TypeError: ")
    if ex.expected === Bool
        print(io, "non-boolean (", typeof(ex.got), ") used in boolean context")
    else
        print(io, ex.context == "" || ex.context === Symbol("") ? "in $(ex.func)" :
              ex.func === Symbol("keyword argument") ? "in keyword argument $(ex.context)" :
              "in $(ex.func), in $(ex.context)")
        print(io, ", expected ", ex.expected, ", got ")
        if isvarargtype(ex.got)
            print(io, ex.got)
        elseif isa(ex.got, Type)
            print(io, "Type{", ex.got, "}")
        else
            print(io, "a value of type ", typeof(ex.got))
        end
    end
    Experimental.show_error_hints(io, ex)
end

function showerror(io::IO, ex, bt; backtrace = true)
    try
        showerror(io, ex)
    finally
        backtrace && show_backtrace(io, bt)
    end
end

# The parser's text says where the error is and what stands there.
showerror(io::IO, ex::Meta.ParseError) =
    startswith(ex.msg, "ParseError:") ? print(io, ex.msg) : print(io, "ParseError(", repr(ex.msg), ")")

function showerror(io::IO, ex::LoadError, bt; backtrace = true)
    ex.error isa LoadError || print(io, "LoadError: ")
    showerror(io, ex.error, bt, backtrace = backtrace)
    print(io, "\nin expression starting at ", ex.file, ":", ex.line)
end
showerror(io::IO, ex::LoadError) = showerror(io, ex, [])

function showerror(io::IO, ex::InitError, bt; backtrace = true)
    print(io, "InitError: ")
    showerror(io, ex.error, bt, backtrace = backtrace)
    print(io, "\nduring initialization of module ", ex.mod)
end
showerror(io::IO, ex::InitError) = showerror(io, ex, [])

function showerror(io::IO, ex::DomainError)
    if isa(ex.val, AbstractArray)
        compact = get(io, :compact, true)::Bool
        print(io, "DomainError with ")
        show(IOContext(io, :limit => true, :compact => compact), ex.val)
    else
        print(io, "DomainError with ")
        show(IOContext(io, :compact => true), ex.val)
    end
    isdefined(ex, :msg) && print(io, ":\n", ex.msg)
    Experimental.show_error_hints(io, ex)
end

function showerror(io::IO, ex::SystemError)
    if ex.extrainfo === nothing
        print(io, "SystemError: ", ex.prefix, ": ", Libc.strerror(ex.errnum))
    else
        print(io, "SystemError (with ", ex.extrainfo, "): ", ex.prefix, ": ", Libc.strerror(ex.errnum))
    end
    Experimental.show_error_hints(io, ex)
end

showerror(io::IO, ::DivideError) = print(io, "DivideError: integer division error")
showerror(io::IO, ::StackOverflowError) = print(io, "StackOverflowError:")
showerror(io::IO, ::UndefRefError) = print(io, "UndefRefError: access to undefined reference")
showerror(io::IO, ::EOFError) = print(io, "EOFError: read end of file")
showerror(io::IO, ex::ErrorException) = print(io, ex.msg)
showerror(io::IO, ::InterruptException) = print(io, "InterruptException:")
showerror(io::IO, ex::ArgumentError) = print(io, "ArgumentError: ", ex.msg)
showerror(io::IO, ex::DimensionMismatch) = print(io, "DimensionMismatch: ", ex.msg)
showerror(io::IO, ex::AssertionError) = print(io, "AssertionError: ", ex.msg)
showerror(io::IO, ex::OverflowError) = print(io, "OverflowError: ", ex.msg)
showerror(io::IO, ex::CanonicalIndexError) =
    print(io, "CanonicalIndexError: ", ex.func, " not defined for ", ex.type)
showerror(io::IO, ex::UndefKeywordError) =
    print(io, "UndefKeywordError: keyword argument `", ex.var, "` not assigned")
function showerror(io::IO, ex::KeyError)
    print(io, "KeyError: key ")
    show(io, ex.key)
    print(io, " not found")
end
function showerror(io::IO, ex::UndefVarError)
    print(io, "UndefVarError: `", ex.var, "` not defined")
    Experimental.show_error_hints(io, ex)
end
function showerror(io::IO, ex::InexactError)
    print(io, "InexactError: ", ex.func, '(')
    nameof(ex.T) === ex.func || print(io, ex.T, ", ")
    print(io, ex.val, ')')
    Experimental.show_error_hints(io, ex)
end

## MethodError

typesof(@nospecialize(args...)) = Tuple{Any[Core.Typeof(a) for a in args]...}

function show_convert_error(io::IO, ex::MethodError, arg_types_param)
    T = ex.args[1]
    if !(T isa Type)
        print(io, "First argument to `convert` must be a Type, got ", T)
    else
        p2 = arg_types_param[2]
        one_line = isa(T, DataType) && isa(p2, DataType) && T.name != p2.name
        print(io, "Cannot `convert` an object of type ")
        one_line || print(io, "\n  ")
        print(io, p2)
        one_line || print(io, "\n")
        print(io, one_line ? " to an object of type " : "to an object of type \n  ")
        print(io, T)
    end
end

function showerror(io::IO, ex::MethodError)
    # the arguments are values, or a tuple type where `invoke` threw
    is_arg_types = isa(ex.args, DataType)
    arg_types = (is_arg_types ? ex.args : typesof(ex.args...))::DataType
    f = ex.f
    ambiguous = _ambiguous_methods(f, arg_types)
    if length(ambiguous) > 1
        return showerror_ambiguous(io, ambiguous, f, arg_types)
    end
    params = Any[arg_types.parameters...]
    show_candidates = true
    print(io, "MethodError: ")
    ft = typeof(f)
    f_is_function = false
    kwargs = ()
    if f === Core.kwcall && !is_arg_types
        kwargs = pairs(ex.args[1])
        f = ex.args[2]
        ft = typeof(f)
        params = params[3:end]
        ex = MethodError(f, ex.args[3:end], ex.world)
        arg_types = Tuple{params...}
    end
    name = isdefined(ft.name, :mt) ? ft.name.mt.name : ft.name.name
    if f === Base.convert && length(params) == 2 && !is_arg_types
        f_is_function = true
        show_convert_error(io, ex, params)
    elseif f === mapreduce_empty || f === reduce_empty
        print(io, "reducing over an empty collection is not allowed; consider supplying `init` to the reducer")
        show_candidates = false
    elseif isa(f, DataType) && isabstracttype(f) && isempty(methods(f))
        print(io, "no constructors have been defined for ", f)
    elseif !isa(f, Function) && !isa(f, Type) && isempty(methods(f))
        print(io, "objects of type ", ft, " are not callable")
    else
        if ft <: Function && isempty(ft.parameters) && _isself(ft)
            f_is_function = true
            print(io, "no method matching ")
            show_signature_function(io, ft)
        elseif isa(f, Type)
            print(io, "no method matching ", f)
        else
            print(io, "no method matching (::", ft, ")")
        end
        print(io, "(")
        for i in 1:length(params)
            i > 1 && print(io, ", ")
            print(io, "::", params[i])
        end
        if !isempty(kwargs)
            print(io, "; ")
            first = true
            for (k, v) in kwargs
                first || print(io, ", ")
                first = false
                print(io, k, "::", typeof(v))
            end
        end
        print(io, ")")
    end
    # numbers and arrays added or subtracted
    if (f === Base.:+ || f === Base.:-) && length(params) == 2
        if any(x -> x <: AbstractArray{<:Number}, params) && any(x -> x <: Number, params)
            noun = f === Base.:+ ? "addition" : "subtraction"
            a, b = params[1] <: Number ? ("scalar", "array") : ("array", "scalar")
            print(io, "\nFor element-wise ", noun, ", use broadcasting with dot syntax: ", a, " .", f === Base.:+ ? "+" : "-", " ", b)
        end
    end
    if ft <: AbstractArray
        print(io, "\nUse square brackets [] for indexing an Array.")
    end
    # a function of the same name in Base
    if f_is_function && name isa Symbol && isdefined(Base, name)
        basef = getfield(Base, name)
        if basef !== ex.f && basef isa Function && hasmethod(basef, arg_types)
            print(io, "\nYou may have intended to import ")
            show_unquoted(io, Expr(:., :Base, QuoteNode(name)))
        end
    end
    if ex.world != typemax(UInt) && hasmethod(ex.f, arg_types) && !hasmethod(ex.f, arg_types, world = ex.world)
        print(io, "\nThe applicable method may be too new: running in world age ", ex.world,
              ", while current world is ", get_world_counter(), ".")
    end
    if !is_arg_types
        # row vectors where columns are wanted
        vec_args = Any[]
        hasrows = false
        for arg in ex.args
            isrow = isa(arg, Array) && ndims(arg)::Int == 2 && size(arg, 1)::Int == 1
            hasrows |= isrow
            push!(vec_args, isrow ? vec(arg) : arg)
        end
        if hasrows && applicable(f, vec_args...)
            print(io, "\n\nYou might have used a 2d row vector where a 1d column vector was required.",
                  "\nNote the difference between 1d column vector [1,2,3] and 2d row vector [1 2 3].",
                  "\nYou can convert to a column vector with the vec() function.")
        end
    end
    Experimental.show_error_hints(io, ex, params, kwargs)
    if show_candidates
        try
            show_method_candidates(io, ex, kwargs)
        catch
            print(io, "\n<error while finding the closest candidates>")
        end
    end
    return
end

# The methods among which no one is the most specific.
function _ambiguous_methods(@nospecialize(f), @nospecialize(arg_types))
    out = Method[]
    (f isa Core.Builtin) && return out
    try
        tt = signature_type(f, arg_types)
        r = ccall(:jl_ambiguous_matches, Any, (Any, UInt), tt, get_world_counter())
        r isa Vector && for m in r
            push!(out, m)
        end
    catch
    end
    return out
end

function showerror_ambiguous(io::IO, meths, f, args::DataType)
    print(io, "MethodError: ")
    show_signature_function(io, isa(f, Type) ? Type{f} : typeof(f))
    print(io, "(")
    p = args.parameters
    for i in 1:length(p)
        i > 1 && print(io, ", ")
        print(io, "::", p[i])
    end
    print(io, ") is ambiguous.\n\nCandidates:")
    sigfix = Any
    for m in meths
        print(io, "\n  ")
        show_method(io, m; digit_align_width = 0)
        sigfix = typeintersect(m.sig, sigfix)
    end
    if isa(unwrap_unionall(sigfix), DataType) && sigfix <: Tuple
        if all(m -> morespecific(sigfix, m.sig), meths)
            print(io, "\n\nPossible fix, define\n  ")
            show_tuple_as_call(io, :function, sigfix)
        else
            print(io, "\n\nTo resolve the ambiguity, try making one of the methods more specific, or ",
                  "adding a new method more specific than any of the existing applicable methods.")
        end
    end
    return
end

function show_method_candidates(io::IO, ex::MethodError, @nospecialize(kwargs = ()))
    is_arg_types = isa(ex.args, DataType)
    arg_types = is_arg_types ? ex.args : typesof(ex.args...)
    arg_types_param = Any[arg_types.parameters...]
    f = ex.f
    # these show only where the first argument matches
    special = f === convert || f === getindex || f === setindex!
    funcs = Any[(f, arg_types_param)]
    # a failed conversion may have been meant as a construction
    if f === convert && !isempty(arg_types_param)
        at1 = arg_types_param[1]
        if isType(at1) && !has_free_typevars(at1)
            push!(funcs, (at1.parameters[1], arg_types_param[2:end]))
        end
    end
    candidates = Tuple{Method,Vector{Any},BitVector,Int}[]
    for (func, params) in funcs
        for method in methods(func)
            isa(method.sig, UnionAll) || isa(method.sig, DataType) || continue
            found = _matching_arguments(func, params, method, special)
            found === nothing || push!(candidates, (method, params, found[1], found[2]))
        end
    end
    isempty(candidates) && return
    print(io, "\n\nClosest candidates are:")
    sort!(candidates, by = x -> -x[4])
    for (i, (method, params, matched, _)) in enumerate(candidates)
        println(io)
        if i > 3
            print(io, "  ...")
            break
        end
        _show_candidate(io, ex, params, method, matched, kwargs)
    end
    println(io)
    return
end

# Which of a method's parameters match the arguments of a call, and how many do; nothing if it is no candidate.
function _matching_arguments(@nospecialize(func), arg_types_param, method::Method, special::Bool)
    sig0 = unwrap_unionall(method.sig)::DataType
    sig0 === Tuple && return nothing
    isa(func, rewrap_unionall(sig0.parameters[1], method.sig)) || return nothing
    t_i = copy(arg_types_param)
    right_matches = 0
    sig = Any[sig0.parameters...][2:end]
    matched = falses(min(length(t_i), length(sig)))
    for i in 1:length(matched)
        # a vararg takes all the rest
        j = isvarargtype(sig[i]) ? length(t_i) : i
        t_in = typeintersect(rewrap_unionall(Tuple{sig[1:i]...}, method.sig),
                             rewrap_unionall(Tuple{t_i[1:j]...}, method.sig))
        t_in === Union{} && special && i == 1 && break
        if t_in === Union{}
            # so that later arguments are judged on their own
            t_i[i] = sig[i]
        else
            right_matches += j == i ? 1 : 0
            matched[i] = true
        end
    end
    special && right_matches == 0 && return nothing
    if length(t_i) > length(sig) && !isempty(sig) && isvarargtype(sig[end])
        vt = rewrap_unionall(unwrapva(unwrap_unionall(sig[end])), method.sig)
        for t in arg_types_param[length(sig):end]
            t <: vt && (right_matches += 1)
        end
    end
    (right_matches > 0 || length(arg_types_param) < 2) || return nothing
    return matched, right_matches
end

function _show_candidate(io::IO, ex::MethodError, arg_types_param, method::Method, matched, kwargs)
    iob0 = iob = io
    tv = Any[]
    sig0 = method.sig
    while isa(sig0, UnionAll)
        push!(tv, sig0.var)
        iob = IOContext(iob, :unionall_env => sig0.var)
        sig0 = sig0.body
    end
    sig0 = sig0::DataType
    print(iob, "  ")
    show_signature_function(iob, sig0.parameters[1])
    print(iob, "(")
    color = get(io, :color, false)::Bool
    mismatch(args...) = color ? with_output_color(io -> print(io, "::", args...), error_color(), iob) :
        print(iob, "!Matched::", args...)
    sig = Any[sig0.parameters...][2:end]
    shown(sigtype) = isvarargtype(sigtype) ? (unwrapva(unwrap_unionall(sigtype)), "...") : (sigtype,)
    for i in 1:length(matched)
        i > 1 && print(iob, ", ")
        matched[i] ? print(iob, "::", shown(sig[i])...) : mismatch(shown(sig[i])...)
    end
    for k in 1:length(sig)-length(arg_types_param)
        sigtype = sig[length(arg_types_param) + k]
        (isempty(matched) && k == 1) || print(iob, ", ")
        if k == 1 && isvarargtype(sigtype)
            # the call failed for another reason
            print(iob, "::", shown(sigtype)...)
        else
            mismatch(shown(sigtype)...)
        end
    end
    kwords = kwarg_decl(method)
    if !isempty(kwords)
        print(iob, "; ")
        join(iob, kwords, ", ")
    end
    print(iob, ")")
    show_method_params(iob0, tv)
    if !isempty(kwargs)
        unexpected = Symbol[]
        if isempty(kwords) || !any(kw -> endswith(string(kw), "..."), kwords)
            for (k, v) in kwargs
                k in kwords || push!(unexpected, k)
            end
        end
        if !isempty(unexpected)
            plur = length(unexpected) > 1 ? "s" : ""
            msg = string(" got unsupported keyword argument", plur, " \"", join(unexpected, "\", \""), "\"")
            with_output_color(print, error_color(), iob, msg)
        end
    end
    if ex.world < reinterpret(UInt, method.primary_world)
        print(iob, " (method too new to be called from this world context.)")
    elseif ex.world > reinterpret(UInt, method.deleted_world)
        print(iob, " (method deleted before this world age.)")
    end
    println(iob)
    file, line = updated_methodloc(method)
    print_module_path_file(iob, parentmodule(method), string(file), line; digit_align_width = 3)
    return nothing
end

## hints

function noncallable_number_hint_handler(io, ex, arg_types, kwargs)
    if ex.f isa Number
        print(io, "\nMaybe you forgot to use an operator such as ")
        printstyled(io, "*, ^, %, / etc. ", color = :cyan)
        print(io, "?")
    end
end
function string_concatenation_hint_handler(io, ex, arg_types, kwargs)
    if (ex.f === +) && !isempty(arg_types) && all(i -> i <: AbstractString, arg_types)
        print(io, "\nString concatenation is performed with ")
        printstyled(io, "*", color = :cyan)
        print(io, " (See also: https://docs.julialang.org/en/v1/manual/strings/#man-concatenation).")
    end
end
function nonsetable_type_hint_handler(io, ex, arg_types, kwargs)
    if ex.f === setindex!
        T = arg_types[1]
        if T <: Number
            print(io, "\nAre you trying to index into an array? For multi-dimensional arrays, separate the indices with commas: ")
            printstyled(io, "a[1, 2]", color = :cyan)
            print(io, " rather than a[1][2]")
        elseif isType(T)
            Tx = T.parameters[1]
            print(io, "\nYou attempted to index the type $Tx, rather than an instance of the type. Make sure you create the type using its constructor: ")
            printstyled(io, "d = $Tx([...])", color = :cyan)
            print(io, " rather than d = $Tx")
        end
    end
end
Experimental.register_error_hint(noncallable_number_hint_handler, MethodError)
Experimental.register_error_hint(string_concatenation_hint_handler, MethodError)
Experimental.register_error_hint(nonsetable_type_hint_handler, MethodError)

## stack traces

# The functions by which a process evaluates what it was given: what called them is not the user's.
const _entry_functions = Tuple{Module,Symbol}[(Base, :_run_program)]

# The frames up to the top level of the user's code.
function _users_frames(frames::Vector{StackTraces.StackFrame})
    entry = findfirst(frame -> (parentmodule(frame), frame.func) in _entry_functions, frames)
    entry === nothing && return frames
    top = findprev(StackTraces.is_top_level_frame, frames, entry)
    return frames[1:(top === nothing ? entry - 1 : top)]
end

function process_backtrace(bt::Vector, limit::Int = typemax(Int); skipC = true)
    frames = eltype(bt) <: StackTraces.StackFrame ? bt : StackTraces.stacktrace(bt)
    out = Any[]
    for frame in _users_frames(frames)
        (frame.from_c && skipC) && continue
        length(out) >= limit && break
        if !isempty(out) && out[end][1] == frame
            out[end] = (frame, out[end][2] + 1)
        else
            push!(out, (frame, 1))
        end
    end
    return out
end

function show_backtrace(io::IO, t::Vector)
    isempty(t) && return
    frames = try
        process_backtrace(t)
    catch
        return
    end
    isempty(frames) && return
    print(io, "\nStacktrace:")
    width = ndigits(length(frames))
    for (i, (frame, n)) in enumerate(frames)
        println(io)
        print_stackframe(io, i, frame, n, width)
    end
end
show_backtrace(io::IO, t) = nothing

function print_stackframe(io::IO, i, frame, n::Int, width::Int)
    print(io, " ", lpad("[$i]", width + 2), " ")
    StackTraces.show_spec_linfo(IOContext(io, :backtrace => true), frame)
    n > 1 && print(io, " (repeats ", n, " times)")
    println(io)
    print_module_path_file(io, parentmodule(frame), string(frame.file), frame.line; digit_align_width = width + 2)
    frame.inlined && printstyled(io, " [inlined]"; color = :light_black)
end

## the top level's report

showerror_nostdio(err, msg::AbstractString) = ccall(:jl_safe_printf_str, Cvoid, (Cstring,), string(msg, ": ", err))

function display_error(io::IO, er, bt = nothing)
    printstyled(io, "ERROR: "; bold = true, color = error_color())
    if bt === nothing
        showerror(IOContext(io, :limit => true), er)
    else
        showerror(IOContext(io, :limit => true), er, bt; backtrace = bt !== nothing)
    end
    println(io)
end
display_error(er, bt = nothing) = display_error(stderr, er, bt)
function display_error(io::IO, stack::ExceptionStack)
    printstyled(io, "ERROR: "; bold = true, color = error_color())
    show_exception_stack(IOContext(io, :limit => true), stack)
    println(io)
end
display_error(stack::ExceptionStack) = display_error(stderr, stack)

function show_exception_stack(io::IO, stack)
    nexc = length(stack)
    for i in nexc:-1:1
        if nexc != i
            printstyled(io, "\ncaused by: ", color = error_color())
        end
        exc, bt = stack[i]
        showerror(io, exc, bt, backtrace = bt !== nothing)
        i == 1 || println(io)
    end
end
function show(io::IO, ::MIME"text/plain", stack::ExceptionStack)
    nexc = length(stack)
    printstyled(io, nexc, "-element ExceptionStack", nexc == 0 ? "" : ":\n")
    show_exception_stack(io, stack)
end
show(io::IO, stack::ExceptionStack) = show(io, MIME("text/plain"), stack)
