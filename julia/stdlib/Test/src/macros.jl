# @test, @test_broken, @test_skip, @test_throws: evaluating the tested expression so that a failure can
# show the values of its terms, and recording the result in the current test set.

# Evaluates a comparison or a call; `quoted` becomes the same expression with the values in it.
function eval_test(evaluated::Expr, quoted::Expr, source::LineNumberNode, negate::Bool = false)
    evaled_args = evaluated.args
    quoted_args = quoted.args
    n = length(evaled_args)
    kw_suffix = ""
    res = true
    if evaluated.head === :comparison
        i = 1
        while i < n
            a, op, b = evaled_args[i], evaled_args[i + 1], evaled_args[i + 2]
            if res
                res = op(a, b)
            end
            quoted_args[i] = a
            quoted_args[i + 2] = b
            i += 2
        end
    elseif evaluated.head === :call
        op = evaled_args[1]
        kwargs = (evaled_args[2]::Expr).args # of :parameters
        args = evaled_args[3:n]
        res = isempty(kwargs) ? op(args...) : op(args...; kwargs...)
        func_sym = quoted_args[1]
        if isempty(kwargs)
            quoted = Expr(:call, func_sym, args...)
        elseif func_sym === :≈ && res === false
            quoted = Expr(:call, func_sym, args...)
            kw_suffix = " ($(join(["$k=$v" for (k, v) in kwargs], ", ")))"
        else
            kwargs_expr = Expr(:parameters, [Expr(:kw, k, v) for (k, v) in kwargs]...)
            quoted = Expr(:call, func_sym, kwargs_expr, args...)
        end
    else
        throw(ArgumentError("Unhandled expression type: $(evaluated.head)"))
    end
    if negate
        res = !res
        quoted = Expr(:call, :!, quoted)
    end
    # text only where it is needed
    return Returned(res, res === true ? quoted :
                    sprint(print, quoted, context = (:limit => true)) * kw_suffix, source)
end

# The keywords of @test that are not its own go to the tested call: @test f(x) atol=1.
function test_expr!(m, ex, kws...)
    isempty(kws) && return ex
    if !Meta.isexpr(ex, :call)
        @goto fail
    end
    for kw in kws
        Meta.isexpr(kw, :(=)) || @goto fail
        kw.head = :kw
        push!(ex.args, kw)
    end
    return ex
    @label fail
    error("invalid test macro call: $m $ex $(join(kws, " "))")
end

function _split_own_keywords(kws)
    broken = Any[]
    skip = Any[]
    rest = Any[]
    for kw in kws
        Meta.isexpr(kw, :(=)) || error("invalid test macro call: unexpected argument $kw")
        name = kw.args[1]
        push!(name === :broken ? broken : name === :skip ? skip : rest, name === :broken || name === :skip ? kw.args[2] : kw)
    end
    length(broken) > 1 && error("invalid test macro call: cannot set broken keyword multiple times")
    length(skip) > 1 && error("invalid test macro call: cannot set skip keyword multiple times")
    isempty(broken) || isempty(skip) ||
        error("invalid test macro call: cannot set both skip and broken keywords")
    return broken, skip, rest
end

macro test(ex, kws...)
    broken, skip, rest = _split_own_keywords(kws)
    test_expr!("@test", ex, rest...)
    orig_ex = Expr(:inert, ex)
    result = get_test_result(ex, __source__)
    if !isempty(skip)
        return quote
            if $(esc(skip[1]))
                record(get_testset(), Broken(:skipped, $orig_ex))
            else
                do_test($result, $orig_ex)
            end
        end
    elseif !isempty(broken)
        return quote
            let _do = $(esc(broken[1])) ? do_broken_test : do_test
                _do($result, $orig_ex)
            end
        end
    end
    return :(do_test($result, $orig_ex))
end

macro test_broken(ex, kws...)
    test_expr!("@test_broken", ex, kws...)
    orig_ex = Expr(:inert, ex)
    result = get_test_result(ex, __source__)
    return :(do_broken_test($result, $orig_ex))
