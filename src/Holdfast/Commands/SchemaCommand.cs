using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Holdfast.Cassandra.Schema;
using Holdfast.Configuration;
using Holdfast.Cql;
using Holdfast.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Holdfast.Commands;

/// <summary><c>holdfast schema</c>: the keyspace and the table as CQL; <c>schema apply</c> creates what is missing.</summary>
internal static class SchemaCommand
{
    private const int FactorMax = 100;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    public static Command Create(Terminal terminal)
    {
        var file = ConfigurationLoading.FileOption();
        var dataCenters = DataCenterOption("How often the keyspace is replicated in a data centre; three times in cassandra.local_dc when not given.");
        Command schema = new("schema", "Prints the keyspace and the table as CQL.") { file, dataCenters };
        schema.SetAction(parsed =>
        {
            if (ConfigurationLoading.Load(terminal, parsed.GetValue(file)) is not { } configuration)
            {
                return ExitCode.BadConfiguration;
            }

            var cassandra = configuration.Options.Cassandra ?? new CassandraOptions();
            var given = parsed.GetValue(dataCenters) ?? [];
            foreach (string statement in Statements(cassandra, given.Length > 0 ? given : [new(cassandra.LocalDataCenter ?? "datacenter1", 3)]))
            {
                terminal.Output.WriteLine($"{statement};");
            }

            return ExitCode.Success;
        });
        schema.Add(Apply(terminal));
        return schema;
    }

    private static Command Apply(Terminal terminal)
    {
        var file = ConfigurationLoading.FileOption();
        var dataCenters = DataCenterOption("How often the keyspace is replicated in a data centre; once for each.");
        dataCenters.Required = true;
        Command apply = new("apply", "Creates the keyspace and the table where they are missing; changes nothing that is there.") { file, dataCenters };
        apply.SetAction((parsed, cancellation) => ApplyAsync(
            terminal, parsed.GetValue(file), parsed.GetRequiredValue(dataCenters), cancellation));
        return apply;
    }

    private static async Task<int> ApplyAsync(
        Terminal terminal, string? file, KeyValuePair<string, int>[] dataCenters, CancellationToken cancellation)
    {
        if (ConfigurationLoading.Load(terminal, file) is not { } configuration)
        {
            return ExitCode.BadConfiguration;
        }

        var cassandra = configuration.Options.Cassandra ?? new CassandraOptions();
        await using CqlCluster cluster = new(
            StoreChoice.Cluster(configuration.Options, cassandra), [], TimeProvider.System, NullLoggerFactory.Instance, null);
        cluster.Start();
        using CancellationTokenSource patience = new(s_patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            // A data centre that the cluster does not have would get a keyspace that stores nothing there: said before anything is created.
            await SchemaInstaller.ReachAsync(cluster, TimeProvider.System, either.Token);
            if (dataCenters.Select(pair => pair.Key).Except(cluster.Topology!.DataCenters).ToList() is { Count: > 0 } unknown)
            {
                return terminal.Fail(
                    $"the cluster has no data centre {string.Join(", ", unknown)}; it has {string.Join(", ", cluster.Topology.DataCenters)}.",
                    ExitCode.Failure);
            }

            if (await SchemaInstaller.ApplyAsync(cluster, Statements(cassandra, dataCenters), TimeProvider.System, either.Token) is { } problem)
            {
                return terminal.Fail($"the cluster refused: {problem}", ExitCode.Failure);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return terminal.Fail($"not done within {s_patience.TotalSeconds:0} s: {cluster.DescribeUnreachable()}", ExitCode.Failure);
        }

        terminal.Output.MarkupLineInterpolated($"[green]ready[/] {cassandra.Keyspace}.{cassandra.Table} is there, and every node agrees on the schema");
        return ExitCode.Success;
    }

    private static string[] Statements(CassandraOptions cassandra, IReadOnlyCollection<KeyValuePair<string, int>> dataCenters) =>
        [SchemaText.Keyspace(cassandra.Keyspace, dataCenters), SchemaText.Table(cassandra.Keyspace, cassandra.Table)];

    private static Option<KeyValuePair<string, int>[]> DataCenterOption(string description) => new("--dc")
    {
        Description = description,
        HelpName = "NAME=REPLICAS",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = Parse,
    };

    private static KeyValuePair<string, int>[] Parse(ArgumentResult result)
    {
        Dictionary<string, int> parsed = new(StringComparer.Ordinal);
        foreach (Token token in result.Tokens)
        {
            int at = token.Value.LastIndexOf('=');
            if (at <= 0 || !int.TryParse(token.Value.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int factor)
                || factor is < 1 or > FactorMax)
            {
                result.AddError($"--dc needs NAME=REPLICAS such as eqiad=3, not '{token.Value}'");
            }
            else if (!parsed.TryAdd(token.Value[..at], factor))
            {
                result.AddError($"--dc names {token.Value[..at]} twice");
            }
        }

        return [.. parsed];
    }
}
