# print.jl: writing tables. What has values of its own gets a header; what holds tables alone needs none.

## keys ##

is_bare_key(key) = !isempty(key) && all(c -> isascii(c) && (isletter(c) || isdigit(c) || c == '-' || c == '_'), key)
function print_key(io::IO, keys)
    for (i, key) in enumerate(keys)
        i == 1 || Base.print(io, ".")
        is_bare_key(key) ? Base.print(io, key) : print_string(io, key)
    end
end

## values ##

const TOMLValue = Union{AbstractVector,AbstractDict,Bool,Integer,AbstractFloat,AbstractString,DateTime,Time,Date}

is_table(value) = value isa AbstractDict
is_array_of_tables(value) = value isa AbstractVector && !isempty(value) && all(is_table, value)
is_tabular(value) = is_table(value) || is_array_of_tables(value)

function print_string(io::IO, text)
    Base.print(io, '"')
    for c in text
        name = findfirst(==(c), "\b\t\n\f\r\"\\")
        if name !== nothing
            Base.print(io, '\\', "btnfr\"\\"[name])
        elseif iscntrl(c)
            Base.print(io, codepoint(c) > 0xffff ? "\\U" : "\\u", string(codepoint(c), base=16, pad=codepoint(c) > 0xffff ? 8 : 4))
        else
            Base.print(io, c)
        end
    end
    Base.print(io, '"')
end

print_value(f, io::IO, value, sorted, by) = print_value(f, io, converted(f, value), sorted, by)
function converted(f, value)
    f === nothing && error("type `$(typeof(value))` is not a valid TOML type, pass a conversion function to `TOML.print`")
    result = f(value)
    result isa TOMLValue || error("TOML syntax function for type `$(typeof(value))` did not return a valid TOML type but a `$(typeof(result))`")
    return result
end
function print_value(f, io::IO, value::AbstractVector, sorted, by)
    Base.print(io, "[")
    for (i, element) in enumerate(value)
        i == 1 || Base.print(io, ", ")
        print_value(f, io, element, sorted, by)
    end
    Base.print(io, "]")
end
function print_value(f, io::IO, value::AbstractDict, sorted, by)
    Base.print(io, "{")
    for (i, key) in enumerate(keys_of(value, sorted, by))
        i == 1 || Base.print(io, ", ")
        print_key(io, [String(key)])
        Base.print(io, " = ")
        print_value(f, io, value[key], sorted, by)
    end
    Base.print(io, "}")
end
print_value(f, io::IO, value::AbstractString, sorted, by) = print_string(io, value)
print_value(f, io::IO, value::Bool, sorted, by) = Base.print(io, value ? "true" : "false")
print_value(f, io::IO, value::Integer, sorted, by) = Base.print(io, Int64(value))
print_value(f, io::IO, value::AbstractFloat, sorted, by) =
    Base.print(io, isnan(value) ? "nan" : isinf(value) ? (value > 0 ? "+inf" : "-inf") : Float64(value))
print_value(f, io::IO, value::DateTime, sorted, by) =
    Base.print(io, Dates.format(value, dateformat"YYYY-mm-dd\THH:MM:SS.sss\Z"))
print_value(f, io::IO, value::Time, sorted, by) = Base.print(io, Dates.format(value, dateformat"HH:MM:SS.sss"))
print_value(f, io::IO, value::Date, sorted, by) = Base.print(io, Dates.format(value, dateformat"YYYY-mm-dd"))

## tables ##

keys_of(table, sorted, by) = sorted ? sort!(collect(keys(table)); by) : keys(table)

function print_table(f, io::IO, table::AbstractDict, path, indent::Int, first_block::Bool, sorted, by)
    names = keys_of(table, sorted, by)
    # The values come before any table, since they would belong to it.
    for name in names
        value = table[name]
        value isa TOMLValue || (value = converted(f, value))
        is_tabular(value) && continue
        Base.print(io, ' '^4max(0, indent - 1))
        print_key(io, [String(name)])
        Base.print(io, " = ")
        print_value(f, io, value, sorted, by)
        Base.print(io, "\n")
        first_block = false
    end
    for name in names
        value = table[name]
        value isa TOMLValue || (value = converted(f, value))
        is_tabular(value) || continue
        push!(path, String(name))
        if is_table(value)
            header = isempty(value) || !all(is_tabular, values(value))
            if header
                first_block || Base.print(io, "\n")
                print_header(io, "[", path, "]", indent)
            end
            print_table(f, io, value, path, indent + header, header || first_block, sorted, by)
            first_block = false
        else
            first_block || Base.print(io, "\n")
            first_block = false
            for element in value
                print_header(io, "[[", path, "]]", indent)
                print_table(f, io, element, path, indent + 1, false, sorted, by)
            end
        end
        pop!(path)
    end
end
function print_header(io::IO, open, path, close, indent)
    Base.print(io, ' '^4indent, open)
    print_key(io, path)
    Base.print(io, close, "\n")
end

print(f::Union{Nothing,Function}, io::IO, data::AbstractDict; sorted::Bool=false, by=identity) =
    print_table(f, io, data, String[], 0, true, sorted, by)
print(io::IO, data::AbstractDict; sorted::Bool=false, by=identity) = print(nothing, io, data; sorted, by)
print(f::Function, data::AbstractDict; sorted::Bool=false, by=identity) = print(f, stdout, data; sorted, by)
print(data::AbstractDict; sorted::Bool=false, by=identity) = print(stdout, data; sorted, by)
