using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Holdfast.Configuration.Document;
using Holdfast.Insight.Quota;
using Holdfast.Insight.Workload;

namespace Holdfast.Configuration.Values;

/// <summary>Writes and bytes each second: <c>500 writes/s</c>, <c>2MiB/s</c>, or both with a space between.</summary>
internal sealed class QuotaText : ValueGrammar<QuotaLimit>
{
    private const string WritesUnit = "writes/s";
    private const string BytesUnit = "/s";

    private static readonly WholeNumber s_writes = new(1, 1_000_000_000);
    private static readonly Bytes s_bytes = new(1, 1L << 40);

    public override string Description => "writes and bytes each second, such as '500 writes/s', '2MiB/s' or '500 writes/s 2MiB/s'; empty for no limit";

    public override bool IsPlain => false;

    public override bool TryRead(string text, out QuotaLimit value, out string problem)
    {
        (value, problem) = (default, "");
        int writes = 0;
        long bytes = 0;
        var rest = text.Trim();
        var unit = rest.IndexOf(WritesUnit, StringComparison.Ordinal);
        var read = unit < 0 || s_writes.TryRead(rest[..unit].TrimEnd(), out writes, out _);
        rest = unit < 0 ? rest : rest[(unit + WritesUnit.Length)..].Trim();
        read &= rest.Length == 0
            || (rest.EndsWith(BytesUnit, StringComparison.Ordinal) && s_bytes.TryRead(rest[..^BytesUnit.Length], out bytes, out _));
        value = read ? new QuotaLimit(writes, bytes) : default;
        problem = read ? "" : Expected(text);
        return read;
    }

    public override string? Format(QuotaLimit value)
    {
        var writes = value.WritesPerSecond > 0 ? value.WritesPerSecond.ToString(CultureInfo.InvariantCulture) + " " + WritesUnit : null;
        var bytes = value.BytesPerSecond > 0 ? s_bytes.Format(value.BytesPerSecond) + BytesUnit : null;
        return writes is null ? bytes : bytes is null ? writes : $"{writes} {bytes}";
    }
}

/// <summary>Limits by namespace: a section in a file, <c>NAME=LIMIT</c> with commas between in an environment variable.</summary>
internal sealed class QuotaMap : ValueGrammar<IReadOnlyDictionary<string, QuotaLimit>>
{
    private static readonly QuotaText s_limit = new();

    public override string Description =>
        "a section of namespaces (printable ASCII of at most 64 bytes, at most 64 of them), each with writes and bytes each second, such as '500 writes/s 2MiB/s'";

    public override bool TryRead(
        ConfigNode node, [MaybeNullWhen(false)] out IReadOnlyDictionary<string, QuotaLimit> value, out string problem)
    {
        if (node is ConfigSection section && section.Entries.All(entry => entry.Value is ConfigScalar))
        {
            return TryTake([.. section.Entries.Select(entry => (entry.Key, ((ConfigScalar)entry.Value).Text))], out value, out problem);
        }

        (value, problem) = (null, $"expected {Description}");
        return false;
    }

    public override bool TryRead(string text, [MaybeNullWhen(false)] out IReadOnlyDictionary<string, QuotaLimit> value, out string problem) =>
        TryTake([.. text.Split(',', StringSplitOptions.TrimEntries).Select(Pair)], out value, out problem);

    public override string? Format(IReadOnlyDictionary<string, QuotaLimit> value) => value.Count == 0 ? null
        : $"{{{string.Join(", ", value.Select(pair => $"\"{Escaped(pair.Key)}\": \"{s_limit.Format(pair.Value)}\""))}}}";

    private static (string Name, string Limit) Pair(string text) =>
        text.LastIndexOf('=') is >= 0 and var at ? (text[..at].TrimEnd(), text[(at + 1)..]) : (text, "");

    private static string Escaped(string name) =>
        name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static bool IsName(string name) => name is "none" or "other" || WorkloadOptions.IsShowable(Encoding.UTF8.GetBytes(name));

    private bool TryTake(
        (string Name, string Limit)[] pairs, [MaybeNullWhen(false)] out IReadOnlyDictionary<string, QuotaLimit> value, out string problem)
    {
        Dictionary<string, QuotaLimit> limits = new(StringComparer.Ordinal);
        foreach (var (name, text) in pairs)
        {
            if (!IsName(name) || !s_limit.TryRead(text, out var limit, out _) || limit.IsNone || !limits.TryAdd(name, limit))
            {
                (value, problem) = (null, Expected($"{name}: {text}"));
                return false;
            }
        }

        (value, problem) = limits.Count <= WorkloadOptions.NamespacesMax ? (limits, "") : (null, $"expected {Description}, found {limits.Count}");
        return value is not null;
    }
}