end

macro test_skip(ex, kws...)
    test_expr!("@test_skip", ex, kws...)
    orig_ex = Expr(:inert, ex)
    testres = :(Broken(:skipped, $orig_ex))
    return :(record(get_testset(), $testres))
end

_is_splat(x) = Meta.isexpr(x, :...)

# Code that evaluates `ex` and gives an ExecutionResult.
function get_test_result(ex, source)
    negate = false
    orig_ex = ex
    # the function below a `!` is what is of interest
    if Meta.isexpr(ex, :call, 2) && ex.args[1] === :!
        negate = true
        ex = ex.args[2]
    end
    # operators of comparison all become :comparison
    if Meta.isexpr(ex, :call, 3) && first(string(ex.args[1])) != '.' && !_is_splat(ex.args[2]) && !_is_splat(ex.args[3]) &&
       (ex.args[1] === :(==) || (ex.args[1] isa Symbol && Base.operator_precedence(ex.args[1]) == comparison_prec))
        ex = Expr(:comparison, ex.args[2], ex.args[1], ex.args[3])
    elseif isa(ex, Expr) && length(ex.args) == 2 && !_is_splat(ex.args[1]) && !_is_splat(ex.args[2]) &&
           Base.operator_precedence(ex.head) == comparison_prec
        ex = Expr(:comparison, ex.args[1], ex.head, ex.args[2])
    end
    source_node = QuoteNode(source)
    if Meta.isexpr(ex, :comparison)
        escaped_terms = [esc(arg) for arg in ex.args]
        quoted_terms = [QuoteNode(arg) for arg in ex.args]
        testret = :(eval_test(Expr(:comparison, $(escaped_terms...)), Expr(:comparison, $(quoted_terms...)),
                              $source_node, $negate))
    elseif Meta.isexpr(ex, :call) && ex.args[1] in DISPLAYED_FUNCS
        escaped_args = Any[]
        escaped_kwargs = Any[]
        for a in ex.args[2:end]
            if Meta.isexpr(a, :kw)
                push!(escaped_kwargs, Expr(:call, :(=>), QuoteNode(a.args[1]), esc(a.args[2])))
            elseif Meta.isexpr(a, :parameters)
                for p in a.args
                    if Meta.isexpr(p, :kw)
                        push!(escaped_kwargs, Expr(:call, :(=>), QuoteNode(p.args[1]), esc(p.args[2])))
                    elseif Meta.isexpr(p, :...)
                        push!(escaped_kwargs, Expr(:..., esc(p.args[1])))
                    elseif Meta.isexpr(p, :(.))
                        push!(escaped_kwargs, Expr(:call, :(=>), QuoteNode(p.args[2].value), esc(p)))
                    else
                        push!(escaped_kwargs, Expr(:call, :(=>), QuoteNode(p), esc(p)))
                    end
                end
            elseif Meta.isexpr(a, :...)
                push!(escaped_args, Expr(:..., esc(a.args[1])))
            else
                push!(escaped_args, esc(a))
            end
        end
        testret = :(eval_test(Expr(:call, $(esc(ex.args[1])), Expr(:parameters, $(escaped_kwargs...)), $(escaped_args...)),
                              Expr(:call, $(QuoteNode(ex.args[1]))), $source_node, $negate))
    else
        testret = :(Returned($(esc(orig_ex)), nothing, $source_node))
    end
    return quote
        try
            $testret
        catch _e
            _e isa InterruptException && rethrow()
            Threw(_e, Base.current_exceptions(), $source_node)
        end
    end
end

function do_test(result::ExecutionResult, orig_expr)
    if isa(result, Returned)
        value = result.value
        testres = if isa(value, Bool)
            value ? Pass(:test, orig_expr, result.data, value, result.source) :
                Fail(:test, orig_expr, result.data, value, nothing, result.source, false)
        else
            Error(:test_nonbool, orig_expr, value, nothing, result.source)
        end
    else
        testres = Error(:test_error, orig_expr, result.exception, result.backtrace, result.source)
    end
    return record(get_testset(), testres)
