using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Lab.Cql.Syntax;

namespace Holdfast.Lab.Cql.Schema;

internal enum ReplicationStrategy
{
    /// <summary>Each node has its own: the system keyspaces.</summary>
    Local,

    /// <summary>The same number of replicas, round the ring, whatever the data centre.</summary>
    Simple,

    /// <summary>A number of replicas for each data centre.</summary>
    NetworkTopology,

    /// <summary>Every node has everything.</summary>
    Everywhere,
}

/// <param name="Strategy">How replicas are chosen.</param>
/// <param name="Factors">By data centre; for <see cref="ReplicationStrategy.Simple"/> one entry with an empty name.</param>
internal sealed record ReplicationParameters(ReplicationStrategy Strategy, ImmutableSortedDictionary<string, int> Factors)
{
    public static readonly ReplicationParameters Local = new(ReplicationStrategy.Local, NoFactors);

    private const string Package = "org.apache.cassandra.locator.";
    private const string FactorOption = "replication_factor";

    private static ImmutableSortedDictionary<string, int> NoFactors =>
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    public static ReplicationParameters Simple(int factor) =>
        new(ReplicationStrategy.Simple, NoFactors.Add("", factor));

    /// <summary>As the system tables show it.</summary>
    public ImmutableSortedDictionary<string, string> ToMap() =>
        Factors.Select(f => KeyValuePair.Create(f.Key.Length == 0 ? FactorOption : f.Key, f.Value.ToString(CultureInfo.InvariantCulture)))
            .Append(KeyValuePair.Create("class", $"{Package}{Strategy}Strategy"))
            .ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <param name="option">After <c>replication =</c>.</param>
    /// <param name="keyspace">Whose it is.</param>
    /// <param name="datacenters">
    /// The cluster's data centres, for a replication_factor that means all of them; null when it does not matter.
    /// </param>
    public static ReplicationParameters Parse(
        Sequence<OptionEntry> option, string keyspace, IReadOnlyCollection<string>? datacenters)
    {
        SortedDictionary<string, string> options = new(StringComparer.Ordinal);
        foreach (var entry in option)
        {
            if (!options.TryAdd(entry.Key.Value, entry.Value.Value))
            {
                throw CqlException.Syntax($"Multiple definition for property {entry.Key.Value}");
            }
        }

        if (!options.Remove("class", out string? name))
        {
            throw CqlException.Configuration("Missing replication strategy class");
        }

        return name.Replace(Package, "", StringComparison.Ordinal) switch
        {
            "SimpleStrategy" => options.TryGetValue(FactorOption, out string? factor)
                ? Simple(Factor(factor))
                : throw CqlException.Configuration("SimpleStrategy requires a replication_factor strategy option."),
            "NetworkTopologyStrategy" => NetworkTopology(options, keyspace, datacenters),
            "LocalStrategy" => Local,
            "EverywhereStrategy" => new ReplicationParameters(ReplicationStrategy.Everywhere, NoFactors),
            _ => throw CqlException.Configuration($"Unable to find replication strategy class '{Qualified(name)}'"),
        };
    }

    private static ReplicationParameters NetworkTopology(
        SortedDictionary<string, string> options, string keyspace, IReadOnlyCollection<string>? datacenters)
    {
        var factors = NoFactors;
        if (options.Remove(FactorOption, out string? everywhere))
        {
            foreach (string datacenter in datacenters ?? [])
            {
                factors = factors.SetItem(datacenter, Factor(everywhere));
            }
        }

        foreach (var (datacenter, factor) in options)
        {
            if (datacenters is not null && !datacenters.Contains(datacenter))
            {
                throw CqlException.Configuration(
                    $"Unrecognized strategy option {{{datacenter}}} passed to NetworkTopologyStrategy for keyspace {keyspace}");
            }

            factors = factors.SetItem(datacenter, Factor(factor));
        }

        return factors.IsEmpty
            ? throw CqlException.Configuration("Configuration for at least one datacenter must be present")
            : new ReplicationParameters(ReplicationStrategy.NetworkTopology, factors);
    }

    private static int Factor(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int factor) && factor >= 0
            ? factor
            : throw CqlException.Configuration($"Replication factor must be numeric and non-negative; found {text}");

    private static string Qualified(string name) => name.Contains('.', StringComparison.Ordinal) ? name : Package + name;
}
