# Says which names a module has. The arguments are a file with a line `Module name name ...` for each module; printed is
# the same for the names that are defined, and nothing for a module that cannot be loaded.
for line in eachline(ARGS[1])
    words = split(line, ' ')
    name = Symbol(words[1])
    m = try
        Core.eval(Main, :(import $name))
        getfield(Main, name)::Module
    catch
        continue
    end
    defined = filter(w -> isdefined(m, Symbol(w)), words[2:end])
    println(join([words[1]; defined], ' '))
end