end

function do_broken_test(result::ExecutionResult, orig_expr)
    testres = Broken(:test, orig_expr)
    # a test that passes is not broken
    if isa(result, Returned)
        value = result.value
        if isa(value, Bool)
            value && (testres = Error(:test_unbroken, orig_expr, value, nothing, result.source))
        else
            testres = Error(:test_nonbool, orig_expr, value, nothing, result.source)
        end
    end
    return record(get_testset(), testres)
end

## exceptions

macro test_throws(extype, ex)
    orig_ex = Expr(:inert, ex)
    source_node = QuoteNode(__source__)
    body = Expr(:block, __source__, esc(ex))
    result = quote
        try
            Returned($body, nothing, $source_node)
        catch _e
            if $(esc(extype)) != InterruptException && _e isa InterruptException
                rethrow()
            end
            Threw(_e, Base.current_exceptions(), $source_node)
        end
    end
    return :(do_test_throws($result, $orig_ex, $(esc(extype))))
end

const MACROEXPAND_LIKE = (:macroexpand, Symbol("@macroexpand"), Symbol("@macroexpand1"))

function contains_warn(output::AbstractString, s)
    if s isa AbstractString || s isa Regex || s isa AbstractChar
        return occursin(s, output)
    elseif s isa Function
        return s(output)
    end
    return all(x -> contains_warn(output, x), s)
end

function do_test_throws(result::ExecutionResult, orig_expr, extype)
    if isa(result, Threw)
        success = false
        message_only = false
        exc = result.exception
        from_macroexpand = orig_expr isa Expr && orig_expr.head in (:call, :macrocall) && orig_expr.args[1] in MACROEXPAND_LIKE
        if isa(extype, Type)
            # macroexpand once wrapped what a macro threw
            success = from_macroexpand && extype == LoadError && exc isa Exception || isa(exc, extype)
        elseif isa(extype, Exception) || !isa(exc, Exception)
            if extype isa LoadError && !(exc isa LoadError) && typeof(extype.error) == typeof(exc)
                extype = extype.error
            end
            if isa(exc, typeof(extype))
                success = true
                for fld in 1:nfields(extype)
                    if !isequal(getfield(extype, fld), getfield(exc, fld))
                        success = false
                        break
                    end
                end
            end
        else
            message_only = true
            text = sprint(showerror, exc)
            success = contains_warn(text, extype)
            exc = repr(text)
            if isa(extype, AbstractString)
                extype = repr(extype)
            elseif isa(extype, Function)
                extype = "< match function >"
            end
        end
        testres = success ? Pass(:test_throws, orig_expr, extype, exc, result.source, message_only) :
            Fail(:test_throws_wrong, orig_expr, extype, exc, nothing, result.source, message_only,
                 _stack_text(result.backtrace))
    else
        testres = Fail(:test_throws_nothing, orig_expr, extype, nothing, nothing, result.source, false)
    end
    return record(get_testset(), testres)
end

## output on stderr

macro test_warn(msg, expr)
    return test_warn_expr(expr, msg)
end
function test_warn_expr(expr, msg)
    quote
        let fname = tempname()
            try
                f = open(fname, "w")
                stdold = stderr
                redirect_stderr(f)
                result = try
                    $(esc(expr))
                finally
                    redirect_stderr(stdold)
                    close(f)
                end
                @test contains_warn(read(fname, String), $(esc(msg)))
                result
            finally
                rm(fname, force = true)
            end
        end
    end
end

macro test_nowarn(expr)
    quote
        # the same, with nothing to be found; what was printed is printed again
        let fname = tempname()
            try
                f = open(fname, "w")
                stdold = stderr
                redirect_stderr(f)
                result = try
                    $(esc(expr))
                finally
                    redirect_stderr(stdold)
                    close(f)
                end
                stderr_content = read(fname, String)
                print(stderr, stderr_content)
                @test isempty(stderr_content)
                result
            finally
                rm(fname, force = true)
            end
        end
    end
end
