using System.Globalization;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Workload;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Holdfast.Lab.Scenarios;

/// <summary>Reads a scenario from YAML. All that can be wrong with it is told before anything runs, each mistake with its line.</summary>
internal static class ScenarioFile
{
    private const int NodesMax = 200;

    public static Scenario Read(string path)
    {
        using var reader = new StreamReader(path);
        return Parse(path, reader);
    }

    public static Scenario Parse(string file, TextReader reader)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(reader);
        }
        catch (YamlException exception)
        {
            throw new ScenarioException(file, exception.Start.Line, exception.Message);
        }

        if (yaml.Documents.Count != 1)
        {
            throw new ScenarioException(file, 1, "one document is expected");
        }

        var mistakes = new ScenarioMistakes(file);
        var scenario = mistakes.Read(() => Read(mistakes, yaml.Documents[0].RootNode), null);
        mistakes.ThrowIfAny();
        return scenario!;
    }

    private static Scenario? Read(ScenarioMistakes mistakes, YamlNode document)
    {
        var root = new ScenarioMap(mistakes, document, "name", "about", "cluster", "workload", "timeline", "lasts");
        var name = mistakes.Read(() => root.Text("name"), "");
        var lasts = mistakes.Read(() => root.Length("lasts"), TimeSpan.MaxValue);
        var datacenters = mistakes.Read(() => Datacenters(mistakes, root), []);
        if (datacenters.Count == 0)
        {
            return null; // what the rest may name is unknown
        }

        var workload = mistakes.Read(
            () => root.Has("workload") ? Workload(mistakes, root, datacenters) : new WorkloadOptions { Datacenter = datacenters[0].Name },
            new WorkloadOptions());
        return new Scenario(name, root.Text("about", ""), datacenters, workload, TimelineReader.Read(mistakes, root, datacenters, lasts), lasts);
    }

    private static List<DatacenterOptions> Datacenters(ScenarioMistakes mistakes, ScenarioMap root)
    {
        var map = root.Map("cluster");
        var datacenters = map.Entries.Select(e => mistakes.Read(() => new DatacenterOptions(e.Key, NodeCount(mistakes, e.Key, e.Value)), null))
            .OfType<DatacenterOptions>().ToList();
        return !map.Entries.Any() ? throw root.Mistake("cluster", "cluster: at least one data centre and its number of nodes, as eqiad: 3")
            : datacenters.Sum(d => d.Nodes) > NodesMax ? throw root.Mistake("cluster", $"cluster: more than {NodesMax} nodes")
            : datacenters;
    }

    private static int NodeCount(ScenarioMistakes mistakes, string datacenter, YamlNode value) =>
        int.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 100
            ? count
            : throw mistakes.At(value, $"{datacenter}: {value} is not a number of nodes");

    private static WorkloadOptions Workload(ScenarioMistakes mistakes, ScenarioMap root, List<DatacenterOptions> datacenters)
    {
        var map = root.Map("workload", "rate", "reads", "writes", "deletes", "keys", "timeout", "patience", "datacenter");
        var standard = new WorkloadOptions();
        var datacenter = map.Text("datacenter", datacenters[0].Name);
        if (datacenters.TrueForAll(d => d.Name != datacenter))
        {
            mistakes.Add(map.Mistake("datacenter", $"there is no data centre {datacenter}"));
        }

        var workload = new WorkloadOptions
        {
            Rate = mistakes.Read(() => map.Number("rate", standard.Rate, isAboveZero: true), standard.Rate),
            Reads = mistakes.Read(() => map.Number("reads", standard.Reads), standard.Reads),
            Writes = mistakes.Read(() => map.Number("writes", standard.Writes), standard.Writes),
            Deletes = mistakes.Read(() => map.Number("deletes", standard.Deletes), standard.Deletes),
            Keys = mistakes.Read(() => map.Count("keys", standard.Keys), standard.Keys),
            Timeout = mistakes.Read(() => map.Length("timeout", "2s"), standard.Timeout),
            Patience = map.Has("patience") ? mistakes.Read(() => map.Length("patience"), standard.Timeout) : null,
            Datacenter = datacenter,
        };
        return workload.Reads + workload.Writes + workload.Deletes > 0 ? workload
            : throw root.Mistake("workload", "workload: reads, writes and deletes are all 0");
    }
}
