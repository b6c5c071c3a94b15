# What a single test gave: passed, failed, an error, or known to be broken; and how it is shown.

abstract type Result end

struct Pass <: Result
    test_type::Symbol
    orig_expr
    data
    value
    source::Union{Nothing,LineNumberNode}
    message_only::Bool
    Pass(test_type::Symbol, orig_expr, data, thrown, source = nothing, message_only = false) =
        new(test_type, orig_expr, data, thrown, source, message_only)
end

function Base.show(io::IO, t::Pass)
    printstyled(io, "Test Passed"; bold = true, color = :green)
    if t.test_type === :test_throws
        # the right exception was thrown
        if t.message_only
            print(io, "\n     Message: ", t.value)
        else
            print(io, "\n      Thrown: ", typeof(t.value))
        end
    end
end

struct Fail <: Result
    test_type::Symbol
    orig_expr::String
    data::Union{Nothing,String}
    value::String
    context::Union{Nothing,String}
    source::LineNumberNode
    message_only::Bool
    backtrace::Union{Nothing,String}
    function Fail(test_type::Symbol, orig_expr, data, value, context, source::LineNumberNode, message_only::Bool, backtrace = nothing)
        return new(test_type, string(orig_expr), data === nothing ? nothing : string(data),
                   string(isa(data, Type) ? typeof(value) : value), context, source, message_only, backtrace)
    end
end
Fail(test_type::Symbol, orig_expr, data, value, source::LineNumberNode, message_only::Bool = false) =
    Fail(test_type, orig_expr, data, value, nothing, source, message_only)

_file_of(source::LineNumberNode) = source.file === nothing ? :none : source.file

function Base.show(io::IO, t::Fail)
    printstyled(io, "Test Failed"; bold = true, color = Base.error_color())
    print(io, " at ")
    printstyled(io, _file_of(t.source), ":", t.source.line, "\n"; bold = true, color = :default)
    print(io, "  Expression: ", t.orig_expr)
    value, data = t.value, t.data
    if t.test_type === :test_throws_wrong
        print(io, "\n    Expected: ", data)
        if t.message_only
            print(io, "\n     Message: ", value)
        else
            print(io, "\n      Thrown: ", value)
            print(io, "\n")
            if t.backtrace !== nothing
                join(io, ("      " * line for line in split(t.backtrace, "\n")), "\n")
            end
        end
    elseif t.test_type === :test_throws_nothing
        print(io, "\n    Expected: ", data)
        print(io, "\n  No exception thrown")
    elseif t.test_type === :test
        if data !== nothing && t.orig_expr != data
            # the terms with their values
            print(io, "\n   Evaluated: ", data)
        end
        if t.context !== nothing
            print(io, "\n     Context: ", t.context)
        end
    end
    println(io)
end

struct Error <: Result
    test_type::Symbol
    orig_expr::String
    value::String
    backtrace::String
    source::LineNumberNode
    function Error(test_type::Symbol, orig_expr, value, bt, source::LineNumberNode)
        bt_str = ""
        if test_type === :test_error || test_type === :nontest_error
            bt_str = _stack_text(bt)
        end
        shown = try
            Base.invokelatest(sprint, show, value, context = :limit => true)
        catch ex
            "#=ERROR showing error of type $(typeof(value))=# " * sprint(showerror, ex)
        end
        return new(test_type, string(orig_expr), shown, bt_str, source)
    end
end

# An exception stack as text; `show` may be newer than the world of the test.
function _stack_text(bt)
    bt === nothing && return ""
    try
        return Base.invokelatest(sprint, Base.show_exception_stack, bt; context = IOContext(stdout))
    catch ex
        return "#=ERROR showing exception stack=# " * sprint(showerror, ex)
    end
end

function Base.show(io::IO, t::Error)
    if t.test_type === :test_interrupted
        printstyled(io, "Interrupted", color = Base.error_color())
        return
    end
    printstyled(io, "Error During Test"; bold = true, color = Base.error_color())
    print(io, " at ")
    printstyled(io, _file_of(t.source), ":", t.source.line, "\n"; bold = true, color = :default)
    if t.test_type === :test_nonbool
        println(io, "  Expression evaluated to non-Boolean")
        println(io, "  Expression: ", t.orig_expr)
        print(io, "       Value: ", t.value)
    elseif t.test_type === :test_error
        println(io, "  Test threw exception")
        println(io, "  Expression: ", t.orig_expr)
        _indented(io, t.backtrace)
    elseif t.test_type === :test_unbroken
        println(io, " Unexpected Pass")
        println(io, " Expression: ", t.orig_expr)
        println(io, " Got correct result, please change to @test if no longer broken.")
    elseif t.test_type === :nontest_error
        println(io, "  Got exception outside of a @test")
        _indented(io, t.backtrace)
    end
end
_indented(io::IO, text::String) =
    join(io, ("  " * line for line in split(text, "\n") if !isempty(line)), "\n")

struct Broken <: Result
    test_type::Symbol
    orig_expr
end

function Base.show(io::IO, t::Broken)
    printstyled(io, "Test Broken\n"; bold = true, color = Base.warn_color())
    if t.test_type === :skipped && t.orig_expr !== nothing
        print(io, "  Skipped: ", t.orig_expr)
    elseif t.orig_expr !== nothing
        print(io, "  Expression: ", t.orig_expr)
    end
end

## how far the evaluation of a test came

abstract type ExecutionResult end

struct Returned <: ExecutionResult
    value
    data
    source::LineNumberNode
end
struct Threw <: ExecutionResult
    exception
    backtrace::Any
    source::LineNumberNode
end
