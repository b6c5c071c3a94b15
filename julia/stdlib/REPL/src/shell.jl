# `;command`: programs of the system.

"""
    REPL.shell(text)

Run a command; `cd` changes the folder of this process.
"""
function shell(text::String)
    try
        words = Base.shell_parse(text)[1]
        cmd = Core.eval(Main, :(Base.cmd_gen($words)))
        isempty(cmd.exec) && throw(ArgumentError("no cmd to execute"))
        Base._flush_stdio()
        cmd.exec[1] == "cd" ? change_folder(cmd.exec) : run_command(cmd)
    catch
        show_error(current_exceptions())
    end
    return nothing
end

function change_folder(words)
    length(words) > 2 && throw(ArgumentError("cd method only takes one argument"))
    target = length(words) == 1 ? homedir() : words[2]
    if target == "-"
        haskey(ENV, "OLDPWD") || error("cd: OLDPWD not set")
        target = ENV["OLDPWD"]
    end
    before = pwd()
    cd(expanduser(target))
    ENV["OLDPWD"] = before
    println(pwd())
    return
end

function run_command(cmd::Cmd)
    program = get(ENV, "JULIA_SHELL", get(ENV, "SHELL", "/bin/sh"))
    run(ignorestatus(`$program -c $(Base.shell_escape_posixly(cmd.exec...))`))
    return
end
