using Holdfast.Lab.Scenarios;

namespace Holdfast.Lab.Commands;

/// <summary>A scenario as it is typed: a file, or the beginning of the name of one that ships with the lab.</summary>
internal static class ScenarioArgument
{
    private static string Shipped => Path.Combine(AppContext.BaseDirectory, "scenarios");

    public static Scenario Read(string name)
    {
        try
        {
            return ScenarioFile.Read(Find(name));
        }
        catch (ScenarioException mistake)
        {
            throw new CommandMistake(mistake.Message);
        }
        catch (IOException unreadable)
        {
            throw new CommandMistake($"{name}: {unreadable.Message}");
        }
    }

    private static string Find(string name)
    {
        if (File.Exists(name))
        {
            return name;
        }

        var shipped = Directory.Exists(Shipped)
            ? Directory.EnumerateFiles(Shipped, "*.yaml").Order(StringComparer.Ordinal).ToList()
            : [];
        return shipped.Find(f => Path.GetFileName(f).StartsWith(name, StringComparison.Ordinal))
            ?? throw new CommandMistake($"there is no scenario {name}; a file, or one of {string.Join(", ", shipped.Select(Path.GetFileNameWithoutExtension))}");
    }
}
