using Holdfast.Lab.Cluster;
using Holdfast.Lab.Faults;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Holdfast.Lab.Scenarios;

/// <summary>Reads a scenario from YAML. Faults are looked up, so that a typing error is told before anything runs.</summary>
internal static class ScenarioFile
{
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

        var root = new ScenarioMap(file, yaml.Documents[0].RootNode, "name", "about", "cluster", "workload", "timeline", "lasts");
        var datacenters = root.Map("cluster").Entries
            .Select(e => new DatacenterOptions(e.Key, NodeCount(file, e.Key, e.Value))).ToList();
        return new Scenario(
            root.Text("name"),
            root.Text("about", ""),
            datacenters,
            root.Has("workload") ? Workload(root, datacenters) : new WorkloadOptions { Datacenter = datacenters[0].Name },
            [.. root.List("timeline").Select(n => Step(file, n))],
            root.Duration("lasts"));
    }

    private static int NodeCount(string file, string datacenter, YamlNode value) =>
        int.TryParse(value.ToString(), out var count) && count is > 0 and <= 100
            ? count
            : throw new ScenarioException(file, value.Start.Line, $"{datacenter}: {value} is not a number of nodes");

    private static WorkloadOptions Workload(ScenarioMap root, List<DatacenterOptions> datacenters)
    {
        var map = root.Map("workload", "rate", "reads", "writes", "deletes", "keys", "timeout", "datacenter");
        var datacenter = map.Text("datacenter", datacenters[0].Name);
        if (datacenters.TrueForAll(d => d.Name != datacenter))
        {
            throw map.Mistake("datacenter", $"there is no data centre {datacenter}");
        }

        return new WorkloadOptions
        {
            Rate = map.Number("rate", 100),
            Reads = map.Number("reads", 0.7),
            Writes = map.Number("writes", 0.3),
            Deletes = map.Number("deletes", 0),
            Keys = (int)map.Number("keys", 500),
            Timeout = map.Duration("timeout", "2s"),
            Datacenter = datacenter,
        };
    }

    private static ScenarioStep Step(string file, YamlNode node)
    {
        var map = new ScenarioMap(file, node, "at", "fault", "nodes", "with", "heal", "workload", "wipe", "note");
        var at = map.Duration("at");
        var note = map.Has("note") ? map.Text("note") : null;
        if (map.Has("fault"))
        {
            return new FaultStep(at, note, Fault(map));
        }

        if (map.Has("heal"))
        {
            var what = map.Text("heal");
            return what == "all" || FaultCatalog.Find(what) is not null
                ? new HealStep(at, note, what == "all" ? null : what)
                : throw map.Mistake("heal", $"heal: {what} is neither `all` nor a kind of fault");
        }

        if (map.Has("workload"))
        {
            return map.Text("workload") switch
            {
                "on" or "true" => new WorkloadStep(at, note, IsOn: true),
                "off" or "false" => new WorkloadStep(at, note, IsOn: false),
                var other => throw map.Mistake("workload", $"workload: {other} is neither on nor off"),
            };
        }

        if (map.Has("wipe"))
        {
            return new WipeStep(at, note);
        }

        return new NoteStep(at, note ?? throw map.Mistake("at", "a step has one of fault, heal, workload, wipe, note"));
    }

    private static FaultRequest Fault(ScenarioMap map)
    {
        var kind = map.Text("fault");
        if (FaultCatalog.Find(kind) is null)
        {
            throw map.Mistake("fault", $"no fault is called {kind}; there are {string.Join(", ", FaultCatalog.All.Select(k => k.Name))}");
        }

        var arguments = map.Has("with")
            ? map.Map("with").Entries.ToDictionary(e => e.Key, e => e.Value.ToString(), StringComparer.Ordinal)
            : [];
        return new FaultRequest(kind, [.. map.List("nodes").Select(n => n.ToString())], arguments);
    }
}
