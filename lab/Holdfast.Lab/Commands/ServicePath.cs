namespace Holdfast.Lab.Commands;

/// <summary>Where the program is that the lab plays against.</summary>
internal static class ServicePath
{
    /// <summary>The path itself where one is given; for a bare name, what was built from this repository, then what PATH has.</summary>
    public static string Find(string program)
    {
        if (program.Contains('/'))
        {
            return File.Exists(program) ? program : throw new CommandMistake($"--against {program}: there is no such file");
        }

        return Built(program) ?? OnPath(program)
            ?? throw new CommandMistake($"--against {program}: neither built here (dotnet build src/Holdfast -c Release) nor on PATH");
    }

    private static string? Built(string program)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Holdfast.slnx")))
            {
                return ((string[])["Release", "Debug"])
                    .Select(configuration => Path.Combine(folder.FullName, "src", "Holdfast", "bin", configuration, "net10.0", program))
                    .FirstOrDefault(File.Exists);
            }
        }

        return null;
    }

    private static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);
}
