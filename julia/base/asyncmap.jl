# asyncmap.jl: `map` with a task for each of several elements at a time.

"""
    asyncmap(f, c...; ntasks=0, batch_size=nothing)

The results of `f`, in order, computed by up to `ntasks` tasks that take turns.
"""
function asyncmap(f, c...; ntasks=0, batch_size=nothing)
    n = ntasks isa Function ? ntasks() : ntasks
    n = n == 0 ? 100 : Int(n)
    n > 0 || throw(ArgumentError("ntasks must be positive"))
    items = length(c) == 1 ? c[1] : zip(c...)
    call(x) = length(c) == 1 ? f(x) : f(x...)
    if batch_size !== nothing
        return _asyncmap_batches(f, items, n, Int(batch_size), length(c) == 1)
    end
    tasks = Task[]
    sem = Semaphore(n)
    for x in items
        push!(tasks, @async acquire(() -> call(x), sem))
    end
    results = try
        [fetch(t) for t in tasks]
    catch e
        e isa TaskFailedException && throw(e.task.result)
        rethrow()
    end
    src = length(c) == 1 ? c[1] : first(c)
    return src isa AbstractArray && all(x -> x isa AbstractArray && size(x) == size(src), c) ? reshape(results, size(src)) : results
end
function _asyncmap_batches(f, items, n::Int, batch_size::Int, single::Bool)
    batch_size > 0 || throw(ArgumentError("batch_size must be positive"))
    results = Any[]
    for batch in Iterators.partition(single ? ((x,) for x in items) : items, batch_size)
        append!(results, f(collect(batch)))
    end
    return identity.(results)
end

"""
    asyncmap!(f, results, c...; ntasks=0, batch_size=nothing)

`asyncmap` into an array.
"""
function asyncmap!(f, r, c1, c...; ntasks=0, batch_size=nothing)
    copyto!(r, asyncmap(f, c1, c...; ntasks, batch_size))
    return r
end
