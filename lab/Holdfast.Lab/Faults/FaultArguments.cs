using System.Globalization;
using Holdfast.Lab.Cluster;

namespace Holdfast.Lab.Faults;

/// <summary>A fault's arguments by name, with its kind's defaults; whatever does not read is told, by name.</summary>
internal sealed class FaultArguments(FaultKind kind, IReadOnlyDictionary<string, string> given)
{
    public TimeSpan Duration(string name) => Durations.TryParse(Text(name), out var duration)
        ? duration
        : throw new FaultRequestException($"{kind.Name}: {name}={Text(name)} is not a duration such as 500ms, 20s, 3m or 2h");

    /// <summary>As <see cref="Duration"/>, with a minus where it is negative.</summary>
    public TimeSpan SignedDuration(string name)
    {
        var text = Text(name);
        var isNegative = text.StartsWith('-');
        return Durations.TryParse(isNegative ? text[1..] : text, out var duration)
            ? isNegative ? -duration : duration
            : throw new FaultRequestException($"{kind.Name}: {name}={text} is not a duration such as 2s or -500ms");
    }

    /// <summary>What every kind takes: after how long it heals by itself; null for never.</summary>
    public TimeSpan? Lasts() => !given.TryGetValue("for", out var text) ? null
        : Durations.TryParse(text, out var duration) ? duration
        : throw new FaultRequestException($"{kind.Name}: for={text} is not a duration such as 500ms, 20s, 3m or 2h");

    public bool Flag(string name) => Text(name) switch
    {
        "true" or "yes" or "" => true,
        "false" or "no" => false,
        var other => throw new FaultRequestException($"{kind.Name}: {name}={other} is neither true nor false"),
    };

    /// <summary>0.3 or 30%.</summary>
    public double Share(string name)
    {
        var text = Text(name);
        var percent = text.EndsWith('%');
        if (double.TryParse(percent ? text[..^1] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share))
        {
            share = percent ? share / 100 : share;
            if (share is >= 0 and <= 1)
            {
                return share;
            }
        }

        throw new FaultRequestException($"{kind.Name}: {name}={text} is not a share such as 0.3 or 30%");
    }

    public IReadOnlyList<Node> Nodes(string name, LabCluster cluster) =>
        NodeNames.Resolve(cluster, List(Text(name)));

    public static string[] List(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public string Text(string name) => given.TryGetValue(name, out var text)
        ? text
        : kind.Parameters.First(p => p.Name == name).Default;
}
