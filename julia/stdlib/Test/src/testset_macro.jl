# @testset in its four forms: a block, a call, a `for` loop, a `let`.

macro testset(args...)
    isempty(args) && error("No arguments to @testset")
    tests = args[end]
    # a loop gives an array of test sets
    if isa(tests, Expr) && tests.head === :for
        return testset_forloop(args, tests, __source__)
    elseif isa(tests, Expr) && tests.head === :let
        return testset_context(args, tests, __source__)
    elseif isa(tests, Expr) && tests.head in (:block, :call)
        return testset_beginend_call(args, tests, __source__)
    end
    error("Expected function call, begin/end block or for loop as argument to @testset")
end

# Description, type and options before the tests.
function parse_testset_args(args)
    desc = nothing
    testsettype = nothing
    options = Expr(:parameters)
    for arg in args
        if isa(arg, Symbol) || Meta.isexpr(arg, :(.))
            testsettype === nothing || deprecated_more("testset types", :testset_multiple_testset_types)
            testsettype = esc(arg)
        elseif isa(arg, AbstractString) || Meta.isexpr(arg, :string)
            desc === nothing || deprecated_more("descriptions", :testset_multiple_descriptions)
            desc = esc(arg)
        elseif Meta.isexpr(arg, :(=))
            push!(options.args, Expr(:kw, arg.args[1], esc(arg.args[2])))
        else
            error("Unexpected argument $arg to @testset")
        end
    end
    return desc, testsettype, options
end

# The last one counts.
deprecated_more(what, name) =
    Base.depwarn("Multiple $what provided to @testset. This is deprecated and may error in the future.", name; force=true)

# At the top the default type, inside the type of the set around.
_testset_type() = get_testset_depth() == 0 ? DefaultTestSet : typeof(get_testset())

function _check_testset(testsettype, name)
    if !(testsettype isa Type && testsettype <: AbstractTestSet)
        error("Expected `$name` to be an AbstractTestSet, it is a ",
              testsettype isa Type ? "`$testsettype`" : "`$testsettype` of type `$(typeof(testsettype))`")
    end
end

function _new_testset(::Type{T}, desc, source; options...) where {T}
    T === DefaultTestSet && return DefaultTestSet(desc; source = source.file, options...)
    T === ContextTestSet && return DefaultTestSet(desc; source = source.file, options...)
    return T(desc; options...)
end

# What escaped from the tests counts as an error of the set.
function _record_escaped(ts, err, source)
    err isa InterruptException && rethrow()
    if err isa FailFastError
        get_testset_depth() > 1 ? rethrow() : failfast_print()
    else
        record(ts, Error(:nontest_error, Expr(:tuple), err, Base.current_exceptions(), source))
    end
    return nothing
end
function failfast_print()
    printstyled("\nFail-fast enabled:"; color = Base.error_color(), bold = true)
    printstyled(" Fail or Error occurred\n\n"; color = Base.error_color())
end

function _constructor_call(desc, testsettype, options, source)
    source_node = QuoteNode(source)
    type = testsettype === nothing ? :(_testset_type()) : testsettype
    return Expr(:call, GlobalRef(Test, :_new_testset), options, type, desc, source_node)
end
_type_check(testsettype) = testsettype === nothing ? nothing :
    :(_check_testset($testsettype, $(QuoteNode(testsettype.args[1]))))

function testset_beginend_call(args, tests, source)
    desc, testsettype, options = parse_testset_args(args[1:(end - 1)])
    if desc === nothing
        desc = tests.head === :call ? string(tests.args[1]) : "test set"
    end
    source_node = QuoteNode(source)
    ex = quote
        $(_type_check(testsettype))
        local ret
        local ts = $(_constructor_call(desc, testsettype, options, source))
        push_testset(ts)
        local saved = save_seed()
        try
            reseed()
            let
                $(esc(tests))
            end
        catch err
            _record_escaped(ts, err, $source_node)
        finally
            restore_seed(saved)
            pop_testset()
            ret = finish(ts)
        end
        ret
    end
    # so that what the tests print names their own lines
    if tests.head === :block
        ex = Expr(:block, source, ex)
    end
    return ex
end

function testset_forloop(args, testloop, source)
    loopvars = Expr[]
    if testloop.args[1].head === :(=)
        push!(loopvars, testloop.args[1])
    elseif testloop.args[1].head === :block
        for loopvar in testloop.args[1].args
            push!(loopvars, loopvar)
        end
    else
        error("Unexpected argument to @testset")
    end
    desc, testsettype, options = parse_testset_args(args[1:(end - 1)])
    if desc === nothing
        # the variables with their values
        v = loopvars[1].args[1]
        desc = Expr(:string, "$v = ", esc(v))
        for l in loopvars[2:end]
            v = l.args[1]
            push!(desc.args, ", $v = ")
            push!(desc.args, esc(v))
        end
    end
    source_node = QuoteNode(source)
    tests = testloop.args[2]
    # A set is finished when the next iteration begins, or after the loop: `break` and `continue`
    # in the tests leave none behind.
    blk = quote
        if !first_iteration
            pop_testset()
            finish_errored = true
            push!(arr, finish(ts))
            finish_errored = false
            restore_seed(saved)
        end
        $(_type_check(testsettype))
        ts = $(_constructor_call(desc, testsettype, options, source))
        push_testset(ts)
        first_iteration = false
        try
            $(esc(tests))
        catch err
            _record_escaped(ts, err, $source_node)
        end
    end
    return quote
        local arr = Vector{Any}()
        local first_iteration = true
        local ts
        local finish_errored = false
        local before = save_seed()
        reseed()
        local saved = save_seed()
        try
            let
                $(Expr(:for, Expr(:block, [esc(v) for v in loopvars]...), blk))
            end
        finally
            # the last one, also where the tests returned
            if !first_iteration && !finish_errored
                pop_testset()
                push!(arr, finish(ts))
            end
            restore_seed(before)
        end
        arr
    end
end

function testset_context(args, ex, source)
    desc, testsettype, options = parse_testset_args(args[1:(end - 1)])
    if desc !== nothing || testsettype !== nothing
        # a `let` is a part of the set around, and has no name of its own
        error("@testset with a `let` argument cannot be customized")
    end
    let_ex = ex.args[1]
    if Meta.isexpr(let_ex, :(=))
        contexts = Any[let_ex.args[1]]
    elseif Meta.isexpr(let_ex, :block)
        contexts = Any[]
        for assign_ex in let_ex.args
            Meta.isexpr(assign_ex, :(=)) ? push!(contexts, assign_ex.args[1]) :
                error("Malformed `let` expression is given")
        end
    else
        error("Malformed `let` expression is given")
    end
    reverse!(contexts)
    test_ex = esc(ex.args[2])
    for context in contexts
        test_ex = quote
            local cts = ContextTestSet($(QuoteNode(context)), $(esc(context)))
            push_testset(cts)
            try
                $test_ex
            finally
                pop_testset()
            end
        end
    end
    return Expr(:let, esc(let_ex), test_ex)
end
